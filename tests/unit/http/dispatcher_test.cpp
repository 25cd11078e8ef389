#include "dispatching.h"

namespace xentree::test {
namespace {

// Each request has all the faults of those after it too.
TEST_F(Dispatching, the_first_check_of_the_contracts_order_that_fails_is_the_answer) {
    const std::string too_long(101, 'x');
    Headers wrong = with(bearer("user"), "Content-Type", "text/plain");
    EXPECT_EQ(outcome({.method = "POST", .target = "/nowhere", .body = too_long}), "404 not_found");
    EXPECT_EQ(outcome({.method = "DELETE", .target = "/admin/notes", .body = too_long}),
              "405 method_not_allowed");
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .body = too_long}),
              "401 not_authenticated");
    EXPECT_EQ(
        outcome({.method = "POST", .target = "/admin/notes", .headers = bearer("forged"), .body = too_long}),
        "401 invalid_token");
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .headers = wrong, .body = too_long}),
              "403 admin_required");
    wrong.front() = bearer("admin").front();
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .headers = wrong, .body = too_long}),
              "415 unsupported_media_type");
    wrong.back() = json_type;
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .headers = wrong, .body = too_long}),
              "413 payload_too_large");
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .headers = wrong, .body = "{}"}),
              "400 validation_error");
    EXPECT_EQ(handled, 0);
    EXPECT_EQ(
        outcome({.method = "POST", .target = "/admin/notes", .headers = wrong, .body = R"({"text":"a"})"}),
        "204");
    EXPECT_EQ(handled, 1);
}

TEST_F(Dispatching, a_body_that_is_announced_too_large_is_refused_before_its_type_and_unread) {
    EXPECT_EQ(outcome({.method = "POST",
                       .target = "/notes",
                       .headers = with(bearer("user"), "Content-Type", "text/plain"),
                       .body = std::string(101, 'x'),
                       .tells_length = true}),
              "413 payload_too_large");
    EXPECT_EQ(reads, 0);
}

TEST_F(Dispatching, the_limit_of_the_address_comes_before_the_credential) {
    options.address_limit.quota = 1;
    EXPECT_EQ(outcome({.target = "/notes", .headers = bearer("forged")}), "401 invalid_token");
    EXPECT_EQ(outcome({.target = "/notes", .headers = bearer("forged")}), "429 rate_limited");
    EXPECT_EQ(authenticator.asked, 1);
    EXPECT_EQ(outcome({.target = "/notes", .headers = bearer("user"), .address = "203.0.113.2"}), "200");
}

TEST_F(Dispatching, the_addresses_of_one_ipv6_subscriber_count_together) {
    options.address_limit.quota = 1;
    EXPECT_EQ(outcome({.target = "/open", .address = "2001:db8:1:2::1"}), "204");
    EXPECT_EQ(outcome({.target = "/open", .address = "2001:db8:1:2:ffff::2"}), "429 rate_limited");
    EXPECT_EQ(outcome({.target = "/open", .address = "2001:db8:1:3::1"}), "204");
}

TEST_F(Dispatching, a_page_outside_the_api_is_limited_by_address_too) {
    options.address_limit.quota = 1;
    EXPECT_EQ(outcome({.target = "/page"}), "200");
    EXPECT_EQ(outcome({.target = "/page"}), "429 rate_limited");
}

TEST_F(Dispatching, the_limits_of_the_caller_come_after_the_role_and_before_the_body) {
    options.caller_limit.quota = 1;
    const Headers user = bearer("user");
    EXPECT_EQ(outcome({.target = "/notes", .headers = user}), "200");
    EXPECT_EQ(outcome({.method = "POST", .target = "/notes", .headers = user, .body = "x"}),
              "429 rate_limited");
    EXPECT_EQ(reads, 0);
    EXPECT_EQ(outcome({.method = "POST", .target = "/admin/notes", .headers = user, .body = "x"}),
              "403 admin_required");
    EXPECT_EQ(outcome({.target = "/notes", .headers = user, .address = "203.0.113.2"}), "429 rate_limited");
    EXPECT_EQ(outcome({.target = "/notes", .headers = bearer("other")}), "200");
}

TEST_F(Dispatching, a_class_limits_a_caller_or_on_a_public_operation_an_address) {
    options.class_limits = {{"open", {"open", 1}}, {"notes", {"notes", 1}}};
    EXPECT_EQ(outcome({.target = "/open"}), "204");
    EXPECT_EQ(outcome({.target = "/open"}), "429 rate_limited");
    EXPECT_EQ(outcome({.target = "/open", .address = "203.0.113.2"}), "204");
    const Ask of_admin{.method = "POST",
                       .target = "/admin/notes",
                       .headers = with(bearer("admin"), "Content-Type", "application/json"),
                       .body = R"({"text":"a"})"};
    EXPECT_EQ(outcome(of_admin), "204");
    EXPECT_EQ(outcome(of_admin), "429 rate_limited");
}

