#include "features/connectors/connections.h"

#include "features/connectors/sealed_tokens.h"
#include "features/connectors/store.h"

namespace xentree {

namespace store = connections_store;

Task<Page<IntegrationOut>> Connections::list(Caller caller, PageRequest page) {
    auto found =
        co_await parts_.database.read([&](Reader& db) { return store::list(db, caller.user, page); });
    co_return make_page(std::move(found), page, store::position_of);
}

Task<void> Connections::remove(Caller caller, ConnectionId id) {
    co_await parts_.database.write([&](Writer& db) {
        const auto connection = store::find(db, caller.user, id);
        if (!connection)
            throw ApiError::absent("integration");
        const auto tokens = open_tokens(parts_.master_key, id, connection->sealed_tokens);
        parts_.revocations.put(db, connection->shown.provider, tokens.root());
        store::erase(db, caller.user, id);
        parts_.audit.note(db, caller,
                          {"connection.unlinked",
                           std::nullopt,
                           id.text(),
                           {{"provider", boost::describe::enum_to_string(connection->shown.provider, "")}}});
    });
}

void Connections::end_all(Writer& db, UserId user) const {
    for (const auto& connection : store::all_of(db, user)) {
        const auto tokens = open_tokens(parts_.master_key, connection.shown.id, connection.sealed_tokens);
        parts_.revocations.put(db, connection.shown.provider, tokens.root());
    }
}

} // namespace xentree
