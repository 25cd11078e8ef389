#include "features/identity/accounts.h"

#include <regex>

#include "people.h"

namespace xentree {
namespace {

class Registering : public People {
  public:
    UserProfile register_user(RegisterRequest request) {
        return loop.await(accounts.register_user(visitor(), std::move(request)));
    }
    std::string slug(const UserProfile& profile) {
        return look_up<std::string>("SELECT slug FROM organizations WHERE id = $1",
                                    profile.default_organization_id);
    }
    std::int64_t count(const std::string& table) {
        return look_up<std::int64_t>("SELECT COUNT(*) FROM " + table);
    }
};

TEST_P(Registering, an_account_comes_with_a_personal_organization_that_it_owns) {
    auto request = registration("mira");
    request.full_name = std::string("Mira Kova\u010d");
    const auto mira = register_user(request);
    EXPECT_EQ(mira.role, PlatformRole::user);
    EXPECT_EQ(mira.plan, Plan::free);
    EXPECT_FALSE(mira.email_verified);
    EXPECT_EQ(mira.created_at, noon);
    EXPECT_EQ(look_up<std::string>("SELECT role FROM memberships WHERE user_id = $1 AND organization_id = $2",
                                   mira.id, mira.default_organization_id),
              "owner");
    EXPECT_TRUE(
        look_up<bool>("SELECT is_personal FROM organizations WHERE id = $1", mira.default_organization_id));
    EXPECT_EQ(
        look_up<std::string>("SELECT name FROM organizations WHERE id = $1", mira.default_organization_id),
        "Mira Kova\u010d");
    EXPECT_EQ(login_error("mira", password), std::nullopt);
}

TEST_P(Registering, an_address_is_taken_in_any_case_and_a_username_as_well) {
    register_user(registration("mira"));
    auto same_address = registration("ola");
    same_address.email = "MIRA@Example.com";
    EXPECT_EQ(code_of([&] { register_user(same_address); }), ErrorCode::email_taken);
    auto same_name = registration("mira");
    same_name.email = "other@example.com";
    EXPECT_EQ(code_of([&] { register_user(same_name); }), ErrorCode::username_taken);
    EXPECT_EQ(count("users"), 1);
    EXPECT_EQ(count("organizations"), 1);
}

TEST_P(Registering, an_address_is_shown_as_it_was_written) {
    auto request = registration("mira");
    request.email = "Mira.K@Example.com";
    EXPECT_EQ(register_user(request).email, "Mira.K@Example.com");
}

TEST_P(Registering, of_many_at_once_with_one_name_one_gets_it) {
    const auto ends = at_once(4, [&](Loop& own, int i) {
        auto request = registration("mira");
        request.email = std::to_string(i) + "@example.com";
        own.await(accounts.register_user(visitor(), std::move(request)));
    });
    EXPECT_EQ(std::count(ends.begin(), ends.end(), std::nullopt), 1);
    EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::username_taken), 3);
}

TEST_P(Registering, repeated_with_its_key_it_is_answered_again_and_with_another_body_refused) {
    const auto repeat = [&](const std::string& body) {
        Visitor from = visitor();
        from.repeatable = RepeatableRequest{"k1", "POST /api/auth/register", body};
        return loop.await(accounts.register_user(std::move(from), registration("mira")));
    };
    EXPECT_EQ(repeat("a").id, repeat("a").id);
    EXPECT_EQ(code_of([&] { repeat("b"); }), ErrorCode::idempotency_key_reused);
    EXPECT_EQ(count("users"), 1);
}

TEST_P(Registering, a_slug_is_made_of_letters_digits_and_single_dashes) {
    EXPECT_EQ(slug(register_user(registration("mira.k"))), "mira-k");
    EXPECT_EQ(slug(register_user(registration("a-_.b"))), "a-b");
    EXPECT_EQ(slug(register_user(registration("anna..."))), "anna");
}

TEST_P(Registering, a_slug_that_is_taken_gets_a_number) {
    EXPECT_EQ(slug(register_user(registration("mira.k"))), "mira-k");
    EXPECT_EQ(slug(register_user(registration("mira_k"))), "mira-k-1");
    EXPECT_EQ(slug(register_user(registration("mira-k"))), "mira-k-2");
    EXPECT_EQ(slug(register_user(registration("mira-k-1"))), "mira-k-1-1");
}

TEST_P(Registering, a_name_that_leaves_too_little_for_a_slug_gets_a_number) {
    EXPECT_EQ(slug(register_user(registration("x.."))), "x-1");
    EXPECT_EQ(slug(register_user(registration("x__"))), "x-2");
    EXPECT_EQ(slug(register_user(registration("ab."))), "ab-1");
}