TEST_F(Dispatching, a_limit_of_zero_is_none) {
    options.address_limit.quota = 0;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(outcome({.target = "/open"}), "204");
    EXPECT_EQ(header(ask({.target = "/open"}), "RateLimit"), "");
}

TEST_F(Dispatching, an_operation_that_is_not_limited_passes_a_spent_address) {
    options.address_limit.quota = 1;
    EXPECT_EQ(outcome({.target = "/open"}), "204");
    EXPECT_EQ(outcome({.target = "/open"}), "429 rate_limited");
    EXPECT_EQ(outcome({.target = "/free"}), "204");
}

TEST_F(Dispatching, a_refused_client_is_told_when_to_come_again_and_may) {
    options.address_limit.quota = 1;
    ask({.target = "/open"});
    clock.advance(Seconds(20));
    const Answer refused = ask({.target = "/open"});
    EXPECT_EQ(header(refused, "Retry-After"), "40");
    EXPECT_EQ(header(refused, "RateLimit"), "\"address\";r=0;t=40");
    EXPECT_EQ(header(refused, "RateLimit-Policy"), "\"address\";q=1;w=60");
    clock.advance(Seconds(40));
    EXPECT_EQ(outcome({.target = "/open"}), "204");
}

TEST_F(Dispatching, a_public_operation_does_not_look_at_a_credential) {
    EXPECT_EQ(outcome({.target = "/open", .headers = bearer("forged")}), "204");
    EXPECT_EQ(authenticator.asked, 0);
}

TEST_F(Dispatching, the_scheme_is_in_any_case_and_no_other_one) {
    for (const char* value : {"Bearer user", "bearer user", "BEARER  user "})
        EXPECT_EQ(outcome({.target = "/notes", .headers = {{"Authorization", value}}}), "200") << value;
    for (const char* value : {"Basic dXNlcjp1c2Vy", "Beareruser", "user", "Bearer", ""})
        EXPECT_EQ(outcome({.target = "/notes", .headers = {{"Authorization", value}}}),
                  "401 not_authenticated")
            << value;
    EXPECT_EQ(outcome({.target = "/scoped", .headers = {{"X-API-Key", "k"}}}), "401 invalid_api_key");
}

TEST_F(Dispatching, each_401_brings_its_challenge) {
    const auto challenge = [&](const Headers& headers) {
        return header(ask({.target = "/notes", .headers = headers}), "WWW-Authenticate");
    };
    EXPECT_EQ(challenge({}), "Bearer");
    EXPECT_EQ(challenge(bearer("forged")), "Bearer error=\"invalid_token\"");
    EXPECT_EQ(challenge(bearer("expired")), "Bearer error=\"invalid_token\", error_description=\"expired\"");
}

TEST_F(Dispatching, a_cursor_leads_through_the_whole_list) {
    std::string target = "/notes?limit=2&q=a%20b", found;
    while (!target.empty()) {
        const Answer answer = ask({.target = target, .headers = bearer("user")});
        ASSERT_EQ(answer.status, 200) << answer.body;
        const auto items = json::parse(answer.body);
        for (const auto& one : items.as_array())
            found += one.at("text").as_string();
        target = next_page(target, "user");
    }
    EXPECT_EQ(found, "12345");
}

TEST_F(Dispatching, a_cursor_of_another_caller_filter_or_day_is_a_fault_at_cursor) {
    const std::string next = next_page("/notes?q=a", "user");
    ASSERT_NE(next, "");
    const auto is_refused = [&](const std::string& target, const std::string& user) {
        const Answer answer = ask({.target = target, .headers = bearer(user)});
        return answer.status == 400 &&
               json::parse(answer.body).at("detail").at("errors").at(0).at("field").as_string() == "cursor";
    };
    EXPECT_FALSE(is_refused(next, "user"));
    EXPECT_TRUE(is_refused(next, "other"));
    std::string other_filter = next;
    other_filter.replace(other_filter.find("q=a"), 3, "q=b");
    EXPECT_TRUE(is_refused(other_filter, "user"));
    EXPECT_TRUE(is_refused("/notes?q=a&cursor=x", "user"));
    clock.advance(std::chrono::hours(24) + Milliseconds(1));
    EXPECT_TRUE(is_refused(next, "user"));
}

