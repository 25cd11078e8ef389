#include "features/identity/sessions.h"

#include <sodium.h>

#include "base/text.h"
#include "features/identity/store.h"
#include "http/client_address.h"
#include "security/digest.h"

namespace xentree {

namespace store = identity_store;

namespace {

// A spent refresh token is good for so long, and so often in all, in case an answer was lost.
constexpr Seconds reuse_grace{20};
constexpr std::int64_t most_uses = 5;
// How long an address counts as one that the account is used from.
constexpr std::chrono::hours address_memory{90 * 24};
// Ended and expired sessions stay so long: of a spent token the reuse is told, of an old address its use.
constexpr std::chrono::hours kept_for{90 * 24};

std::string make_refresh_token() {
    std::array<std::uint8_t, 32> random;
    randombytes_buf(random.data(), random.size());
    return "r1." + encode_base64url(random);
}

// As it is shown later: no control characters, at most 512 characters.
std::optional<std::string> shown_user_agent(const std::string& sent) {
    if (sent.empty() || !is_utf8(sent))
        return std::nullopt;
    std::string shown;
    for (const char letter : sent) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte >= 0x20 && byte != 0x7f)
            shown += letter;
    }
    if (has_control_character(shown)) // those of two bytes
        return std::nullopt;
    shown = std::string(first_code_points(shown, 512));
    return shown.empty() ? std::nullopt : std::optional(shown);
}

ApiError bad_refresh_token(ErrorCode code) {
    switch (code) {
    case ErrorCode::token_expired:
        return ApiError(code, "The refresh token has expired.");
    case ErrorCode::refresh_token_reused:
        return ApiError(code);
    default:
        return ApiError(ErrorCode::invalid_token, "The refresh token is not known or was revoked.");
    }
}

// What a refresh token buys now; a code where nothing.
std::optional<ErrorCode> judge(const store::RefreshToken& token, Instant now) {
    if (!token.usable)
        return ErrorCode::invalid_token;
    if (token.first_used && (now - *token.first_used > reuse_grace || token.uses >= most_uses))
        return ErrorCode::refresh_token_reused;
    if (now >= token.expires)
        return ErrorCode::token_expired;
    return std::nullopt;
}

} // namespace

Task<TokenResponse> Sessions::log_in(Visitor visitor, LoginRequest request) {
    // Another login may give the account a better hash of the same password meanwhile: then once more.
    std::optional<TokenResponse> tokens;
    for (int tries = 0; tries < 2 && !tokens; ++tries)
        tokens = co_await try_to_log_in(visitor, request);
    if (!tokens)
        throw ApiError(ErrorCode::invalid_credentials);
    co_return std::move(*tokens);
}

// Nothing where the account has another hash than it had at the beginning.
Task<std::optional<TokenResponse>> Sessions::try_to_log_in(const Visitor& visitor,
                                                           const LoginRequest& request) {
    const std::string name = ascii_lower(request.username);
    const Instant now = parts_.clock.now();
    const Found found = co_await find(name, visitor.address);
    // By the name as it was typed: a count of both names together would tell that they are of one account.
    LoginGuard::Try attempt = parts_.guard.begin(name, visitor.address, found.knows_address);

    const bool can_log_in = found.account && found.account->profile.is_active;
    const std::string hash = can_log_in ? found.account->password_hash : parts_.passwords.decoy();
    const bool matches = co_await parts_.passwords.verify(hash, request.password);
    if (!matches || !can_log_in) {
        attempt.fail();
        throw ApiError(ErrorCode::invalid_credentials);
    }
    std::optional<std::string> better_hash;
    if (parts_.passwords.is_outdated(hash))
        better_hash = co_await parts_.passwords.hash(request.password);

    const UserId user = found.account->profile.id;
    const std::string refresh_token = make_refresh_token();
    const store::NewSession session{SessionId::make(now),
                                    user,
                                    now,
                                    now + refresh_token_life,
                                    visitor.address,
                                    shown_user_agent(visitor.user_agent)};
    const store::NewRefreshToken token{sha256(refresh_token), session.id, now, session.expires};
    const bool is_open = co_await parts_.database.write([&](Writer& db) {
        const auto account = store::find_account(db, user);
        if (!account || !account->profile.is_active)
            throw ApiError(ErrorCode::invalid_credentials);
        if (account->password_hash != hash)
            return false;
        if (better_hash)
            store::set_password_hash(db, user, *better_hash);
        store::insert_session(db, session);
        store::insert_refresh_token(db, token);
        return true;
    });
    if (!is_open)
        co_return std::nullopt;
    co_return make_tokens(user, session.id, refresh_token);
}

Task<Sessions::Found> Sessions::find(std::string name, std::string address) {
    const Instant since = parts_.clock.now() - address_memory;
    const std::string wanted = limited_address(address);
    co_return co_await parts_.database.read([&](Reader& db) {
        Found found{store::find_account_by_name(db, name), false};
        // Of an unknown account too, so that both take the same time.
        const UserId user = found.account ? found.account->profile.id : UserId{};
        for (const auto& used : store::used_addresses(db, user, since))
            found.knows_address = found.knows_address || limited_address(used) == wanted;
        return found;
    });
}

