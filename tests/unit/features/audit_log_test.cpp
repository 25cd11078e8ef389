#include "features/audit/audit_log.h"

#include "features/audit/audit_reader.h"
#include "people.h"

namespace xentree {
namespace {

class Auditing : public People {
  public:
    // An entry that comes a second after the one before.
    void note(const Caller& by, std::string_view action, OrganizationId organization,
              const std::string& target = "") {
        clock.advance(Seconds(1));
        database->write_now([&](Writer& db) { audit.note(db, by, {action, organization, target, {}}); });
    }
    std::vector<AuditRecord> read(const AuditQuestion& question, std::int64_t limit = 1'000'000) {
        AuditFilter filter;
        database->read_now([&](Reader& db) { filter = make_audit_filter(db, question, clock.now()); });
        std::vector<AuditRecord> records;
        const auto told = read_audit_log(*database, filter, limit,
                                         [&](const AuditRecord& record) { records.push_back(record); });
        EXPECT_EQ(told, std::ssize(records));
        return records;
    }
    // What is told apart by, as the tests here fill it.
    std::vector<std::string> targets(const AuditQuestion& question, std::int64_t limit = 1'000'000) {
        std::vector<std::string> found;
        for (const auto& record : read(question, limit))
            found.push_back(record.target);
        return found;
    }
    std::string refusal(const AuditQuestion& question) {
        return message_of([&] { read(question); });
    }
    Caller by(const std::string& name) {
        Caller caller;
        static_cast<Visitor&>(caller) = visitor("203.0.113.9");
        caller.user = add(name).id;
        caller.session = SessionId::make(noon);
        return caller;
    }
    std::int64_t count() { return std::ssize(read({})); }
};

using Targets = std::vector<std::string>;

TEST_P(Auditing, tells_who_what_on_what_from_where_and_in_which_request) {
    const Caller mira = by("mira");
    const auto organization =
        look_up<OrganizationId>("SELECT default_organization_id FROM users WHERE id = $1", mira.user);
    note(mira, "member.added", organization, "t1");
    const auto records = read({.target = "t1"});
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].at, noon + Seconds(1));
    EXPECT_EQ(records[0].action, "member.added");
    EXPECT_EQ(records[0].actor, mira.user);
    EXPECT_EQ(records[0].actor_name, "mira");
    EXPECT_EQ(records[0].credential, "session " + mira.session.text());
    EXPECT_EQ(records[0].organization, organization);
    EXPECT_EQ(records[0].organization_slug, "mira");
    EXPECT_EQ(records[0].details, "{}");
    EXPECT_EQ(records[0].address, "203.0.113.9");
    EXPECT_EQ(records[0].request, mira.request);
}

TEST_P(Auditing, outlives_who_and_what_it_tells_of) {
    const Caller mira = by("mira");
    const auto organization =
        look_up<OrganizationId>("SELECT default_organization_id FROM users WHERE id = $1", mira.user);
    note(mira, "member.added", organization, "t1");
    accounts.remove_now("mira");
    const auto records = read({.organization = organization.text(), .actor = mira.user.text()});
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].actor_name, std::nullopt);
    EXPECT_EQ(records[0].organization_slug, std::nullopt);
    EXPECT_EQ(read({.action = "organization.deleted"})[0].organization, organization);
    EXPECT_EQ(read({.action = "account.deleted"})[0].target, mira.user.text());
}

TEST_P(Auditing, filters_hold_together_and_the_newest_come_first) {
    const Caller mira = by("mira"), bob = by("bob");
    const auto one = OrganizationId::make(noon), two = OrganizationId::make(noon);
    note(mira, "member.added", one, "a");   // second 1
    note(bob, "member.added", two, "b");    // 2
    note(mira, "member.removed", two, "c"); // 3
    note(mira, "member_x.added", one, "d"); // 4
    note(bob, "api_key.deleted", one, "e"); // 5
    EXPECT_EQ(targets({.organization = one.text()}), (Targets{"e", "d", "a"}));
    EXPECT_EQ(targets({.actor = mira.user.text()}), (Targets{"d", "c", "a"}));
    EXPECT_EQ(targets({.actor = "MIRA@example.com"}), (Targets{"d", "c", "a"}));
    EXPECT_EQ(targets({.action = "member."}), (Targets{"c", "b", "a"}));
    EXPECT_EQ(targets({.action = "member"}), (Targets{"d", "c", "b", "a"}));
    EXPECT_EQ(targets({.action = "member.added"}), (Targets{"b", "a"}));
    EXPECT_EQ(targets({.action = "nothing"}), Targets{});
    EXPECT_EQ(targets({.target = "c"}), Targets{"c"});
    EXPECT_EQ(targets({.actor = "bob", .action = "member."}), Targets{"b"});
    EXPECT_EQ(
        targets({.organization = two.text(), .actor = "mira", .action = "member.removed", .target = "c"}),
        Targets{"c"});
    EXPECT_EQ(targets({.actor = "bob", .target = "c"}), Targets{});
    EXPECT_EQ(targets({.organization = one.text()}, 2), (Targets{"e", "d"}));
}

