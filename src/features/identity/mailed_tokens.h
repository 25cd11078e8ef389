#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/identity/types.h"
#include "features/mail/letter.h"
#include "storage/database.h"

// The tokens of mailed links, kept as hashes, and their SQL. A token that is used or no longer good is
// deleted.
namespace xentree::mailed_tokens {

struct NewToken {
    Digest hash;
    UserId user;
    MailKind kind;
    std::string address; // that its link is sent to
    Instant expires;
};
void insert(Writer& db, const NewToken& token);

struct Token {
    UserId user;
    std::string address_key; // in lower case
};
BOOST_DESCRIBE_STRUCT(Token, (), (user, address_key))
// One that is good and of an active account.
struct Wanted {
    Digest hash;
    MailKind kind;
    Instant now;
};
std::optional<Token> find(Reader& db, const Wanted& wanted);

void erase_all(Writer& db, UserId user);
void erase_kind(Writer& db, UserId user, MailKind kind);
void erase_verifications(Writer& db, UserId user, std::string_view address_key);
// The verification links to addresses that are neither the account's nor its pending one.
void erase_stale_verifications(Writer& db, const UserProfile& profile);
// Once the password is another: whoever knew the one before keeps no link, and no change of the address that
// he began. Takes the pending address out of the profile, which is to be stored after it.
void erase_after_password_change(Writer& db, UserProfile& profile);
void erase_expired(Writer& db, Instant now);

// Who asked for a password reset and has not been looked up.
struct ResetRequest {
    RequestId id;
    std::string email_key;
    Instant created;
};
BOOST_DESCRIBE_STRUCT(ResetRequest, (), (id, email_key, created))
void insert(Writer& db, const ResetRequest& request);
// Out of the table.
std::vector<ResetRequest> take_oldest_requests(Writer& db, std::int64_t limit);
std::int64_t count_requests(Reader& db);
void erase_requests(Writer& db, Instant before);

} // namespace xentree::mailed_tokens
