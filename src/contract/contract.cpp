#include "contract/contract.h"

#include "base/text.h"
#include "contract/operation_reader.h"
#include "contract/schema_validator.h"

namespace xentree {
namespace json = boost::json;

bool Operation::takes_idempotency_key() const {
    return std::ranges::any_of(parameters, [](const ContractParameter& parameter) {
        return parameter.place == ParameterPlace::header && ascii_lower(parameter.name) == "idempotency-key";
    });
}

Contract Contract::load(std::string_view bundle) {
    Contract contract;
    contract.bundle_ = json::parse(bundle).as_object();
    OperationReader reader(contract.bundle_);
    contract.operations_ = reader.read_all();
    if (!reader.faults().empty())
        throw contract_error(reader.faults());
    return contract;
}

const Operation* Contract::find(std::string_view operation_id) const {
    const auto found = std::ranges::find(operations_, operation_id, &Operation::id);
    return found == operations_.end() ? nullptr : &*found;
}

} // namespace xentree
