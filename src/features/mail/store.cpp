#include "features/mail/store.h"

namespace xentree::mail_store {

void insert(Writer& db, const WaitingMail& mail) {
    db.run("INSERT INTO mails (id, sealed_letter, attempts, due_at, given_up_at) VALUES ($1, $2, $3, $4, $5)",
           mail.id, mail.sealed_letter, mail.attempts, mail.due, mail.given_up);
}

std::vector<WaitingMail> claim(Writer& db, const Claim& claim) {
    auto mails = db.all<WaitingMail>("SELECT id, sealed_letter, attempts, due_at, given_up_at FROM mails "
                                     "WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2",
                                     claim.now, claim.limit);
    for (auto& mail : mails) {
        db.run("UPDATE mails SET due_at = $2 WHERE id = $1", mail.id, claim.lease);
        mail.due = claim.lease;
    }
    return mails;
}

void erase(Writer& db, MailId id) {
    db.run("DELETE FROM mails WHERE id = $1", id);
}

void postpone(Writer& db, const WaitingMail& claimed, Instant due) {
    db.run("UPDATE mails SET due_at = $3, attempts = $4 WHERE id = $1 AND due_at = $2", claimed.id,
           claimed.due, due, claimed.attempts);
}

std::int64_t count(Reader& db) {
    return db.one<std::int64_t>("SELECT COUNT(*) FROM mails").value_or(0);
}

std::optional<Instant> first_due(Reader& db) {
    return db.one<Instant>("SELECT due_at FROM mails ORDER BY due_at, id LIMIT 1");
}

bool count_in(Writer& db, const Mailing& mailing, Instant since) {
    return db.run("INSERT INTO mailings (address_mac, kind, sent_1_at) VALUES ($1, $2, $3) "
                  "ON CONFLICT (address_mac, kind) DO UPDATE SET sent_1_at = excluded.sent_1_at, "
                  "sent_2_at = mailings.sent_1_at, sent_3_at = mailings.sent_2_at, "
                  "sent_4_at = mailings.sent_3_at, sent_5_at = mailings.sent_4_at "
                  "WHERE mailings.sent_5_at IS NULL OR mailings.sent_5_at <= $4",
                  mailing.address_mac, mailing.kind, mailing.sent, since) == 1;
}

std::optional<Instant> fifth_last(Reader& db, const Mailing& mailing) {
    return db.one<Instant>("SELECT sent_5_at FROM mailings WHERE address_mac = $1 AND kind = $2 AND "
                           "sent_5_at IS NOT NULL",
                           mailing.address_mac, mailing.kind);
}

void forget_mailings(Writer& db, Instant before) {
    db.run("DELETE FROM mailings WHERE sent_1_at <= $1", before);
}

} // namespace xentree::mail_store
