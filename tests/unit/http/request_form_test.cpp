#include "http/request_form.h"

#include <gtest/gtest.h>

#include "contracts.h"

namespace xentree {
namespace {

namespace json = boost::json;
using test::ContractText;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string told(const std::vector<Fault>& faults) {
    std::string text;
    for (const auto& fault : faults)
        text += (text.empty() ? "" : "\n") + fault.field + " " + fault.message;
    return text;
}

// One operation, and requests to it.
class Form {
  public:
    explicit Form(json::object members, const std::string& path = "/act") :
        contract_(ContractText().add("post", path, "act", with_access(std::move(members))).load()) {}

    // The request's body as it was read, or its faults.
    std::string body(std::string_view text, const std::string& content_type = "application/json") {
        head.headers.set("Content-Type", content_type);
        return read(text, [](const Request& request) { return json::serialize(request.body); });
    }
    // The request's parameters, or its faults.
    std::string parameters(const std::string& query, const std::vector<std::string>& path_values = {}) {
        head.query = query;
        path_values_ = path_values;
        return read("", [](const Request& request) { return json::serialize(request.parameters); });
    }
    bool takes_type(const std::string& content_type, bool has_body = true) {
        if (content_type.empty())
            head.headers.erase("Content-Type");
        else
            head.headers.set("Content-Type", content_type);
        try {
            choose_form(operation(), head, has_body);
            return true;
        } catch (const ApiError& error) {
            EXPECT_EQ(error.code, ErrorCode::unsupported_media_type);
            return false;
        }
    }
    const Operation& operation() const { return *contract_.find("act"); }
    RequestHead head;
    Request request;

