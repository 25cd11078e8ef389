#include "ai/remote/reply.h"

#include <boost/asio/this_coro.hpp>

#include <limits>
#include <stdexcept>

#include "base/log.h"
#include "base/text.h"

namespace xentree::remote {
namespace {

constexpr std::int64_t count_limit = std::numeric_limits<std::int32_t>::max(); // of the contract

Failure broken_off() {
    return {ErrorCode::provider_error, "The provider's answer broke off.", false};
}

} // namespace

Reply::Reply(Call call, std::unique_ptr<OutboundResponse> response) :
    response_(std::move(response)), call_(std::move(call)), model_(call_.model) {}

void Reply::note(const ChatOutput& output) {
    if (!output.model.empty())
        model_ = output.model;
    counts_.prompt = std::max(counts_.prompt, output.counts.prompt);
    counts_.completion = std::max(counts_.completion, output.counts.completion);
    counts_.total = std::max(counts_.total, output.counts.total);
}

std::optional<TokenUsage> Reply::usage() const {
    if (!counts_.prompt || !counts_.completion)
        return std::nullopt;
    const auto total = counts_.total.value_or(*counts_.prompt + *counts_.completion);
    if (std::max({*counts_.prompt, *counts_.completion, total}) > count_limit)
        return std::nullopt;
    return TokenUsage{*counts_.prompt, *counts_.completion, total};
}

Task<std::optional<std::string>> Reply::next() {
    const auto executor = co_await asio::this_coro::executor;
    std::optional<Failure> failure;
    try {
        while (!is_over_) {
            const auto read_text = co_await read();
            std::string text = read_text ? characters_.take(*read_text) : characters_.finish();
            if (!read_text) {
                is_over_ = true;
                finish_outbound(executor, std::move(response_));
                call_.attempt.succeeded();
            }
            code_points_ += count_code_points(text);
            if (code_points_ > answer_limit)
                throw Failure(ErrorCode::provider_error, "The provider's answer is too long.", false);
            if (text.empty())
                continue;
            call_.attempt.began();
            co_return text;
        }
        co_return std::nullopt;
    } catch (const OutboundError& error) {
        log(LogLevel::warning, "provider {}: {}", call_.provider, error.what());
        failure = failure_of(error, has_begun_);
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

Task<std::optional<std::string>> Reply::receive() {
    auto bytes = co_await response_->next();
    has_begun_ = true;
    co_return bytes;
}

Task<std::optional<std::string>> WholeReply::read() {
    if (std::exchange(is_read_, true))
        co_return std::nullopt;
    std::string body;
    for (;;) {
        const auto bytes = co_await receive();
        if (!bytes)
            break;
        if (body.size() + bytes->size() > whole_limit)
            throw Failure(ErrorCode::provider_error, "The provider's answer is too large.", false);
        body += *bytes;
    }
    ChatOutput output = wire().read_whole(body);
    note(output);
    co_return std::move(output.text);
}

Task<std::optional<std::string>> StreamedReply::read() {
    if (is_done_)
        co_return std::nullopt;
    if (failure_)
        throw *failure_;
    const auto bytes = co_await receive();
    co_return bytes ? take(*bytes) : take_end();
}

// What came before a fault is still given; the fault is the next call's.
std::string StreamedReply::take(std::string_view bytes) {
    std::string text;
    try {
        for (const SseEvent& event : parser_.feed(bytes)) {
            text += take_event(event);
            if (is_done_)
                break;
        }
    } catch (const std::length_error&) {
        failure_ = unreadable();
    } catch (const Failure& failure) {
        failure_ = failure;
    }
    return text;
}

// Servers that end without their last event, or without the empty line after it, have told the end all the
// same.
std::string StreamedReply::take_end() {
    std::string text;
    try {
        if (const auto event = parser_.finish())
            text = take_event(*event);
    } catch (const std::length_error&) {
        is_finished_ = false;
    } catch (const Failure&) {
        // A piece of an event is no worse than none.
    }
    is_done_ = is_done_ || is_finished_;
    if (!is_done_)
        failure_ = broken_off();
    return text;
}

std::string StreamedReply::take_event(const SseEvent& event) {
    ChatOutput output = wire().read_event(event);
    note(output);
    is_finished_ = is_finished_ || output.is_finished;
    is_done_ = is_done_ || output.is_done;
    return std::move(output.text);
}

} // namespace xentree::remote
