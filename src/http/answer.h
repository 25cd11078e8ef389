#pragma once
#include <boost/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.h"

namespace xentree {

// Where the events of a stream go. send() returns when the event is written to the connection, so a source is
// never faster than its reader; it throws where the reader is gone.
class EventSink {
  public:
    virtual ~EventSink() = default;
    virtual Task<void> send(std::string event, boost::json::value data) = 0;
};

// What writes a stream of server-sent events (WHATWG HTML, section 9.2). The coroutine is cancelled when the
// reader goes away. An ApiError that it throws becomes the stream's `error` event.
class EventSource {
  public:
    virtual ~EventSource() = default;
    virtual Task<void> run(EventSink& sink) = 0;
};

using EventStream = std::unique_ptr<EventSource>;

// An HTTP answer before it has the headers that every answer has.
struct Answer {
    int status = 200;
    std::string content_type; // empty without a body
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    EventStream events; // in place of a body
    std::string_view lasting_body =
        {}; // in place of `body`: bytes that outlive the answer, sent without a copy

    std::string_view bytes() const { return lasting_body.empty() ? std::string_view(body) : lasting_body; }
};

// What a handler may return, beside a wire struct (200) and a Page of them.
template<class T>
struct Created {
    T body;
    Created(T body) : body(std::move(body)) {}
};
template<class T>
struct Accepted { // 202
    T body;
    Accepted(T body) : body(std::move(body)) {}
};
struct NoContent {};
struct Redirect {         // 302
    std::string location; // absolute
};
template<class T>
struct WithStatus {
    int status;
    T body;
};
template<class T>
struct WithHeaders { // any other result, and headers of its own
    T result;
    std::vector<std::pair<std::string, std::string>> headers;
};

} // namespace xentree
