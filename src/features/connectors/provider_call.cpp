#include "features/connectors/provider_call.h"

#include <boost/json/parse.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <charconv>

#include "base/log.h"

namespace xentree {

namespace {

constexpr Seconds usual_patience{60};
constexpr Seconds most_patience{3'600};

ApiError failure_of(const OutboundError& error) {
    using Cause = OutboundError::Cause;
    switch (error.cause) {
    case Cause::timeout:
        return ApiError(ErrorCode::provider_timeout);
    case Cause::overloaded:
        return ApiError::retry_later(ErrorCode::unavailable, Seconds(1), "The server is busy.");
    case Cause::unreachable:
        return ApiError(ErrorCode::provider_error, "The provider could not be reached.");
    case Cause::too_large:
        return ApiError(ErrorCode::provider_error, "The provider's answer is too large.");
    case Cause::broken:
    case Cause::refused:
        break;
    }
    return ApiError(ErrorCode::provider_error, "The provider's answer broke off.");
}

// Seconds; a date (RFC 9110, section 10.2.3) counts as none told.
std::optional<Seconds> parse_retry_after(const std::optional<std::string>& value) {
    std::int64_t seconds = 0;
    if (!value)
        return std::nullopt;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), seconds);
    if (error != std::errc() || end != value->data() + value->size() || seconds < 0)
        return std::nullopt;
    return std::clamp(Seconds(seconds), Seconds(1), most_patience);
}

// An error code, of OAuth (a string) or of Google's APIs (in an object); only a plain word, so that nothing
// of a request that was sent back gets into the log.
std::string error_word(std::string_view body) {
    const auto object = parse_object(body);
    if (!object)
        return {};
    std::string word = string_member(*object, "error");
    if (const auto* error = object->if_contains("error"); error && error->is_object())
        word = string_member(error->get_object(), "status");
    const bool is_plain = word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) {
                              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
                          });
    return is_plain ? word : std::string();
}

} // namespace

std::string encode_fields(const FormFields& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        text += text.empty() ? "" : "&";
        text += boost::urls::encode(name, boost::urls::unreserved_chars);
        text += "=";
        text += boost::urls::encode(value, boost::urls::unreserved_chars);
    }
    return text;
}

Task<ProviderAnswer> call_provider(OutboundRequest request, std::string what) {
    try {
        const auto response = co_await send_outbound(std::move(request));
        ProviderAnswer answer{response->status(), {}, parse_retry_after(response->header("Retry-After"))};
        for (;;) {
            const auto piece = co_await response->next();
            if (!piece)
                break;
            answer.body += *piece;
        }
        co_return answer;
    } catch (const OutboundError& error) {
        log(LogLevel::warning, "{}: {}", what, error.what());
        throw failure_of(error);
    }
}

ApiError provider_unavailable(const ProviderAnswer& answer) {
    return ApiError::retry_later(ErrorCode::unavailable, answer.retry_after.value_or(usual_patience),
                                 "The provider is at its rate limit.");
}

ApiError unexpected_answer(const ProviderAnswer& answer, std::string_view what) {
    log(LogLevel::warning, "{}: status {} {}", what, answer.status, error_word(answer.body));
    return answer.status == 429 ? provider_unavailable(answer) : ApiError(ErrorCode::provider_error);
}

ApiError unreadable_answer(std::string_view what) {
    log(LogLevel::warning, "{}: the answer cannot be read", what);
    return ApiError(ErrorCode::provider_error, "The provider's answer could not be read.");
}

std::optional<boost::json::object> parse_object(std::string_view text) {
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(text, error);
    if (error || !value.is_object())
        return std::nullopt;
    return std::move(value.get_object());
}

std::string string_member(const boost::json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (!value || !value->is_string())
        return {};
    std::string text(value->get_string());
    std::erase(text, '\0');
    return text;
}

} // namespace xentree
