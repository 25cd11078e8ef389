#include "features/connectors/access.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/errors.h"

namespace xentree {

namespace store = connections_store;

namespace {

constexpr Seconds least_left{60}; // of an access token that is used
constexpr Seconds synced_to{60};  // how exact last_synced_at is: a read costs no write each time
constexpr Milliseconds looks_every{100};
constexpr Seconds lease_beyond_call{20};
constexpr Seconds wait_beyond_call{5};

std::string sentence_of(const ApiError& error) {
    const std::string_view own = error.what();
    return std::string(own.empty() ? error_row(error.code).sentence : own);
}

Access access_of(UserId user, const store::Connection& connection, Instant now) {
    const auto& shown = connection.shown;
    const bool is_noted =
        !shown.last_error && shown.last_synced_at && now - *shown.last_synced_at < synced_to;
    return {{user, shown.id, connection.version}, {}, shown.provider, connection.time_zone, is_noted};
}

} // namespace

ApiError not_connected(const OAuthProvider& provider) {
    return ApiError(ErrorCode::not_found, "No " + provider.name + " is connected.");
}

ApiError consent_has_ended() {
    return ApiError(ErrorCode::needs_reauth, "The calendar consent has ended; start the flow again.");
}

Task<Access> ConnectionAccess::open(Caller caller, ConnectorProvider provider) {
    std::optional<Access> none;
    co_return co_await open_but(std::move(caller), provider, std::move(none));
}

Task<Access> ConnectionAccess::open_but(Caller caller, ConnectorProvider provider,
                                        std::optional<Access> refused) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer pause(executor);
    const auto looks = (parts_.timeout + wait_beyond_call) / looks_every;
    std::optional<std::int64_t> waited_for; // what another request renews
    for (std::int64_t look = 0; look < looks; ++look) {
        const auto found =
            co_await parts_.database.read([&](Reader& db) { return store::find(db, caller.user, provider); });
        if (!found)
            throw not_connected(parts_.providers.of(provider));
        if (found->shown.status != ConnectionStatus::connected)
            throw consent_has_ended();
        const Instant now = parts_.clock.now();
        const auto tokens = open_tokens(parts_.master_key, found->shown.id, found->sealed_tokens);
        Access access = access_of(caller.user, *found, now);
        const bool was_refused = refused && refused->connection.version == found->version;
        if (!was_refused && tokens.access_expires > now + least_left) {
            access.token = tokens.access_token;
            co_return access;
        }
        if (found->leased_until && *found->leased_until > now) {
            waited_for = found->version;
            pause.expires_after(looks_every);
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        if (waited_for == found->version) // who renewed it could not; another try at once would not either
            throw ApiError(ErrorCode::provider_error);
        const store::Lease lease{now, now + parts_.timeout + lease_beyond_call};
        const bool is_mine = co_await parts_.database.write(
            [&](Writer& db) { return store::take_lease(db, access.connection, lease); });
        if (!is_mine)
            continue;
        auto refreshing = refresh(caller, *found, was_refused && tokens.access_expires > now);
        auto fresh = co_await asio::co_spawn(executor, std::move(refreshing), asio::use_awaitable);
        if (fresh)
            co_return *std::move(fresh);
    }
    throw ApiError(ErrorCode::provider_timeout);
}

// Nothing where the connection was changed meanwhile. It runs to its end though the client goes away: a
// provider that gives a new refresh token each time has ended the old one by then.
Task<std::optional<Access>> ConnectionAccess::refresh(Caller caller, store::Connection connection,
                                                      bool was_refused) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    Access access = access_of(caller.user, connection, parts_.clock.now());
    StoredTokens tokens = open_tokens(parts_.master_key, connection.shown.id, connection.sealed_tokens);
    TokenAnswer answer = GrantRefusal{};
    std::optional<ApiError> failure;
    if (tokens.refresh_token) {
        const OAuthClient client(parts_.providers.of(access.provider), parts_.clock, parts_.timeout);
        try {
            answer = co_await client.refresh(*tokens.refresh_token);
        } catch (const ApiError& error) {
            failure = error;
        }
    }
    if (failure) {
        co_await parts_.database.write(
            [&](Writer& db) { store::give_lease_back(db, access.connection, sentence_of(*failure)); });
        throw *failure;
    }
    if (const auto* refusal = std::get_if<GrantRefusal>(&answer)) {
        // A token that was good by its time and that the provider took no more tells of a withdrawal: a
        // consent that runs out leaves the tokens of its last hour good.
        const bool is_withdrawal = was_refused || refusal->is_withdrawal;
        Ending ending{is_withdrawal ? ConnectionStatus::revoked : ConnectionStatus::needs_reauth,
                      is_withdrawal ? "The consent was withdrawn at the provider."
                                    : "The consent has ended or was withdrawn at the provider."};
        const bool has_ended = co_await end(std::move(caller), access, std::move(ending));
        if (has_ended)
            throw consent_has_ended();
        co_return std::nullopt;
    }
    TokenSet& granted = std::get<TokenSet>(answer);
    tokens.access_token = std::move(granted.access_token);
    tokens.access_expires = granted.access_expires;
    if (granted.refresh_token)
        tokens.refresh_token = std::move(granted.refresh_token);
    const store::Tokens kept{seal_tokens(parts_.master_key, connection.shown.id, tokens),
                             granted.scopes.value_or(connection.shown.scopes)};
    const bool is_kept = co_await parts_.database.write(
        [&](Writer& db) { return store::keep_tokens(db, access.connection, kept); });
    if (!is_kept)
        co_return std::nullopt;
    ++access.connection.version;
    access.token = tokens.access_token;
    co_return access;
}