  private:
    static json::object with_access(json::object members) {
        members["x-public"] = true;
        return members;
    }
    std::string read(std::string_view text, const std::function<std::string(const Request&)>& shown) {
        request = Request();
        request.operation = &operation();
        try {
            const auto* form = choose_form(operation(), head, !text.empty());
            read_form(request, head, path_values_, form, text);
            return shown(request);
        } catch (const ApiError& error) {
            return told(error.faults);
        }
    }
    Contract contract_;
    std::vector<std::string> path_values_;
};

Form json_form(json::object schema, bool required = true) {
    return Form({{"requestBody", ContractText::body(std::move(schema), required)}});
}
Form any_object() {
    return json_form({{"type", "object"}});
}

json::object fields_of_text() {
    return {{"type", "object"},
            {"required", json::array{"name"}},
            {"properties", {{"name", {{"type", "string"}}}, {"count", {{"type", "integer"}}}}}};
}
Form urlencoded_form() {
    return Form(
        {{"requestBody",
          {{"required", true},
           {"content", ContractText::content("application/x-www-form-urlencoded", fields_of_text())}}}});
}
constexpr const char* urlencoded = "application/x-www-form-urlencoded";

Pairs pairs_of(std::string_view text) {
    std::vector<Fault> faults;
    auto pairs = parse_urlencoded(text, faults);
    EXPECT_EQ(told(faults), "");
    return pairs;
}
std::string faults_of(std::string_view text) {
    std::vector<Fault> faults;
    parse_urlencoded(text, faults);
    return told(faults);
}

TEST(Urlencoded, pairs_are_decoded_in_their_order) {
    EXPECT_EQ(pairs_of("a=1&b=two+words&a=%C3%A9%26%3d"),
              (Pairs{{"a", "1"}, {"b", "two words"}, {"a", "\u00e9&="}}));
    EXPECT_EQ(pairs_of("a%20b=c=d"), (Pairs{{"a b", "c=d"}}));
    EXPECT_EQ(pairs_of("p%2Bq=1%2B1"), (Pairs{{"p+q", "1+1"}}));
}

TEST(Urlencoded, empty_names_values_and_items_are_as_in_the_url_standard) {
    EXPECT_EQ(pairs_of(""), Pairs());
    EXPECT_EQ(pairs_of("&&a&&b=&=c&"), (Pairs{{"a", ""}, {"b", ""}, {"", "c"}}));
}

TEST(Urlencoded, a_malformed_escape_is_a_fault_at_its_name) {
    EXPECT_EQ(faults_of("a=%"), "a has a malformed percent escape");
    EXPECT_EQ(faults_of("a=%2&b=%zz&c=1"),
              "a has a malformed percent escape\nb has a malformed percent escape");
    EXPECT_EQ(faults_of("%=1"), " has a malformed percent escape");
    EXPECT_EQ(faults_of("%ff=%"), " has a malformed percent escape"); // a name that cannot be told
}

TEST(FormBodies, fields_are_read) {
    EXPECT_EQ(urlencoded_form().body("name=a+b&other=1", urlencoded), R"({"name":"a b","other":"1"})");
}

TEST(FormBodies, a_field_given_twice_is_a_fault_at_its_name_and_no_pointer) {
    EXPECT_EQ(urlencoded_form().body("name=a&name=a", urlencoded), "name must be given once");
    EXPECT_EQ(urlencoded_form().body("", urlencoded), "name is required");
}

TEST(FormBodies, text_that_is_not_utf8_or_has_a_zero_is_refused_known_field_or_not) {
    EXPECT_EQ(urlencoded_form().body("name=%ff", urlencoded).find("name is not UTF-8"), 0U);
    EXPECT_EQ(urlencoded_form().body("name=a&other=%ff", urlencoded), "other is not UTF-8");
    EXPECT_EQ(urlencoded_form().body("name=a&%ff=b", urlencoded), " is not UTF-8");
    EXPECT_NE(urlencoded_form().body("name=a%00b", urlencoded).find("name must"), std::string::npos);
    EXPECT_NE(urlencoded_form().body("name=a&other=%00", urlencoded).find("other must"), std::string::npos);
}

TEST(MediaTypes, case_and_parameters_do_not_matter) {
    for (const char* type : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                             "application/json;charset=\"UTF-8\"", " application/json ;charset=utf8; x=y"})
        EXPECT_TRUE(any_object().takes_type(type)) << type;
}

TEST(MediaTypes, another_type_or_charset_is_refused) {
    for (const char* type :
         {"text/plain", "application/jsonx", "application/json, text/plain", "application",
          "application/json; charset=iso-8859-1", "application/json;charset=utf-16", "*/*", urlencoded})
        EXPECT_FALSE(any_object().takes_type(type)) << type;
    EXPECT_FALSE(any_object().takes_type("")); // a body of no type
    EXPECT_FALSE(urlencoded_form().takes_type("application/json"));
}

TEST(MediaTypes, where_there_is_no_body_there_need_be_no_type) {
    EXPECT_TRUE(any_object().takes_type("", false));
    EXPECT_TRUE(Form({}).takes_type("text/plain"));
}

TEST(JsonBodies, a_member_given_twice_counts_as_the_last) {
    EXPECT_EQ(any_object().body(R"({"a":1,"a":2})"), R"({"a":2})");
}

TEST(JsonBodies, nesting_is_taken_to_32_and_no_deeper) {
    const auto nested = [](std::size_t depth) {
        return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    EXPECT_EQ(any_object().body(nested(32)), nested(32));
    EXPECT_EQ(any_object().body(nested(33)).find(" is no valid JSON"), 0U);
    EXPECT_EQ(any_object().body(std::string(1'000'000, '[')).find(" is no valid JSON"), 0U);
}

TEST(JsonBodies, what_is_no_json_is_refused) {
    for (const char* bad :
         {"{", "{}{}", "{} x", "{'a':1}", "{\"a\":01}", "{\"a\":1,}", "{\"a\":NaN}", "nul", "\xef\xbb\xbf{}",
          "{\"a\":\"\xff\"}", "{\"a\":\"\x01\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\\ud800\"}",
          "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":\"\\x\"}", "// x\n{}", " "})
        EXPECT_EQ(any_object().body(bad).find(" is no valid JSON"), 0U) << bad;
}

// RFC 8259 knows four characters of white space, Unicode many more.
TEST(JsonBodies, only_jsons_own_white_space_may_follow) {
    EXPECT_EQ(any_object().body(" \t\r\n{} \t\r\n"), "{}");
    for (const char* bad : {"{}\u00a0", "{}\f", "{}\v", "{}\u2028", "{}\u3000"})
        EXPECT_EQ(any_object().body(bad).find(" is no valid JSON"), 0U) << bad;
}

TEST(JsonBodies, a_zero_is_refused_in_any_text_and_name_of_members_nobody_asked_for_too) {
    EXPECT_EQ(any_object().body(R"({"a":["x\u0000"]})"), "/a/0 must not hold U+0000");
    EXPECT_EQ(any_object().body(R"({"a/b":{"~\u0000":1}})"), "/a~1b/~0? must not hold U+0000");
    EXPECT_EQ(any_object().body(R"({"a":"\\u0000"})"), R"({"a":"\\u0000"})"); // six letters and no zero
    EXPECT_EQ(json_form(fields_of_text()).body(R"({"name":"\u0000"})").find("/name "), 0U);
}

// The contract gives every number that it takes its bounds.
TEST(JsonBodies, a_number_of_any_size_is_a_fault_and_no_accident) {
    const json::object bounded{{"type", "integer"}, {"minimum", -1000}, {"maximum", 1000}};
    const json::object schema{{"type", "object"}, {"properties", {{"count", bounded}}}};
    const auto count = [&](const std::string& number) {
        return json_form(schema).body("{\"count\":" + number + "}");
    };
    EXPECT_EQ(count("1.0").find("{"), 0U);
    for (const std::string& bad :
         {std::string("1.5"), std::string("1e300"), std::string("-1e300"),
          std::string("99999999999999999999"), std::string(1000, '9'), "-" + std::string(1000, '9'),
          std::string("1e400"), std::string("-1e400"), std::string("1e99999999999")})
        EXPECT_EQ(count(bad).find("{"), std::string::npos) << bad << ": " << count(bad);
}

TEST(JsonBodies, an_absent_one_is_an_empty_object_with_its_defaults) {
    json::object schema{{"type", "object"},
                        {"properties", {{"all", {{"type", "boolean"}, {"default", false}}}}}};
    auto form = json_form(schema, false);
    EXPECT_EQ(form.takes_type("", false), true);
    Request request;
    request.operation = &form.operation();
    read_form(request, RequestHead(), {}, nullptr, "");
    EXPECT_EQ(json::serialize(request.body), R"({"all":false})");
    EXPECT_EQ(form.body("{}"), R"({"all":false})");
}

TEST(JsonBodies, a_required_one_is_missed) {
    EXPECT_EQ(any_object().body(""), " is required");
}

Form with_parameters() {
    return Form({{"parameters",
                  json::array{ContractText::parameter("path", "id", {{"type", "string"}, {"format", "uuid"}}),
                              ContractText::parameter(
                                  "query", "limit",
                                  {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", 50}}),
                              ContractText::parameter("query", "q", {{"type", "string"}}),
                              ContractText::parameter("query", "all", {{"type", "boolean"}})}}},
                "/act/{id}");
}
constexpr const char* id = "019cad9c-9140-73c4-b64e-2ec636ec8a8f";

TEST(Parameters, path_and_query_are_read_by_their_kind_with_defaults) {
    auto form = with_parameters();
    EXPECT_EQ(form.parameters("q=a+b&all=true&other=1", {id}),
              std::string("{\"id\":\"") + id + R"(","limit":50,"q":"a b","all":true})");
    EXPECT_EQ(form.request.page.limit, 50U);
    form.parameters("limit=7", {id});
    EXPECT_EQ(form.request.page.limit, 7U);
}

TEST(Parameters, all_faults_are_told_at_once) {
    EXPECT_EQ(with_parameters().parameters("limit=0&q=1&q=2&all=yes", {"x"}).find("id "), 0U);
    const auto faults = with_parameters().parameters("limit=0&q=1&q=2&all=yes", {"x"});
    for (const char* field : {"\nlimit must", "\nq must be given once", "\nall must"})
        EXPECT_NE(faults.find(field), std::string::npos) << faults;
}

TEST(Parameters, a_number_is_decimal_digits) {
    for (const char* bad :
         {"", "1.0", "+1", " 1", "0x10", "1e1", "101", "99999999999999999999999", "%EF%BC%91"})
        EXPECT_EQ(with_parameters().parameters(std::string("limit=") + bad, {id}).find("limit "), 0U) << bad;
}

TEST(Parameters, text_that_is_not_utf8_or_has_a_zero_is_refused) {
    EXPECT_EQ(with_parameters().parameters("q=%ff", {id}), "q is not UTF-8");
    EXPECT_EQ(with_parameters().parameters("q=%00", {id}).find("q "), 0U);
    EXPECT_EQ(with_parameters().parameters("", {"\xff"}), "id is not UTF-8");
    EXPECT_EQ(with_parameters().parameters("q=%", {id}), "q has a malformed percent escape");
}

TEST(Parameters, a_header_is_read_in_any_case_and_given_once) {
    Form form({{"parameters", json::array{ContractText::parameter("header", "Idempotency-Key",
                                                                  {{"type", "string"}, {"minLength", 1}})}}});
    EXPECT_EQ(form.parameters(""), "{}");
    form.head.headers.insert("idempotency-key", "k1");
    EXPECT_EQ(form.parameters(""), R"({"Idempotency-Key":"k1"})");
    form.head.headers.insert("Idempotency-Key", "k2");
    EXPECT_EQ(form.parameters(""), "Idempotency-Key must be given once");
}

TEST(Faults, no_more_than_a_hundred_are_told) {
    std::string many = "name=a";
    for (int i = 0; i < 500; ++i)
        many += "&" + std::to_string(i) + "=%";
    const std::string faults = urlencoded_form().body(many, urlencoded);
    EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 99);
}

} // namespace
} // namespace xentree
