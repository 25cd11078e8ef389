#pragma once
#include <boost/beast/http/fields.hpp>
#include <boost/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/task.h"
#include "contract/contract.h"
#include "http/caller.h"
#include "http/page.h"

namespace xentree {

// The head of a request as it came.
struct RequestHead {
    std::string method;
    std::string path;  // still percent-encoded, without the query
    std::string query; // still percent-encoded, without the '?'
    boost::beast::http::fields headers;
    std::string address; // of the client; see client_address.h

    std::string_view header(std::string_view name) const { return headers[name]; } // empty without one
};

// The token of `Authorization: Bearer`; nothing without one.
std::optional<std::string> bearer_token(const RequestHead& head);

// Reads the body of a request, once, when the checks before it have passed.
class BodyReader {
  public:
    virtual ~BodyReader() = default;
    // Bytes, where the head tells them.
    virtual std::optional<std::size_t> length() const { return std::nullopt; }
    // Throws ApiError(payload_too_large) as soon as it is known to be larger.
    virtual Task<std::string> read(std::size_t limit) = 0;
};

// The rules between members of a body that its schema tells in words: adds a fault for each breach. The body
// is an object, its members may be of any form: their own faults are told beside.
using BodyRule = std::function<void(const boost::json::object& body, std::vector<Fault>& faults)>;

// A request that has passed the contract: what a handler's arguments are made from.
struct Request {
    const Operation* operation = nullptr;
    const BodyRule* rule = nullptr;
    std::variant<Visitor, Caller> caller;
    boost::json::object parameters; // path, query and header parameters by name, defaults filled in
    boost::json::value body;        // defaults filled in; {} where it was left out
    PageRequest page;

    Visitor& visitor() {
        return std::visit([](auto& someone) -> Visitor& { return someone; }, caller);
    }
};

} // namespace xentree
