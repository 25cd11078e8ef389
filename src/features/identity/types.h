#pragma once
#include <boost/describe.hpp>

#include <optional>
#include <string>

#include "base/id.h"
#include "http/caller.h"
#include "http/presence.h"

// What the operations of Authentication send and take (contract/authentication.yaml).
namespace xentree {

struct RegisterRequest {
    std::string email;
    std::string username;
    std::string password;
    Omittable<std::string> full_name;
    std::string language;
    std::string timezone;
};
BOOST_DESCRIBE_STRUCT(RegisterRequest, (), (email, username, password, full_name, language, timezone))

BOOST_DEFINE_ENUM_CLASS(GrantType, password)

struct LoginRequest {
    std::string username;
    std::string password;
    Omittable<GrantType> grant_type;
    Omittable<std::string> scope;
    Omittable<std::string> client_id;
    Omittable<std::string> client_secret;
};
BOOST_DESCRIBE_STRUCT(LoginRequest, (), (username, password, grant_type, scope, client_id, client_secret))

struct RefreshRequest {
    std::string refresh_token;
};
BOOST_DESCRIBE_STRUCT(RefreshRequest, (), (refresh_token))

BOOST_DEFINE_ENUM_CLASS(TokenType, bearer)

struct TokenResponse {
    std::string access_token;
    TokenType token_type = TokenType::bearer;
    std::string refresh_token;
    std::int64_t expires_in = 0; // seconds
};
BOOST_DESCRIBE_STRUCT(TokenResponse, (), (access_token, token_type, refresh_token, expires_in))

struct LogoutRequest {
    bool all_sessions = false;
};
BOOST_DESCRIBE_STRUCT(LogoutRequest, (), (all_sessions))

struct LogoutResponse {
    std::string message;
    std::int64_t sessions_revoked = 0;
};
BOOST_DESCRIBE_STRUCT(LogoutResponse, (), (message, sessions_revoked))

struct SessionResponse {
    SessionId id;
    Instant created_at;
    Instant last_used_at;
    std::optional<std::string> ip_address;
    std::optional<std::string> user_agent;
    bool current = false;
};
BOOST_DESCRIBE_STRUCT(SessionResponse, (), (id, created_at, last_used_at, ip_address, user_agent, current))

struct UserProfile {
    UserId id;
    std::string email;
    bool email_verified = false;
    std::optional<std::string> pending_email;
    std::string username;
    std::optional<std::string> full_name;
    std::optional<std::string> nickname;
    std::optional<std::string> avatar_url;
    std::optional<std::string> bio;
    std::string language;
    std::string timezone;
    PlatformRole role = PlatformRole::user;
    Plan plan = Plan::free;
    bool is_active = true;
    bool is_profile_public = true;
    OrganizationId default_organization_id;
    Instant created_at;
    Instant updated_at;
};
BOOST_DESCRIBE_STRUCT(UserProfile, (),
                      (id, email, email_verified, pending_email, username, full_name, nickname, avatar_url,
                       bio, language, timezone, role, plan, is_active, is_profile_public,
                       default_organization_id, created_at, updated_at))

struct UserProfileUpdate {
    Omittable<std::optional<std::string>> full_name;
    Omittable<std::optional<std::string>> nickname;
    Omittable<std::optional<std::string>> avatar_url;
    Omittable<std::optional<std::string>> bio;
    Omittable<std::string> language;
    Omittable<std::string> timezone;
    Omittable<std::string> username;
    Omittable<std::string> email;
    Omittable<OrganizationId> default_organization_id;
    Omittable<bool> is_profile_public;
    Omittable<std::string> current_password;
    Omittable<std::string> new_password;
};
BOOST_DESCRIBE_STRUCT(UserProfileUpdate, (),
                      (full_name, nickname, avatar_url, bio, language, timezone, username, email,
                       default_organization_id, is_profile_public, current_password, new_password))

struct PasswordForgotRequest {
    std::string email;
};
BOOST_DESCRIBE_STRUCT(PasswordForgotRequest, (), (email))

struct PasswordResetRequest {
    std::string token;
    std::string new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordResetRequest, (), (token, new_password))

struct EmailVerifyRequest {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(EmailVerifyRequest, (), (token))

struct SimpleMessageResponse {
    std::string message;
};
BOOST_DESCRIBE_STRUCT(SimpleMessageResponse, (), (message))

struct UserDeleteRequest {
    std::string current_password;
};
BOOST_DESCRIBE_STRUCT(UserDeleteRequest, (), (current_password))

} // namespace xentree
