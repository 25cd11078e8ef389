#include "ai/openai/reply.h"

#include <stdexcept>

#include "ai/openai/failure.h"
#include "base/log.h"
#include "base/text.h"

namespace xentree::openai {
namespace {

Failure broken(const std::string& sentence) {
    return {ErrorCode::provider_error, sentence, true};
}

} // namespace

Reply::Reply(Call call, std::unique_ptr<OutboundResponse> response) :
    response_(std::move(response)), call_(std::move(call)), model_(call_.model) {}

void Reply::note(const ChatOutput& output) {
    if (!output.model.empty())
        model_ = output.model;
    if (output.usage)
        usage_ = output.usage;
}

Task<std::optional<std::string>> Reply::next() {
    std::optional<Failure> failure;
    try {
        while (!is_over_) {
            auto text = co_await read();
            if (!text) {
                is_over_ = true;
                response_.reset();
                call_.attempt.succeeded();
                break;
            }
            code_points_ += count_code_points(*text);
            if (code_points_ > answer_limit)
                throw Failure(ErrorCode::provider_error, "The provider's answer is too long.", false);
            if (text->empty())
                continue;
            call_.attempt.succeeded();
            co_return text;
        }
        co_return std::nullopt;
    } catch (const OutboundError& error) {
        log(LogLevel::warning, "provider {}: {}", call_.provider, error.what());
        failure = failure_of(error);
    } catch (const Failure& error) {
        log(LogLevel::warning, "provider {}: {}", call_.provider, error.what());
        failure = error;
    }
    is_over_ = true;
    response_.reset();
    if (failure->is_outage)
        call_.attempt.failed(failure->what());
    throw *failure;
}

Task<std::optional<std::string>> WholeReply::read() {
    if (std::exchange(is_read_, true))
        co_return std::nullopt;
    const std::string body = co_await read_body(*response_);
    auto output = parse_completion(body);
    if (!output)
        throw broken("The provider's answer could not be read.");
    note(*output);
    co_return std::move(output->text);
}

Task<std::optional<std::string>> StreamedReply::read() {
    if (is_done_)
        co_return std::nullopt;
    if (is_broken_)
        throw broken("The provider's answer broke off.");
    const auto bytes = co_await response_->next();
    if (!bytes)
        throw broken("The provider closed the stream.");
    co_return take(*bytes);
}

// What came before a fault is still given; the fault is the next call's.
std::string StreamedReply::take(std::string_view bytes) {
    std::string text;
    try {
        for (const SseEvent& event : parser_.feed(bytes)) {
            if (event.data == "[DONE]") {
                is_done_ = true;
                break;
            }
            const auto output = parse_chunk(event.data);
            if (!output || event.type == "error") {
                is_broken_ = true;
                break;
            }
            note(*output);
            text += output->text;
        }
    } catch (const std::length_error&) {
        is_broken_ = true;
    }
    return text;
}

} // namespace xentree::openai