Task<ConnectionAccess::Called> ConnectionAccess::call(Caller caller, Access access, OutboundRequest request) {
    for (bool is_second = false;; is_second = true) {
        OutboundRequest sent = request;
        sent.headers.emplace_back("Authorization", "Bearer " + access.token);
        ProviderAnswer answer;
        std::optional<ApiError> failure;
        try {
            answer = co_await call_provider(std::move(sent), parts_.providers.of(access.provider).name);
        } catch (const ApiError& error) {
            failure = error;
        }
        if (failure) {
            co_await note_failure(access, *failure);
            throw *failure;
        }
        if (answer.status != 401) {
            Called called{std::move(access), std::move(answer)};
            co_return called;
        }
        if (is_second) {
            Ending ending{ConnectionStatus::needs_reauth, "The provider refused a renewed access."};
            co_await end(std::move(caller), access, std::move(ending));
            throw consent_has_ended();
        }
        const ConnectorProvider provider = access.provider;
        std::optional<Access> refused = std::move(access);
        access = co_await open_but(caller, provider, std::move(refused));
    }
}

Task<bool> ConnectionAccess::end(Caller caller, Access access, Ending ending) {
    co_return co_await parts_.database.write([&](Writer& db) {
        if (!store::end(db, access.connection, ending.status, ending.error))
            return false;
        parts_.audit.note(db, caller,
                          {"connection.needs_reauth",
                           std::nullopt,
                           access.connection.id.text(),
                           {{"provider", boost::describe::enum_to_string(access.provider, "")},
                            {"status", boost::describe::enum_to_string(ending.status, "")}}});
        return true;
    });
}

Task<void> ConnectionAccess::note_success(Access access) {
    if (access.is_noted)
        co_return;
    const Instant now = parts_.clock.now();
    co_await parts_.database.write([&](Writer& db) { store::note_success(db, access.connection, now); });
}

Task<void> ConnectionAccess::note_failure(Access access, ApiError failure) {
    co_await parts_.database.write(
        [&](Writer& db) { store::note_failure(db, access.connection, sentence_of(failure)); });
}

} // namespace xentree