Task<TokenResponse> Sessions::refresh(Visitor visitor, std::string refresh_token) {
    struct Outcome {
        std::optional<ErrorCode> failure;
        store::RefreshToken spent{};
    };
    const Digest hash = sha256(refresh_token);
    const std::string next_token = make_refresh_token();
    const Instant now = parts_.clock.now();
    const Outcome outcome = co_await parts_.database.write([&](Writer& db) -> Outcome {
        const auto spent = store::find_refresh_token(db, hash);
        if (!spent)
            return {ErrorCode::invalid_token};
        if (const auto failure = judge(*spent, now)) {
            // An exception would roll the end of the session back.
            if (*failure == ErrorCode::refresh_token_reused)
                store::end_session(db, spent->user, spent->session, {now, "refresh_token_reused"});
            return {failure};
        }
        const Instant expires = now + refresh_token_life;
        store::use_refresh_token(db, {hash, now, expires, visitor.address});
        store::insert_refresh_token(db, {sha256(next_token), spent->session, now, expires});
        return {std::nullopt, *spent};
    });
    if (outcome.failure)
        throw bad_refresh_token(*outcome.failure);
    co_return make_tokens(outcome.spent.user, outcome.spent.session, next_token);
}

Task<LogoutResponse> Sessions::log_out(Caller caller, bool all_sessions) {
    const store::SessionEnd end{parts_.clock.now(), "logout"};
    const std::int64_t ended = co_await parts_.database.write([&](Writer& db) {
        if (!all_sessions)
            return store::end_session(db, caller.user, caller.session, end);
        const std::int64_t number = store::end_all_sessions(db, caller.user, end);
        if (number > 0)
            parts_.audit.note(db, caller,
                              {"account.sessions_ended", {}, caller.user.text(), {{"sessions", number}}});
        return number;
    });
    if (ended == 0) // another request was faster
        throw ApiError(ErrorCode::invalid_token);
    co_return LogoutResponse{all_sessions ? "Logged out everywhere." : "Logged out.", ended};
}

Task<Caller> Sessions::authenticate_bearer(std::string token, Visitor visitor) {
    const auto key_id = access_token_key_id(token);
    if (!key_id)
        throw ApiError(ErrorCode::invalid_token);
    const auto key = co_await parts_.keys.find(*key_id);
    const auto claims = key ? verify_access_token(token, *key) : std::nullopt;
    if (!claims)
        throw ApiError(ErrorCode::invalid_token);
    const auto session = co_await parts_.database.read(
        [&](Reader& db) { return store::find_live_session(db, claims->user, claims->session); });
    if (!session)
        throw ApiError(ErrorCode::invalid_token);
    if (parts_.clock.now() >= claims->expires)
        throw ApiError(ErrorCode::token_expired);
    uses_.note(claims->session, parts_.clock.now(), visitor.address);
    Caller caller;
    static_cast<Visitor&>(caller) = std::move(visitor);
    caller.user = claims->user;
    caller.session = claims->session;
    caller.role = session->role;
    caller.plan = session->plan;
    co_return caller;
}

Task<Page<SessionResponse>> Sessions::list(Caller caller, PageRequest page) {
    const Instant now = parts_.clock.now();
    auto found = co_await parts_.database.read(
        [&](Reader& db) { return store::list_sessions(db, caller.user, now, page); });
    for (auto& session : found)
        session.current = session.id == caller.session;
    co_return make_page(std::move(found), page,
                        [](const SessionResponse& session) { return std::tuple(session.id); });
}

Task<void> Sessions::end(Caller caller, SessionId session) {
    const store::SessionEnd end{parts_.clock.now(), "ended_by_user"};
    co_await parts_.database.write([&](Writer& db) {
        if (store::end_session(db, caller.user, session, end) == 0)
            throw ApiError::absent("session");
        parts_.audit.note(db, caller, {"session.ended", {}, session.text(), {}});
    });
}

void Sessions::write_uses() {
    write_noted(parts_.database, uses_, store::note_session_use);
}

void Sessions::forget_old(Writer& db) const {
    const Instant now = parts_.clock.now();
    store::delete_old_sessions(db, now - kept_for);
    store::delete_expired_refresh_tokens(db, now - kept_for);
}

TokenResponse Sessions::make_tokens(UserId user, SessionId session, const std::string& refresh_token) const {
    const Instant now = parts_.clock.now();
    const Instant issued = std::chrono::floor<Seconds>(now);
    const AccessClaims claims{user, session, issued, issued + access_token_life};
    return {sign_access_token(claims, parts_.keys.current()), TokenType::bearer, refresh_token,
            std::chrono::duration_cast<Seconds>(access_token_life).count()};
}

} // namespace xentree
