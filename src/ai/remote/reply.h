#pragma once
#include <memory>
#include <optional>
#include <string>

#include "ai/availability.h"
#include "ai/chat_provider.h"
#include "ai/remote/chat_wire.h"
#include "ai/remote/wtf8.h"
#include "http/outbound.h"

namespace xentree::remote {

// Code points of an answer: the contract's limit of `content`.
inline constexpr std::size_t answer_limit = 200'000;

// Bytes of an answer that is not streamed.
inline constexpr std::size_t whole_limit = 16 * 1024 * 1024;

struct Call {
    const ChatWire& wire; // outlives the reply
    std::string provider; // id, for the log
    std::string model;    // as asked for
    Availability::Attempt attempt;
};

// An answer that is being received, whole or as a stream.
class Reply : public ChatReply {
  public:
    Reply(Call call, std::unique_ptr<OutboundResponse> response);
    Task<std::optional<std::string>> next() final;
    std::optional<TokenUsage> usage() const final;
    std::string model() const final { return model_; }

  protected:
    // The next text in WTF-8, which may be empty; nothing at the end.
    virtual Task<std::optional<std::string>> read() = 0;
    // What the provider told besides text.
    void note(const ChatOutput& output);

    const ChatWire& wire() const { return call_.wire; }

    // The next bytes of the body.
    Task<std::optional<std::string>> receive();

  private:
    std::unique_ptr<OutboundResponse> response_;
    Call call_;
    Utf8Joiner characters_;
    std::string model_;
    TokenCounts counts_;
    std::size_t code_points_ = 0;
    bool has_begun_ = false;
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
    std::string take_end();
    std::string take_event(const SseEvent& event);
    SseParser parser_;
    bool is_finished_ = false; // the text is, but a count of tokens may follow
    bool is_done_ = false;
    std::optional<Failure> failure_;
};

} // namespace xentree::remote
