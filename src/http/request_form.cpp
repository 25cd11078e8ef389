#include "http/request_form.h"

#include <boost/url/pct_string_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <variant>

#include "base/text.h"

namespace xentree {

namespace {

constexpr std::size_t nesting_limit = 32;
constexpr std::size_t fault_limit = 100;
constexpr std::size_t pointer_limit = 300; // code points
constexpr std::string_view urlencoded = "application/x-www-form-urlencoded";

// Type and subtype in lower case, without parameters.
std::string media_type(std::string_view content_type) {
    return ascii_lower(trim(content_type.substr(0, content_type.find(';'))));
}

bool is_other_charset(std::string_view content_type) {
    const std::string lower = ascii_lower(content_type);
    const auto place = lower.find("charset=");
    if (place == std::string::npos)
        return false;
    std::string_view charset = std::string_view(lower).substr(place + 8);
    charset = trim(charset.substr(0, charset.find(';')));
    return charset != "utf-8" && charset != "\"utf-8\"" && charset != "utf8";
}

std::optional<std::string> decode_query_part(std::string_view part) {
    std::string spaced(part);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    const auto encoded = boost::urls::make_pct_string_view(spaced);
    return encoded ? std::optional(encoded->decode()) : std::nullopt;
}

std::optional<std::string_view> find_once(const std::vector<std::pair<std::string, std::string>>& pairs,
                                          const std::string& name, std::vector<Fault>& faults) {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : pairs) {
        if (key != name)
            continue;
        if (found) {
            faults.push_back({name, "must be given once"});
            break;
        }
        found = value;
    }
    return found;
}

// The value of a cookie; the first where a client sends several of one name, as the server cannot tell whose
// each is.
std::optional<std::string_view> find_cookie(const RequestHead& head, std::string_view name) {
    std::string_view rest = head.header("Cookie");
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name)
            return trim(pair.substr(equals + 1));
    }
    return std::nullopt;
}

void read_parameters(Request& request, const RequestHead& head, const std::vector<std::string>& path_values,
                     std::vector<Fault>& faults) {
    const auto query = parse_urlencoded(head.query, faults);
    std::size_t path_index = 0;
    for (const auto& parameter : request.operation->parameters) {
        std::optional<std::string_view> text;
        if (parameter.place == ParameterPlace::path)
            text = path_values.at(path_index++);
        else if (parameter.place == ParameterPlace::query)
            text = find_once(query, parameter.name, faults);
        else if (parameter.place == ParameterPlace::cookie)
            text = find_cookie(head, parameter.name);
        else if (head.headers.count(parameter.name) > 1)
            faults.push_back({parameter.name, "must be given once"});
        else if (head.headers.count(parameter.name) == 1)
            text = head.header(parameter.name);

        if (text && !is_utf8(*text))
            faults.push_back({parameter.name, "is not UTF-8"});
        else if (text)
            request.parameters[parameter.name] =
                parameter.validator->check_text(*text, parameter.name, faults);
        else if (parameter.default_value)
            request.parameters[parameter.name] = *parameter.default_value;
        else if (parameter.required)
            faults.push_back({parameter.name, "is required"});
    }
}

// Finds U+0000 in a document's strings and keys. The pointer to a string is made only where one is found: a
// body may have a million of them.
class NulSearch {
  public:
    explicit NulSearch(std::vector<Fault>& faults) : faults_(faults) {
        for (const auto& fault : faults)
            known_.insert(fault.field);
    }

    void look(const boost::json::value& value) {
        if (reports_ >= fault_limit)
            return;
        if (const auto* text = value.if_string()) {
            if (text->find('\0') != boost::json::string::npos)
                report();
        } else if (const auto* array = value.if_array()) {
            for (std::size_t i = 0; i < array->size(); ++i)
                look_below(i, (*array)[i]);
        } else if (const auto* object = value.if_object()) {
            for (const auto& member : *object)
                look_below(std::string_view(member.key()), member.value());
        }
    }

  private:
    using Step = std::variant<std::size_t, std::string_view>; // index or key

    void look_below(Step step, const boost::json::value& value) {
        path_.push_back(step);
        const auto* key = std::get_if<std::string_view>(&step);
        if (key && key->find('\0') != std::string_view::npos)
            report();
        look(value);
        path_.pop_back();
    }

    void report() {
        ++reports_;
        std::string pointer; // RFC 6901
        for (const auto& step : path_) {
            if (pointer.size() > 4 * pointer_limit)
                break;
            pointer += '/';
            if (const auto* index = std::get_if<std::size_t>(&step))
                pointer += std::to_string(*index);
            else
                add_escaped(pointer, first_code_points(std::get<std::string_view>(step), pointer_limit));
        }
        Fault fault{std::string(first_code_points(pointer, pointer_limit)), "must not hold U+0000"};
        if (known_.insert(fault.field).second)
            faults_.push_back(std::move(fault));
    }

    static void add_escaped(std::string& pointer, std::string_view key) {
        for (const char letter : key) {
            if (letter == '~')
                pointer += "~0";
            else if (letter == '/')
                pointer += "~1";
            else
                pointer += letter == '\0' ? '?' : letter;
        }
    }

