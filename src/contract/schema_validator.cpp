#include "contract/schema_validator.h"

#include <charconv>

#include "base/text.h"
#include "contract/schema_check.h"

namespace xentree {
namespace json = boost::json;

namespace {

std::optional<json::value> parse_integer(std::string_view digits) {
    std::int64_t number = 0;
    const bool starts_well = !digits.empty() && digits.front() >= '0' && digits.front() <= '9';
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!starts_well || error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return json::value(number);
}

std::optional<json::value> parse_number(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(text, error);
    if (error || !value.is_number())
        return std::nullopt;
    return value;
}

class SchemaValidator final : public Validator {
  public:
    SchemaValidator(std::shared_ptr<const SchemaProgram> program, std::size_t node) :
        program_(std::move(program)), node_(node) {}

    std::vector<Fault> check(json::value& instance) const override {
        auto faults = find_faults(*program_, node_, instance);
        if (faults.empty())
            complete(*program_, node_, instance);
        return faults;
    }

    json::value check_text(std::string_view text, const std::string& name,
                           std::vector<Fault>& faults) const override {
        if (!is_utf8(text)) {
            faults.push_back({name, "must be text in UTF-8"});
            return nullptr;
        }
        // What cannot be read as its type stays a string, which the check finds to be of the wrong type.
        json::value value = read(text).value_or(json::value(text));
        auto found = check(value);
        if (found.empty())
            return value;
        for (auto& fault : found)
            faults.push_back({name, std::move(fault.message)});
        return nullptr;
    }

  private:
    std::optional<json::value> read(std::string_view text) const {
        const JsonTypes types = program_->nodes[node_].accepted;
        if (types & json_types::string)
            return json::value(text);
        if (types & json_types::boolean && (text == "true" || text == "false"))
            return json::value(text == "true");
        if (types & json_types::number)
            return parse_number(text);
        if (types & json_types::integer)
            return parse_integer(text);
        return std::nullopt;
    }

    const std::shared_ptr<const SchemaProgram> program_;
    const std::size_t node_;
};

} // namespace

std::shared_ptr<const Validator> make_validator(std::shared_ptr<const SchemaProgram> program,
                                                std::size_t node) {
    return std::make_shared<SchemaValidator>(std::move(program), node);
}

std::runtime_error contract_error(const std::set<std::string>& faults) {
    std::string text =
        fmt::format("The contract has {} fault{}:", faults.size(), faults.size() == 1 ? "" : "s");
    for (const auto& fault : faults)
        text += "\n  " + fault;
    return std::runtime_error(text);
}

std::shared_ptr<const Validator> Validator::compile(const json::value& schema, const json::object& document) {
    SchemaCompiler compiler(document);
    const std::size_t node = compiler.add(schema, "#");
    compiler.finish();
    if (!compiler.faults().empty())
        throw contract_error(compiler.faults());
    return make_validator(compiler.program(), node);
}

} // namespace xentree
