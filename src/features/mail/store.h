#pragma once
#include <optional>
#include <vector>

#include "features/mail/letter.h"
#include "storage/database.h"

// The SQL of mail that waits, and of how much went where.
namespace xentree::mail_store {

using MailId = Id<struct MailIdKind>;

struct WaitingMail {
    MailId id;
    Blob sealed_letter;
    std::int64_t attempts = 0; // that failed
    Instant due;
    Instant given_up; // when it is of no use any more
};
BOOST_DESCRIBE_STRUCT(WaitingMail, (), (id, sealed_letter, attempts, due, given_up))

void insert(Writer& db, const WaitingMail& mail);
// The first mails that are due, at most `limit`, each with `lease` as the moment at which it is due again:
// until then no other node takes it.
struct Claim {
    Instant now;
    Instant lease;
    std::int64_t limit;
};
std::vector<WaitingMail> claim(Writer& db, const Claim& claim);
void erase(Writer& db, MailId id);
// Changes nothing where another node has claimed it since.
void postpone(Writer& db, const WaitingMail& claimed, Instant due);
std::int64_t count(Reader& db);
std::optional<Instant> first_due(Reader& db);

// To whom, without the address itself.
struct Mailing {
    MailKind kind;
    Digest address_mac;
    Instant sent;
};
// Counts it, unless five like it were counted after `since`; answers whether it did. It takes hold of one row
// and reads no others, so mails to other addresses do not collide with it.
bool count_in(Writer& db, const Mailing& mailing, Instant since);
// When the fifth last like it went out.
std::optional<Instant> fifth_last(Reader& db, const Mailing& mailing);
// Those of addresses that have got nothing since.
void forget_mailings(Writer& db, Instant before);

} // namespace xentree::mail_store
