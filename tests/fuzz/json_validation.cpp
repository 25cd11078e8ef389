// First line: an operation with a JSON body; then the body.
#include "base/text.h"
#include "contract.h"
#include "fuzz.h"

namespace xentree::fuzz {
namespace {

namespace json = boost::json;

constexpr std::string_view media_type = "application/json";

bool has_json_body(const Operation& operation) {
    return operation.body && operation.body->forms.contains(media_type);
}

std::optional<json::value> parse(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    return error ? std::nullopt : std::optional(std::move(value));
}

void require_told_well(const std::vector<Fault>& faults) {
    require(faults.size() <= 100, "at most 100 faults are told");
    for (const auto& fault : faults) {
        require(fault.field.empty() || fault.field.starts_with('/'), "a fault has a JSON Pointer");
        require(is_utf8(fault.field) && is_utf8(fault.message), "a fault is told in UTF-8");
        require(!fault.message.empty(), "a fault is told");
    }
}

void try_body(const Validator& validator, const json::value& sent) {
    json::value first = sent;
    json::value second = sent;
    const auto faults = validator.check(first);
    require(faults == validator.check(second), "the same instance has the same faults");
    require(first == second, "the same instance is changed in the same way");
    require_told_well(faults);
    if (!faults.empty())
        return;
    require(validator.check(second).empty(), "what was accepted is valid as it was changed");
    require(first == second, "and is not changed again");
    const auto read_again = parse(json::serialize(first));
    require(read_again.has_value(), "what was accepted can be sent again");
    json::value copy = *read_again;
    require(validator.check(copy).empty(), "and is accepted again");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace xentree::fuzz;
    Lines lines(as_text(data, size));
    const auto& operation = choose_operation(lines.next(), has_json_body);
    if (const auto sent = parse(lines.rest()))
        try_body(*operation.body->forms.find(media_type)->second.validator, *sent);
    return 0;
}