TEST_P(Registering, every_slug_is_one_that_the_contract_takes) {
    const std::regex form("[a-z0-9]+(-[a-z0-9]+)*");
    for (const std::string& name :
         {std::string("a.."), std::string("a--"), std::string("z9-"), std::string("a.-_.-_z"),
          "a" + std::string(31, '.'), "a" + std::string(31, '9'), "b" + std::string(30, '-') + "c"}) {
        for (int i = 0; i < 3; ++i) {
            auto request = registration(name + (i == 0 ? "" : std::string(static_cast<std::size_t>(i), '_')));
            request.email = std::to_string(count("users")) + "@example.com";
            const std::string made = slug(register_user(request));
            EXPECT_TRUE(std::regex_match(made, form) && made.size() >= 3 && made.size() <= 60) << made;
        }
    }
}

TEST_P(Registering, the_operators_commands_do_the_same_and_name_an_account_that_is_not_there) {
    EXPECT_EQ(slug(add("mira.k")), "mira-k");
    EXPECT_EQ(code_of([&] { add("mira.k"); }), ErrorCode::email_taken);
    EXPECT_NE(message_of([&] { accounts.promote_now("ola"); }).find("ola"), std::string::npos);
    EXPECT_NE(message_of([&] { accounts.reset_password_now("ola", "x"); }).find("ola"), std::string::npos);
    accounts.promote_now("Mira.K@example.com");
    EXPECT_EQ(caller("mira.k").role, PlatformRole::admin);
}

class Updating : public People {
  public:
    UserProfile update(const Caller& caller, UserProfileUpdate changes) {
        return loop.await(accounts.update(caller, std::move(changes)));
    }
    // The place of the one fault.
    std::string fault(const Caller& caller, UserProfileUpdate changes) {
        try {
            update(caller, std::move(changes));
            return "none";
        } catch (const ApiError& error) {
            return error.faults.size() == 1 ? error.faults.front().field : "code";
        }
    }
    static UserProfileUpdate with_password(const std::string& present) {
        UserProfileUpdate changes;
        changes.current_password = present;
        return changes;
    }
    UserProfile profile(const Caller& caller) { return loop.await(accounts.profile(caller)); }
};

TEST_P(Updating, what_is_named_changes_and_the_rest_stays) {
    add("mira");
    const Caller mira = caller("mira");
    UserProfileUpdate first;
    first.nickname = std::optional<std::string>("Mira");
    first.bio = std::optional<std::string>("Learns.");
    update(mira, first);
    clock.advance(Seconds(1));
    UserProfileUpdate second;
    second.bio = std::optional<std::string>();
    second.timezone = std::string("UTC");
    const auto after = update(mira, second);
    EXPECT_EQ(after.nickname, "Mira");
    EXPECT_EQ(after.bio, std::nullopt);
    EXPECT_EQ(after.timezone, "UTC");
    EXPECT_EQ(after.updated_at, noon + Seconds(1));
    EXPECT_EQ(to_json(after), to_json(profile(mira)));
}

TEST_P(Updating, what_changes_nothing_is_no_update) {
    add("mira");
    const Caller mira = caller("mira");
    clock.advance(Seconds(1));
    EXPECT_EQ(update(mira, {}).updated_at, noon);
    UserProfileUpdate same;
    same.username = std::string("mira");
    EXPECT_EQ(update(mira, same).updated_at, noon);
    auto same_address = with_password(password);
    same_address.email = std::string("MIRA@example.com");
    EXPECT_EQ(update(mira, same_address).updated_at, noon);
    EXPECT_EQ(profile(mira).email, "mira@example.com");
}

TEST(ProfileUpdateRule, an_address_or_a_password_needs_the_present_password_and_it_comes_with_nothing_else) {
    const auto faults_of = [](boost::json::object body) {
        std::vector<Fault> faults;
        check_profile_update(body, faults);
        return faults;
    };
    const std::vector<boost::json::object> breaches{
        {{"email", "new@example.com"}},
        {{"new_password", "battery staple"}},
        {{"current_password", "correct horse"}, {"username", "other"}},
    };
    for (const auto& body : breaches) {
        ASSERT_EQ(faults_of(body).size(), 1u);
        EXPECT_EQ(faults_of(body).front().field, "/current_password");
    }
    EXPECT_TRUE(faults_of({{"email", "new@example.com"}, {"current_password", "correct horse"}}).empty());
    EXPECT_TRUE(faults_of({{"username", "other"}}).empty());
}

TEST_P(Updating, a_wrong_present_password_is_a_fault_that_counts_as_a_failed_login) {
    add("mira");
    const Caller mira = caller("mira");
    auto changes = with_password("wrong");
    changes.email = std::string("new@example.com");
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(fault(mira, changes), "/current_password");
    changes.current_password = std::string(password);
    EXPECT_EQ(code_of([&] { update(mira, changes); }), ErrorCode::rate_limited);
    EXPECT_EQ(login_error("mira", password), ErrorCode::rate_limited); // from the same address
    clock.advance(Seconds(60));
    EXPECT_EQ(fault(mira, changes), "none");
}

