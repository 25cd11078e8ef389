#include "http/connection_limit.h"

namespace xentree {

std::optional<ConnectionLimit::Place> ConnectionLimit::admit(const boost::asio::ip::address& peer) {
    std::string address;
    if (bounds_.an_address > 0 && !trusted_proxies_.contains(peer))
        address = limited_address(client_address(peer, "", trusted_proxies_));
    const std::lock_guard lock(mutex_);
    if (open_ >= bounds_.in_all)
        return std::nullopt;
    if (!address.empty()) {
        auto& open = by_address_[address];
        if (open >= bounds_.an_address)
            return std::nullopt;
        ++open;
    }
    ++open_;
    return Place(*this, std::move(address));
}

void ConnectionLimit::give_back(const std::string& address) {
    const std::lock_guard lock(mutex_);
    --open_;
    if (address.empty())
        return;
    const auto found = by_address_.find(address);
    if (--found->second == 0)
        by_address_.erase(found);
}

ConnectionLimit::Place::~Place() {
    if (owner_)
        owner_->give_back(address_);
}

} // namespace xentree
