#pragma once
#include <boost/asio/ip/address.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/client_address.h"

namespace xentree {

// How many connections may be open: in all, and from one address (limited_address), so that no client takes
// the place of all others. Trusted proxies bring many clients and are counted in all only. Any thread.
class ConnectionLimit {
  public:
    struct Bounds {
        std::size_t in_all = 0;
        std::size_t an_address = 0; // 0: none
    };
    // `trusted_proxies` must outlive it.
    ConnectionLimit(Bounds bounds, const AddressRanges& trusted_proxies) :
        bounds_(bounds), trusted_proxies_(trusted_proxies) {}

    // The place of an open connection; given back by its destructor.
    class Place {
      public:
        Place(Place&& other) noexcept :
            owner_(std::exchange(other.owner_, nullptr)), address_(std::move(other.address_)) {}
        Place& operator=(Place&&) = delete;
        ~Place();

      private:
        friend class ConnectionLimit;
        Place(ConnectionLimit& owner, std::string address) : owner_(&owner), address_(std::move(address)) {}
        ConnectionLimit* owner_; // null: moved from
        std::string address_;    // empty: not counted by address
    };

    // Nothing where there is no place.
    std::optional<Place> admit(const boost::asio::ip::address& peer);

  private:
    void give_back(const std::string& address);

    Bounds bounds_;
    const AddressRanges& trusted_proxies_;
    std::mutex mutex_;
    std::size_t open_ = 0;
    std::unordered_map<std::string, std::size_t> by_address_;
};

} // namespace xentree
