#include "ai/remote/remote_provider.h"

#include "ai/remote/json.h"
#include "ai/remote/reply.h"
#include "base/log.h"
#include "base/text.h"

namespace xentree {
namespace {

// A stream wraps each token, also those of a model's thinking, in some 300 bytes.
constexpr std::size_t stream_limit = 256 * 1024 * 1024;
constexpr std::size_t error_limit = 64 * 1024;

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

RemoteProvider::RemoteProvider(RemoteSettings settings, std::unique_ptr<remote::ChatWire> wire,
                               const Clock& clock) :
    settings_(complete(std::move(settings))),
    wire_(std::move(wire)), availability_(clock) {}

OutboundRequest RemoteProvider::outbound(const remote::WireRequest& wanted, bool stream) const {
    OutboundRequest request;
    request.method = "POST";
    request.url = settings_.base_url + wanted.path;
    request.headers = wire_->headers(settings_.api_key);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", stream ? "text/event-stream" : "application/json");
    request.body = wanted.body;
    request.connect_timeout = settings_.connect_timeout;
    request.silence_timeout = settings_.silence_timeout;
    request.total_timeout = settings_.total_timeout;
    request.response_limit = stream ? stream_limit : remote::whole_limit;
    return request;
}

// An answer of success, else throws OutboundError or remote::Failure.
Task<std::unique_ptr<OutboundResponse>> RemoteProvider::send(const ChatPrompt& prompt) {
    remote::WireRequest wanted = wire_->request(prompt);
    for (bool is_plainer = false;; is_plainer = true) {
        OutboundRequest request = outbound(wanted, prompt.stream);
        auto response = co_await send_outbound(std::move(request));
        const int status = response->status();
        if (status >= 200 && status < 300) {
            if (is_plainer)
                wire_->plainer_request_was_served();
            co_return response;
        }
        const std::string body = co_await read_error(*response);
        auto plainer = wire_->plainer_request(prompt, status, body);
        if (!plainer || is_plainer) {
            log(LogLevel::warning, "provider {}: status {} {}", settings_.id, status,
                remote::error_word(body));
            throw wire_->failure(status, body);
        }
        wanted = *std::move(plainer);
    }
}

Task<std::unique_ptr<ChatReply>> RemoteProvider::ask(ChatPrompt prompt) {
    auto attempt = availability_.attempt();
    if (!attempt)
        throw ApiError(ErrorCode::unavailable);
    std::optional<remote::Failure> failure;
    try {
        auto response = co_await send(prompt);
        const bool is_streamed = prompt.stream && !is_json(*response);
        remote::Call call{*wire_, settings_.id, prompt.model, *std::move(attempt)};
        if (is_streamed)
            co_return std::make_unique<remote::StreamedReply>(std::move(call), std::move(response));
        co_return std::make_unique<remote::WholeReply>(std::move(call), std::move(response));
    } catch (const OutboundError& error) {
        log(LogLevel::warning, "provider {}: {}", settings_.id, error.what());
        failure = remote::failure_of(error, false);
    } catch (const remote::Failure& error) {
        failure = error;
    }
    if (failure->is_outage)
        attempt->failed(failure->what());
    throw *failure;
}

} // namespace xentree
