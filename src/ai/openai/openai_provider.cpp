#include "ai/openai/openai_provider.h"

#include <stdexcept>

#include "ai/openai/failure.h"
#include "ai/openai/reply.h"
#include "ai/openai/wire.h"
#include "base/log.h"
#include "base/text.h"

namespace xentree {
namespace {

// A stream wraps each token, also those of a model's thinking, in some 300 bytes.
constexpr std::size_t stream_limit = 256 * 1024 * 1024;
constexpr std::size_t error_limit = 64 * 1024;

bool is_provider_id(std::string_view id) {
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const auto is_allowed = [&](char c) { return is_plain(c) || c == '_' || c == '-'; };
    return !id.empty() && id.size() <= 64 && id != "auto" && is_plain(id.front()) &&
           std::all_of(id.begin(), id.end(), is_allowed);
}

void check(const OpenAiSettings& settings) {
    if (!is_provider_id(settings.id))
        throw std::invalid_argument("A provider's id is 1 to 64 of a-z, 0-9, _ and -, and not auto.");
    const auto reject = [&](const char* what) {
        throw std::invalid_argument(fmt::format("Provider {}: {}", settings.id, what));
    };
    const auto is_text = [](const std::string& text, std::size_t limit) {
        return is_utf8(text) && !text.empty() && count_code_points(text) <= limit;
    };
    if (!is_text(settings.name, 120))
        reject("the name has 1 to 120 characters.");
    if (!settings.base_url.starts_with("http://") && !settings.base_url.starts_with("https://"))
        reject("the base URL begins with http:// or https://.");
    if (has_control_character(settings.api_key))
        reject("the API key has a control character.");
    if (settings.models.empty())
        reject("at least one model must be named.");
    for (const ChatModel& model : settings.models)
        if (!is_text(model.id, 128) || !is_text(model.name, 120))
            reject("a model's id has 1 to 128 characters, its name 1 to 120.");
}

OpenAiSettings complete(OpenAiSettings settings) {
    while (settings.base_url.ends_with('/'))
        settings.base_url.pop_back();
    for (ChatModel& model : settings.models)
        if (model.name.empty())
            model.name = first_code_points(model.id, 120);
    check(settings);
    return settings;
}

// The body of an error answer, as far as it is worth reading.
Task<std::string> read_error(OutboundResponse& response) {
    std::string body;
    try {
        while (body.size() < error_limit) {
            const auto piece = co_await response.next();
            if (!piece)
                break;
            body += *piece;
        }
    } catch (const OutboundError&) {
        // The status alone says enough.
    }
    co_return body;
}

bool is_json(const OutboundResponse& response) {
    const auto type = response.header("content-type");
    return type && ascii_lower(*type).starts_with("application/json");
}

} // namespace

OpenAiProvider::OpenAiProvider(OpenAiSettings settings, const Clock& clock) :
    settings_(complete(std::move(settings))), availability_(clock) {}

OutboundRequest OpenAiProvider::request(const ChatPrompt& prompt, bool with_usage) const {
    OutboundRequest request;
    request.method = "POST";
    request.url = settings_.base_url + "/chat/completions";
    request.headers = {{"Content-Type", "application/json"},
                       {"Accept", prompt.stream ? "text/event-stream" : "application/json"}};
    if (!settings_.api_key.empty())
        request.headers.emplace_back("Authorization", "Bearer " + settings_.api_key);
    request.body = openai::chat_request(prompt, with_usage);
    request.connect_timeout = settings_.connect_timeout;
    request.silence_timeout = settings_.silence_timeout;
    request.total_timeout = settings_.total_timeout;
    request.response_limit = prompt.stream ? stream_limit : openai::whole_limit;
    return request;
}

// An answer of success, else throws OutboundError or openai::Failure.
Task<std::unique_ptr<OutboundResponse>> OpenAiProvider::send(const ChatPrompt& prompt) {
    const bool wants_usage = prompt.stream && counts_streams_;
    bool with_usage = wants_usage;
    for (;;) {
        auto response = co_await send_outbound(request(prompt, with_usage));
        const int status = response->status();
        if (status >= 200 && status < 300) {
            if (with_usage != wants_usage)
                counts_streams_ = false;
            co_return response;
        }
        const std::string body = co_await read_error(*response);
        if (status == 400 && with_usage && openai::refuses_member(body, "stream_options")) {
            with_usage = false;
            continue;
        }
        log(LogLevel::warning, "provider {}: status {} {}", settings_.id, status, openai::error_word(body));
        throw openai::failure_of_status(status);
    }
}

Task<std::unique_ptr<ChatReply>> OpenAiProvider::ask(ChatPrompt prompt) {
    auto attempt = availability_.attempt();
    if (!attempt)
        throw ApiError(ErrorCode::unavailable);
    std::optional<openai::Failure> failure;
    try {
        auto response = co_await send(prompt);
        const bool is_streamed = prompt.stream && !is_json(*response);
        openai::Call call{settings_.id, prompt.model, *std::move(attempt)};
        if (is_streamed)
            co_return std::make_unique<openai::StreamedReply>(std::move(call), std::move(response));
        co_return std::make_unique<openai::WholeReply>(std::move(call), std::move(response));
    } catch (const OutboundError& error) {
        log(LogLevel::warning, "provider {}: {}", settings_.id, error.what());
        failure = openai::failure_of(error, false);
    } catch (const openai::Failure& error) {
        failure = error;
    }
    if (failure->is_outage)
        attempt->failed(failure->what());
    throw *failure;
}

} // namespace xentree
