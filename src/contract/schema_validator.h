#pragma once
#include "contract/schema_compiler.h"
#include "contract/validator.h"

namespace xentree {

// A validator of one schema of the program, which it shares with others of the document.
std::shared_ptr<const Validator> make_validator(std::shared_ptr<const SchemaProgram> program,
                                                std::size_t node);

// One text of many faults, a line each.
std::runtime_error contract_error(const std::set<std::string>& faults);

} // namespace xentree