    std::vector<Fault>& faults_;
    std::size_t reports_ = 0; // of equal pointers too, so that the work is bounded
    std::set<std::string> known_;
    std::vector<Step> path_;
};

void read_json(Request& request, std::string_view body, const Validator& validator,
               std::vector<Fault>& faults) {
    boost::json::parse_options options;
    options.max_depth = nesting_limit;
    boost::json::stream_parser parser({}, options);
    boost::system::error_code error;
    const std::size_t read = parser.write_some(body.data(), body.size(), error);
    if (!error)
        parser.finish(error);
    if (error) {
        faults.push_back({"", fmt::format("is no valid JSON: {} (byte {})", error.message(), read)});
        return;
    }
    if (read < body.size() && !trim(body.substr(read)).empty()) {
        faults.push_back({"", fmt::format("is no valid JSON: more after its end (byte {})", read)});
        return;
    }
    request.body = parser.release();
    auto found = validator.check(request.body);
    // The validator sees the members that the schema has; no other may hold it either.
    if (body.find("\\u0000") != std::string_view::npos)
        NulSearch(found).look(request.body);
    faults.insert(faults.end(), found.begin(), found.end());
    if (request.rule && request.body.is_object())
        (*request.rule)(request.body.get_object(), faults);
}

void read_urlencoded(Request& request, std::string_view body, const Validator& validator,
                     std::vector<Fault>& faults) {
    boost::json::object fields;
    for (const auto& [name, value] : parse_urlencoded(body, faults)) {
        const bool has_nul = name.find('\0') != std::string::npos || value.find('\0') != std::string::npos;
        if (!is_utf8(name) || !is_utf8(value))
            faults.push_back(
                {std::string(is_utf8(name) ? first_code_points(name, pointer_limit) : ""), "is not UTF-8"});
        else if (has_nul)
            faults.push_back(
                {without_control_characters(first_code_points(name, pointer_limit)), "must not hold U+0000"});
        else if (fields.contains(name))
            faults.push_back({std::string(first_code_points(name, 300)), "must be given once"});
        else
            fields[name] = value;
    }
    request.body = std::move(fields);
    for (auto& fault : validator.check(request.body)) {
        if (fault.field.starts_with('/')) // of a form the field's name is told, no pointer
            fault.field.erase(0, 1);
        faults.push_back(std::move(fault));
    }
}

void read_body(Request& request, const ContractBody::Form* form, std::string_view body,
               std::vector<Fault>& faults) {
    const auto& contract = *request.operation->body;
    const auto& [first_type, first_form] = *contract.forms.begin();
    request.body = boost::json::object();
    if (form == &first_form && first_type == urlencoded)
        read_urlencoded(request, body, *form->validator, faults);
    else if (form && !body.empty())
        read_json(request, body, *form->validator, faults);
    else if (contract.required)
        faults.push_back({"", "is required"});
    else
        first_form.validator->check(request.body); // for its defaults
}

void read_page(Request& request) {
    if (const auto* limit = request.parameters.if_contains("limit"))
        request.page.limit = limit->to_number<std::size_t>();
}

} // namespace

const ContractBody::Form* choose_form(const Operation& operation, const RequestHead& head, bool has_body) {
    if (!operation.body)
        return nullptr;
    const std::string_view content_type = head.header("Content-Type");
    const auto& forms = operation.body->forms;
    if (content_type.empty() && !has_body)
        return operation.body->required ? &forms.begin()->second : nullptr;
    const auto found = forms.find(media_type(content_type));
    if (found != forms.end() && !is_other_charset(content_type))
        return &found->second;
    std::string taken;
    for (const auto& [name, form] : forms)
        taken += (taken.empty() ? "" : " or ") + name;
    throw ApiError(ErrorCode::unsupported_media_type,
                   fmt::format("This operation takes {} in UTF-8.", taken));
}

void read_form(Request& request, const RequestHead& head, const std::vector<std::string>& path_values,
               const ContractBody::Form* form, std::string_view body) {
    std::vector<Fault> faults;
    read_parameters(request, head, path_values, faults);
    if (request.operation->body)
        read_body(request, form, body, faults);
    if (!faults.empty()) {
        faults.resize(std::min(faults.size(), fault_limit));
        throw ApiError(std::move(faults));
    }
    read_page(request);
}

std::vector<std::pair<std::string, std::string>> parse_urlencoded(std::string_view text,
                                                                  std::vector<Fault>& faults) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        const auto item = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), item.size() + 1));
        if (item.empty())
            continue;
        const auto equals = item.find('=');
        const auto name = decode_query_part(item.substr(0, equals));
        const auto value = decode_query_part(equals == std::string_view::npos ? std::string_view()
                                                                              : item.substr(equals + 1));
        if (name && value)
            pairs.emplace_back(*name, *value);
        else
            faults.push_back({name && is_utf8(*name) ? std::string(first_code_points(*name, 300)) : "",
                              "has a malformed percent escape"});
    }
    return pairs;
}

} // namespace xentree
