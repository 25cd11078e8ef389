#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ai/chat_provider.h"
#include "ai/remote/failure.h"
#include "ai/sse.h"

namespace xentree::remote {

// Tokens as a provider counts them, which it may tell bit by bit. Counts only grow.
struct TokenCounts {
    std::optional<std::int64_t> prompt;
    std::optional<std::int64_t> completion;
    std::optional<std::int64_t> total; // absent: the sum
};

// What a whole answer or one event of a stream says.
struct ChatOutput {
    std::string text;  // WTF-8, without NUL
    std::string model; // empty where not told
    TokenCounts counts;
    bool is_finished = false; // the answer's text ends here, counts may follow
    bool is_done = false;     // nothing follows
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct WireRequest {
    std::string path; // follows the base URL, with its slash
    std::string body; // JSON
};

// How one kind of model server is spoken to over HTTP. Any thread.
class ChatWire {
  public:
    virtual ~ChatWire() = default;

    // Up to and with the version; empty where there is no one official host.
    virtual std::string_view official_url() const { return {}; }
    // Of every request, with the key; an empty key is not sent.
    virtual Headers headers(const std::string& api_key) const = 0;
    virtual WireRequest request(const ChatPrompt& prompt) const = 0;

    // Both throw Failure where it is no such answer, reports an error or declines.
    virtual ChatOutput read_whole(std::string_view json) const = 0;
    virtual ChatOutput read_event(const SseEvent& event) const = 0;

    // What an error answer means.
    virtual Failure failure(int status, std::string_view) const { return failure_of_status(status); }

    // A plainer request to send instead, where the error answer shows a server that does not know all of the
    // one it got; told afterwards that it was served.
    virtual std::optional<WireRequest> plainer_request(const ChatPrompt&, int, std::string_view) const {
        return std::nullopt;
    }
    virtual void plainer_request_was_served() {}
};

} // namespace xentree::remote