TEST_P(Auditing, the_first_moment_is_in_and_the_last_is_not) {
    const Caller mira = by("mira");
    const auto one = OrganizationId::make(noon);
    for (const char* target : {"a", "b", "c", "d"})
        note(mira, "member.added", one, target);
    const std::string second_2 = format_instant(noon + Seconds(2)),
                      second_4 = format_instant(noon + Seconds(4));
    AuditQuestion question{.action = "member.", .since = second_2, .until = second_4};
    EXPECT_EQ(targets(question), (Targets{"c", "b"}));
    question.since = "2s"; // the clock stands at second 4
    question.until = "0s";
    EXPECT_EQ(targets(question), (Targets{"c", "b"}));
    question.since = "2026-05-04"; // noon is of that day
    question.until = "2026-05-05";
    EXPECT_EQ(targets(question).size(), 4U);
    question.since = "2026-05-05";
    question.until = "";
    EXPECT_EQ(targets(question), Targets{});
}

TEST_P(Auditing, a_long_log_is_read_part_by_part_without_a_gap_or_a_repeat) {
    const Caller mira = by("mira");
    const auto one = OrganizationId::make(noon);
    Targets expected;
    database->write_now([&](Writer& db) {
        for (int i = 0; i < 2'345; ++i) // all of the same millisecond
            audit.note(db, mira,
                       {i % 3 == 0 ? "member.added" : "member.removed", one, std::to_string(i), {}});
    });
    for (int i = 2'344; i >= 0; --i)
        expected.push_back(std::to_string(i));
    EXPECT_EQ(targets({.action = "member."}), expected);
    expected.resize(2'001);
    EXPECT_EQ(targets({.action = "member."}, 2'001), expected);
}

TEST_P(Auditing, a_wrong_filter_is_refused_with_what_would_be_right) {
    EXPECT_EQ(refusal({.since = "yesterday"}),
              "--since is a time such as 2026-05-04T09:20:00Z, a date, or how long ago: 90m, 24h, 7d.");
    for (const char* wrong : {"1y", "h", "-1h", "1.5h", "99999999999999999999h", "1000001w", "2026-13-01"})
        EXPECT_NE(refusal({.until = wrong}).find("--until is a time"), std::string::npos) << wrong;
    EXPECT_EQ(refusal({.since = "1h", .until = "1h"}), "--since must be before --until.");
    EXPECT_NE(refusal({.actor = "nobody"}).find("no account 'nobody'"), std::string::npos);
    EXPECT_NE(refusal({.organization = "nothing"}).find("no organization 'nothing'"), std::string::npos);
    for (const char* wrong : {"Member.", "member%", "member.*"})
        EXPECT_NE(refusal({.action = wrong}).find("--action is"), std::string::npos) << wrong;
}

TEST_P(Auditing, what_the_operator_does_has_no_actor) {
    accounts.create_now(registration("mira"));
    accounts.set_plan_now("mira", Plan::pro);
    accounts.promote_now("mira");
    accounts.reset_password_now("mira", "another password");
    accounts.set_active_now("mira", false);
    accounts.set_active_now("mira", true);
    accounts.remove_now("mira");
    std::vector<std::string> actions;
    for (const auto& record : read({.actor = "operator"})) {
        EXPECT_EQ(record.credential, "operator");
        EXPECT_FALSE(record.actor || record.address || record.request);
        actions.insert(actions.begin(), record.action);
    }
    EXPECT_EQ(actions,
              (std::vector<std::string>{"account.created", "account.plan_set", "account.promoted",
                                        "account.password_changed", "account.deactivated",
                                        "account.activated", "organization.deleted", "account.deleted"}));
}

TEST_P(Auditing, what_the_holder_does_has_him_as_actor_and_no_word_of_his) {
    RegisterRequest request = registration("mira");
    const UserProfile profile = loop.await(accounts.register_user(visitor(), std::move(request)));
    UserProfileUpdate changes;
    changes.current_password = std::string(password);
    changes.new_password = std::string("another password");
    changes.email = std::string("new@example.com"); // mail is not configured: it counts at once
    loop.await(accounts.update(caller("mira"), std::move(changes)));
    const TokenResponse here = log_in("mira", "another password");
    const Caller other = authenticate(log_in("mira", "another password"));
    loop.await(sessions.end(authenticate(here), other.session));
    loop.await(sessions.log_out(authenticate(here), true));
    const Caller last = authenticate(log_in("mira", "another password"));
    loop.await(sessions.log_out(last, false)); // a usual end
    loop.await(accounts.remove(authenticate(log_in("mira", "another password")), "another password"));
    std::vector<std::string> actions;
    for (const auto& record : read({.actor = profile.id.text()})) {
        EXPECT_EQ(record.address, "203.0.113.1");
        for (const char* word : {"mira", "example.com", "password"})
            EXPECT_EQ(record.details.find(word), std::string::npos) << record.details;
        actions.insert(actions.begin(), record.action);
    }
    EXPECT_EQ(actions,
              (std::vector<std::string>{"account.created", "account.password_changed",
                                        "account.email_changed", "session.ended", "account.sessions_ended",
                                        "organization.deleted", "account.deleted"}));
}

TEST_P(Auditing, a_change_that_fails_is_not_noted) {
    const Caller mira = by("mira");
    const auto before = count();
    EXPECT_EQ(code_of([&] { loop.await(sessions.end(mira, SessionId::make(noon))); }), ErrorCode::not_found);
    EXPECT_EQ(count(), before);
}

TEST_P(Auditing, what_was_kept_long_enough_is_forgotten_and_nothing_else) {
    const AuditLog kept(clock, std::chrono::days(30));
    const Caller mira = by("mira");
    const auto one = OrganizationId::make(noon);
    database->write_now([&](Writer& db) {
        for (int i = 0; i < 2'100; ++i)
            audit.note(db, mira, {"member.added", one, "old", {}});
    });
    clock.advance(std::chrono::days(1));
    note(mira, "member.added", one, "young");
    clock.set(noon + std::chrono::days(30));
    kept.forget_old(*database);
    EXPECT_EQ(targets({.action = "member."}).size(), 2'101U);
    clock.advance(Milliseconds(1));
    audit.forget_old(*database); // kept for ever
    EXPECT_EQ(targets({.action = "member."}).size(), 2'101U);
    kept.forget_old(*database);
    EXPECT_EQ(targets({.action = "member."}), Targets{"young"});
}

XENTREE_HOLDS_ON_EACH_DATABASE(Auditing);

TEST(AuditText, has_nothing_in_it_that_a_terminal_acts_on) {
    AuditRecord record;
    record.action = "member.added";
    record.target = "\x1b[2J\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8 \xc4\x8d\xf0\x9f\x98\x80";
    record.details = R"({"a":"\u001b"})";
    record.actor = UserId{};
    record.actor_name = "a\nb";
    const std::string row = audit_table_row(record);
    EXPECT_NE(row.find("\\u001b[2J\\u007f\\u009b\\u202e\\u2028 \xc4\x8d\xf0\x9f\x98\x80"), std::string::npos)
        << row;
    EXPECT_NE(row.find("a\\u000ab"), std::string::npos) << row;
    const std::string json = audit_json(record);
    EXPECT_EQ(json.find_first_of("\x1b\x7f\n\x9b"), std::string::npos) << json;
    const auto object = boost::json::parse(json).as_object();
    EXPECT_EQ(object.at("target").as_string(), record.target);
    EXPECT_EQ(object.at("details").at("a").as_string(), "\x1b");
}

} // namespace
} // namespace xentree