TEST_F(Dispatching, a_repeatable_request_is_known_by_key_place_and_body) {
    const Headers headers =
        with(with(bearer("user"), "Content-Type", "application/json"), "Idempotency-Key", "k1");
    ask({.method = "POST", .target = "/notes", .headers = headers, .body = R"({"text":"a"})"});
    ASSERT_TRUE(repeatable);
    EXPECT_EQ(repeatable->key, "k1");
    EXPECT_EQ(repeatable->place, "POST /notes");
    EXPECT_EQ(repeatable->body, R"({"text":"a"})");
}

TEST_F(Dispatching, what_goes_wrong_inside_is_a_500_that_tells_nothing) {
    const Answer answer = ask({.target = "/broken"});
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    EXPECT_EQ(json::parse(answer.body).at("request_id").as_string(), header(answer, "X-Request-ID"));
}

TEST_F(Dispatching, head_is_get_and_options_needs_no_credential_and_counts_nowhere) {
    options.address_limit.quota = 1;
    for (int i = 0; i < 3; ++i) {
        const Answer answer = ask({.method = "OPTIONS", .target = "/notes"});
        EXPECT_EQ(answer.status, 204);
        EXPECT_EQ(header(answer, "Allow"), "GET, HEAD, POST, OPTIONS");
    }
    EXPECT_EQ(outcome({.method = "OPTIONS", .target = "/nowhere"}), "204");
    EXPECT_EQ(outcome({.method = "HEAD", .target = "/open"}), "204");
    EXPECT_EQ(outcome({.method = "HEAD", .target = "/open"}), "429 rate_limited");
}

TEST_F(Dispatching, a_method_that_a_path_lacks_is_told_those_it_has) {
    EXPECT_EQ(header(ask({.method = "DELETE", .target = "/notes"}), "Allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(header(ask({.method = "POST", .target = "/page"}), "Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(outcome({.method = "get", .target = "/open"}), "405 method_not_allowed");
    EXPECT_EQ(outcome({.target = "/page"}), "200");
}

TEST_F(Dispatching, every_answer_has_its_id_and_may_not_be_cached) {
    for (const char* target : {"/open", "/nowhere", "/notes", "/broken", "/page"}) {
        const Answer answer = ask({.target = target});
        EXPECT_TRUE(RequestId::parse(header(answer, "X-Request-ID"))) << target;
        EXPECT_EQ(header(answer, "Cache-Control"), "no-store") << target;
        EXPECT_EQ(header(answer, "X-Content-Type-Options"), "nosniff") << target;
    }
}

TEST_F(Dispatching, every_origin_is_allowed_or_those_of_the_settings) {
    EXPECT_EQ(header(ask({.target = "/open"}), "Access-Control-Allow-Origin"), "*");
    dispatcher.reset();
    options.allowed_origins = {"https://a.example", "https://b.example"};
    const auto allowed = [&](const std::string& origin) {
        return header(ask({.target = "/open", .headers = {{"Origin", origin}}}),
                      "Access-Control-Allow-Origin");
    };
    EXPECT_EQ(allowed("https://b.example"), "https://b.example");
    for (const char* other : {"https://b.example.evil", "https://b.exampl", "example", "null", "", " "})
        EXPECT_EQ(allowed(other), "") << other;
}

TEST_F(Dispatching, a_long_answer_is_packed_for_who_takes_it) {
    const Answer packed = ask({.target = "/long", .headers = {{"Accept-Encoding", "gzip"}}});
    EXPECT_EQ(header(packed, "Content-Encoding"), "gzip");
    EXPECT_LT(packed.body.size(), 1000U);
    const Answer plain = ask({.target = "/long"});
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    EXPECT_EQ(header(plain, "Vary"), "Accept-Encoding");
    EXPECT_GT(plain.body.size(), 10'000U);
}

TEST_F(Dispatching, a_large_answer_is_packed_on_a_worker_and_goes_out_plain_where_all_are_busy) {
    long_text = 1'000'000;
    const Ask for_packed{.target = "/long", .headers = {{"Accept-Encoding", "gzip"}}};
    EXPECT_EQ(header(ask(for_packed), "Content-Encoding"), "gzip");
    std::promise<void> go;
    asio::io_context io;
    auto work = [gone = go.get_future().share()] { gone.wait(); };
    auto busy = asio::co_spawn(io, workers.run(work), asio::use_future);
    io.poll();
    const Answer plain = ask(for_packed);
    go.set_value();
    io.run();
    busy.get();
    EXPECT_EQ(plain.status, 200);
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    EXPECT_GT(plain.body.size(), 1'000'000U);
}

} // namespace
} // namespace xentree::test
