#include "features/identity/operations.h"

namespace xentree {

void answer_identity(Api& api, Accounts& accounts, Sessions& sessions) {
    api.on("register_user", [&](Visitor visitor, Body<RegisterRequest> body) -> Task<Created<UserProfile>> {
        co_return co_await accounts.register_user(std::move(visitor), *std::move(body));
    });
    api.on("login_user", [&](Visitor visitor, Body<LoginRequest> body) -> Task<TokenResponse> {
        co_return co_await sessions.log_in(std::move(visitor), *std::move(body));
    });
    api.on("refresh_token", [&](Visitor visitor, Body<RefreshRequest> body) -> Task<TokenResponse> {
        co_return co_await sessions.refresh(std::move(visitor), std::move(body.value.refresh_token));
    });
    api.on("logout_user", [&](Caller caller, Body<LogoutRequest> body) -> Task<LogoutResponse> {
        co_return co_await sessions.log_out(std::move(caller), body->all_sessions);
    });
    api.on("list_sessions", [&](Caller caller, PageRequest page) -> Task<Page<SessionResponse>> {
        co_return co_await sessions.list(std::move(caller), std::move(page));
    });
    api.on("delete_session", [&](Caller caller, Path<SessionId> session) -> Task<NoContent> {
        co_await sessions.end(std::move(caller), *session);
        co_return NoContent{};
    });
    api.on("get_current_user", [&](Caller caller) -> Task<UserProfile> {
        co_return co_await accounts.profile(std::move(caller));
    });
    api.on(
        "update_current_user",
        [&](Caller caller, Body<UserProfileUpdate> body) -> Task<UserProfile> {
            co_return co_await accounts.update(std::move(caller), *std::move(body));
        },
        check_profile_update);
}

} // namespace xentree
