// First line: an operation. Then a line with the query, a line with the values of the path's parameters
// (apart by
// '/'), a line for each header, an empty line, the body.
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "base/text.h"
#include "contract.h"
#include "fuzz.h"
#include "http/request_form.h"

namespace xentree::fuzz {
namespace {

namespace json = boost::json;

constexpr std::string_view urlencoded = "application/x-www-form-urlencoded";

struct Sent {
    const Operation* operation;
    RequestHead head;
    std::vector<std::string> path_values;
    std::string body;
};

bool is_any(const Operation&) {
    return true;
}

void add_header(RequestHead& head, std::string_view line) {
    const auto colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos)
        return;
    head.headers.insert(line.substr(0, colon), line.substr(colon + 1));
}

// As many values as the router takes out of a path of this operation, none of them empty.
std::vector<std::string> path_values(const Operation& operation, std::string_view line) {
    std::vector<std::string> values;
    for (const auto& parameter : operation.parameters) {
        if (parameter.place != ParameterPlace::path)
            continue;
        const auto value = line.substr(0, line.find('/'));
        line.remove_prefix(std::min(line.size(), value.size() + 1));
        values.emplace_back(value.empty() ? "x" : value);
    }
    return values;
}

Sent read(std::string_view text) {
    Lines lines(text);
    Sent sent{&choose_operation(lines.next(), is_any), {}, {}, {}};
    sent.head.query = lines.next();
    sent.path_values = path_values(*sent.operation, lines.next());
    for (auto line = lines.next(); !line.empty(); line = lines.next())
        add_header(sent.head, line);
    sent.body = lines.rest();
    return sent;
}

struct Outcome {
    std::optional<ErrorCode> error;
    std::vector<Fault> faults;
    Request request;
};

Outcome outcome(const Sent& sent) {
    Outcome outcome;
    outcome.request.operation = sent.operation;
    try {
        const auto* form = choose_form(*sent.operation, sent.head, !sent.body.empty());
        read_form(outcome.request, sent.head, sent.path_values, form, form ? sent.body : "");
    } catch (const ApiError& error) {
        outcome.error = error.code;
        outcome.faults = error.faults;
    }
    return outcome;
}

std::string as_text(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

std::string escaped(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::string urlencoded_text(const json::object& fields) {
    std::string text;
    for (const auto& field : fields)
        text += (text.empty() ? "" : "&") + escaped(field.key()) + "=" + escaped(as_text(field.value()));
    return text;
}

// The request as a client would send it that knows what the server has read.
Sent sent_again(const Sent& sent, const Request& request) {
    Sent again{sent.operation, sent.head, {}, {}};
    json::object query;
    for (const auto& parameter : sent.operation->parameters) {
        const auto* value = request.parameters.if_contains(parameter.name);
        if (!value)
            continue;
        if (parameter.place == ParameterPlace::path)
            again.path_values.push_back(as_text(*value));
        else if (parameter.place == ParameterPlace::query)
            query[parameter.name] = *value;
        else
            again.head.headers.set(parameter.name, as_text(*value));
    }
    again.head.query = urlencoded_text(query);
    if (sent.body.empty() || !sent.operation->body)
        return again;
    const bool is_form = ascii_lower(sent.head.header("Content-Type")).find(urlencoded) != std::string::npos;
    again.body = is_form ? urlencoded_text(request.body.as_object()) : json::serialize(request.body);
    return again;
}

void require_told_well(const std::vector<Fault>& faults) {
    require(!faults.empty() && faults.size() <= 100, "1 to 100 faults are told");
    for (const auto& fault : faults) {
        require(is_utf8(fault.field) && is_utf8(fault.message), "a fault is told in UTF-8");
        require(count_code_points(fault.field) <= 300, "a fault's place is short");
        require(!fault.message.empty(), "a fault is told");
    }
}

void try_request(const Sent& sent) {
    const Outcome first = outcome(sent);
    const Outcome second = outcome(sent);
    require(first.error == second.error && first.faults == second.faults,
            "the same request has the same faults");
    require(first.request.body == second.request.body, "and the same body");
    if (first.error) {
        if (*first.error == ErrorCode::validation_error)
            require_told_well(first.faults);
        return;
    }
    require(first.request.page.limit >= 1 && first.request.page.limit <= 100, "a page has 1 to 100 items");
    const Outcome again = outcome(sent_again(sent, first.request));
    require(!again.error, "what was accepted is accepted again");
    require(again.request.parameters == first.request.parameters, "with the same parameters");
}

} // namespace
} // namespace xentree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    xentree::fuzz::try_request(xentree::fuzz::read(xentree::fuzz::as_text(data, size)));
    return 0;
}
