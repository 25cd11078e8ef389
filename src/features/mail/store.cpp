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

void insert(Writer& db, const Mailing& mailing) {
    db.run("INSERT INTO mailings (id, kind, address_mac, sent_at) VALUES ($1, $2, $3, $4)",
           MailingId::make(mailing.sent), mailing.kind, mailing.address_mac, mailing.sent);
}

std::vector<Instant> recent(Reader& db, const Mailing& since, std::int64_t limit) {
    return db.all<Instant>("SELECT sent_at FROM mailings WHERE address_mac = $1 AND kind = $2 AND "
                           "sent_at > $3 ORDER BY sent_at DESC LIMIT $4",
                           since.address_mac, since.kind, since.sent, limit);
}

void forget_mailings(Writer& db, Instant before) {
    db.run("DELETE FROM mailings WHERE sent_at <= $1", before);
}

} // namespace xentree::mail_store
