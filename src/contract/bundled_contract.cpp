#include "contract/contract.h"

// Made by xentree_embed() of contract.json.
extern "C" const char contract_bundle_begin[];
extern "C" const char contract_bundle_end[];

namespace xentree {

std::string_view bundled_contract() {
    return {contract_bundle_begin, contract_bundle_end};
}

} // namespace xentree