TEST_P(Updating, a_new_address_counts_at_once_and_is_not_verified) {
    const auto before = add("mira");
    run("UPDATE users SET email_verified = TRUE WHERE id = $1", before.id);
    const Caller mira = caller("mira");
    auto changes = with_password(password);
    changes.email = std::string("New@example.com");
    const auto after = update(mira, changes);
    EXPECT_EQ(after.email, "New@example.com");
    EXPECT_FALSE(after.email_verified);
    EXPECT_EQ(login_error("new@example.com", password), std::nullopt);
    EXPECT_EQ(login_error("mira@example.com", password), ErrorCode::invalid_credentials);
}

TEST_P(Updating, names_and_addresses_of_others_stay_theirs) {
    add("ola");
    add("mira");
    const Caller mira = caller("mira");
    UserProfileUpdate name;
    name.username = std::string("ola");
    EXPECT_EQ(code_of([&] { update(mira, name); }), ErrorCode::username_taken);
    auto address = with_password(password);
    address.email = std::string("Ola@Example.com");
    EXPECT_EQ(code_of([&] { update(mira, address); }), ErrorCode::email_taken);
}

TEST_P(Updating, a_name_that_was_given_up_is_free) {
    add("mira");
    UserProfileUpdate name;
    name.username = std::string("other");
    update(caller("mira"), name);
    auto request = registration("mira");
    request.email = "second@example.com";
    EXPECT_EQ(code_of([&] { accounts.create_now(request); }), std::nullopt);
}

TEST_P(Updating, the_usual_organization_is_one_that_the_caller_is_in) {
    add("mira");
    const auto ola = add("ola");
    const Caller mira = caller("mira");
    UserProfileUpdate changes;
    changes.default_organization_id = ola.default_organization_id;
    try {
        update(mira, changes);
        ADD_FAILURE();
    } catch (const ApiError& error) {
        EXPECT_EQ(error.code, ErrorCode::not_found);
        EXPECT_EQ(error.members.at("resource").as_string(), "organization");
    }
}

TEST_P(Updating, a_new_password_ends_the_other_sessions_and_keeps_the_own) {
    add("mira");
    add("ola");
    const auto other = log_in("mira"), own = log_in("mira"), of_ola = log_in("ola");
    auto changes = with_password(password);
    changes.new_password = std::string("battery staple");
    update(authenticate(own), changes);
    EXPECT_EQ(access_error(own), std::nullopt);
    EXPECT_EQ(refresh_error(own.refresh_token), std::nullopt);
    EXPECT_EQ(access_error(other), ErrorCode::invalid_token);
    EXPECT_EQ(refresh_error(other.refresh_token), ErrorCode::invalid_token);
    EXPECT_EQ(access_error(of_ola), std::nullopt);
    EXPECT_EQ(login_error("mira", password), ErrorCode::invalid_credentials);
    EXPECT_EQ(login_error("mira", "battery staple"), std::nullopt);
}

TEST_P(Updating, nothing_else_ends_a_session) {
    add("mira");
    const auto other = log_in("mira"), own = log_in("mira");
    auto changes = with_password(password);
    changes.email = std::string("new@example.com");
    changes.username = std::string("other");
    changes.is_profile_public = false;
    update(authenticate(own), changes);
    EXPECT_EQ(access_error(other), std::nullopt);
}

TEST_P(Updating, of_two_new_passwords_at_once_one_stands_and_the_other_is_told) {
    add("mira");
    const Caller mira = caller("mira");
    const auto ends = at_once(2, [&](Loop& own, int i) {
        auto changes = with_password(password);
        changes.new_password = "battery staple " + std::to_string(i);
        own.await(accounts.update(mira, std::move(changes)));
    });
    // Both proved the old password; the one that wrote second finds it replaced.
    EXPECT_EQ(std::count(ends.begin(), ends.end(), std::nullopt), 1);
    EXPECT_EQ(std::count(ends.begin(), ends.end(), ErrorCode::validation_error), 1);
}

TEST_P(Updating, a_password_reset_by_the_operator_ends_every_session) {
    add("mira");
    const auto tokens = log_in("mira");
    accounts.reset_password_now("MIRA", "battery staple");
    EXPECT_EQ(access_error(tokens), ErrorCode::invalid_token);
    EXPECT_EQ(login_error("mira", password), ErrorCode::invalid_credentials);
    EXPECT_EQ(login_error("mira", "battery staple"), std::nullopt);
}

XENTREE_HOLDS_ON_EACH_DATABASE(Registering);
XENTREE_HOLDS_ON_EACH_DATABASE(Updating);

} // namespace
} // namespace xentree
