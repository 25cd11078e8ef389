#pragma once
#include <boost/asio/awaitable.hpp>

namespace xentree {

namespace asio = boost::asio;

// What a coroutine of this server returns. It runs on the I/O thread of the connection that it serves and
// comes back to that thread after each co_await. A coroutine takes by value whatever it uses after its first
// suspension.
template<class T>
using Task = asio::awaitable<T>;

} // namespace xentree
