#pragma once
#include <memory>
#include <optional>
#include <string>

#include "ai/availability.h"
#include "ai/chat_provider.h"
#include "ai/openai/wire.h"
#include "ai/sse.h"
#include "http/outbound.h"

namespace xentree::openai {

// Code points of an answer: the contract's limit of `content`.
inline constexpr std::size_t answer_limit = 200'000;

struct Call {
    std::string provider; // id, for the log
    std::string model;    // as asked for
    Availability::Attempt attempt;
};

// An answer that is being received, whole or as a stream.
class Reply : public ChatReply {
  public:
    Reply(Call call, std::unique_ptr<OutboundResponse> response);
    Task<std::optional<std::string>> next() final;
    std::optional<TokenUsage> usage() const final { return usage_; }
    std::string model() const final { return model_; }

  protected:
    // The next text, which may be empty; nothing at the end.
    virtual Task<std::optional<std::string>> read() = 0;
    // What the provider told besides text.
    void note(const ChatOutput& output);

    std::unique_ptr<OutboundResponse> response_;

  private:
    Call call_;
    std::string model_;
    std::optional<TokenUsage> usage_;
    std::size_t code_points_ = 0;
    bool is_over_ = false;
};

class WholeReply final : public Reply {
  public:
    using Reply::Reply;

  private:
    Task<std::optional<std::string>> read() override;
    bool is_read_ = false;
};

class StreamedReply final : public Reply {
  public:
    using Reply::Reply;

  private:
    Task<std::optional<std::string>> read() override;
    std::string take(std::string_view bytes);
    SseParser parser_;
    bool is_done_ = false;
    bool is_broken_ = false;
};

} // namespace xentree::openai
