#pragma once
#include <functional>

#include "contract/contract.h"

namespace xentree::fuzz {

inline const Contract& real_contract() {
    static const Contract contract = Contract::load(bundled_contract());
    return contract;
}

// The operation of that name among those that `is_wanted` takes; of another name any of them, so that a
// mutated name is not lost.
inline const Operation& choose_operation(std::string_view name, bool (*is_wanted)(const Operation&)) {
    static const std::vector<const Operation*> wanted = [&] {
        std::vector<const Operation*> found;
        for (const auto& operation : real_contract().operations()) {
            if (is_wanted(operation))
                found.push_back(&operation);
        }
        return found;
    }();
    for (const auto* operation : wanted) {
        if (operation->id == name)
            return *operation;
    }
    return *wanted[std::hash<std::string_view>{}(name) % wanted.size()];
}

} // namespace xentree::fuzz
