#pragma once
#include <boost/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace xentree {

// A JSON Schema (2020-12, the keywords that the contract uses), compiled once into a flat form. Immutable
// after compiling; any thread.
class Validator {
  public:
    // `schema` may hold `$ref`s of the form #/components/schemas/NAME, which are looked up in `document`.
    // Throws std::runtime_error that names a keyword, format or pattern that it does not know.
    static std::shared_ptr<const Validator> compile(const boost::json::value& schema,
                                                    const boost::json::object& document);
    virtual ~Validator() = default;

    // Every fault of the instance, at most 100, each with its JSON Pointer and a sentence for a developer
    // ("must have 1 to 100 characters"); none where it is valid. Changes the instance as the contract says:
    // strings with x-trim lose their outer white space before their bounds are checked, and absent members
    // with a default get it.
    virtual std::vector<Fault> check(boost::json::value& instance) const = 0;

    // A path, query, header or form value, which is text, as the schema's type: integers are decimal digits,
    // booleans true or false. Faults are at `name`. The value is null where there are faults.
    virtual boost::json::value check_text(std::string_view text, const std::string& name,
                                          std::vector<Fault>& faults) const = 0;
};

} // namespace xentree
