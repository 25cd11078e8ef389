#include "features/identity/operations.h"

namespace xentree {

namespace {

void answer_mailed_links(Api& api, MailedLinks& links) {
    using Said = SimpleMessageResponse;
    api.on("request_password_reset", [&](Visitor, Body<PasswordForgotRequest> body) -> Task<Accepted<Said>> {
        co_await links.request_password_reset(std::move(body.value.email));
        co_return Said{"If this address has an account, a link is on its way."};
    });
    api.on("reset_password", [&](Visitor visitor, Body<PasswordResetRequest> body) -> Task<Said> {
        co_await links.reset_password(std::move(visitor), *std::move(body));
        co_return Said{"The password is changed. Log in with it."};
    });
    api.on("verify_email", [&](Visitor visitor, Body<EmailVerifyRequest> body) -> Task<Said> {
        co_await links.verify_email(std::move(visitor), std::move(body.value.token));
        co_return Said{"The e-mail address is verified."};
    });
    api.on("send_email_verification", [&](Caller caller) -> Task<Accepted<Said>> {
        co_await links.send_verification(std::move(caller));
        co_return Said{"A link is on its way."};
    });
}

} // namespace

void answer_identity(Api& api, Accounts& accounts, Sessions& sessions, MailedLinks& links) {
    answer_mailed_links(api, links);
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
    api.on("delete_current_user", [&](Caller caller, Body<UserDeleteRequest> body) -> Task<NoContent> {
        co_await accounts.remove(std::move(caller), std::move(body.value.current_password));
        co_return NoContent{};
    });
}

} // namespace xentree
