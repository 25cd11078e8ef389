// What the start refuses, each with a name.
#include "http/api.h"

#include <gtest/gtest.h>

#include "contracts.h"

namespace xentree {
namespace {

namespace json = boost::json;
using test::ContractText;

struct Thing {
    std::string name;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (name, count))

json::object thing() {
    return {{"type", "object"},
            {"required", json::array{"name", "count"}},
            {"properties", {{"name", {{"type", "string"}}}, {"count", {{"type", "integer"}}}}}};
}

const Contract& contract() {
    const json::object text{{"type", "string"}};
    const json::object id{{"type", "string"}, {"format", "uuid"}};
    static const Contract loaded =
        ContractText()
            .add("get", "/open", "open", {{"x-public", true}})
            .add("get", "/closed", "closed", {{"x-bearer-only", true}})
            .add("post", "/things", "make_thing",
                 {{"x-public", true},
                  {"requestBody", ContractText::body(thing())},
                  {"responses", {{"201", ContractText::answer(thing())}}}})
            .add("get", "/things", "list_things",
                 {{"x-public", true},
                  {"parameters", json::array{ContractText::parameter("query", "limit", {{"type", "integer"}}),
                                             ContractText::parameter("query", "cursor", text),
                                             ContractText::parameter("query", "q", text)}},
                  {"responses", {{"200", ContractText::answer({{"type", "array"}, {"items", thing()}})}}}})
            .add("get", "/things/{id}", "get_thing",
                 {{"x-public", true},
                  {"parameters", json::array{ContractText::parameter("path", "id", id)}},
                  {"responses", {{"200", ContractText::answer(thing())}}}})
            .load();
    return loaded;
}

// The refusal of an Api with these handlers, without its first line; empty where it starts.
template<class... Handlers>
std::string refusal(std::pair<const char*, Handlers>... handlers) {
    Api api(contract());
    (api.on(handlers.first, handlers.second), ...);
    try {
        api.finish();
        return "";
    } catch (const std::runtime_error& error) {
        const std::string text = error.what();
        return text.substr(text.find('\n') + 1);
    }
}

template<class... Arguments>
auto answering(auto result) {
    return [result](Arguments...) -> Task<decltype(result)> { co_return result; };
}
const auto nothing = NoContent{};

TEST(Start, what_fits_is_taken) {
    EXPECT_EQ(refusal(std::pair("open", answering<Visitor>(nothing)),
                      std::pair("closed", answering<Caller>(nothing)),
                      std::pair("make_thing", answering<Body<Thing>>(Created<Thing>(Thing{}))),
                      std::pair("get_thing", answering<Path<UserId>>(Thing{})),
                      std::pair("list_things", answering<Visitor, PageRequest>(Page<Thing>{}))),
              "");
}

TEST(Start, a_handler_for_no_operation_is_refused) {
    EXPECT_EQ(refusal(std::pair("opne", answering<Visitor>(nothing))),
              "  opne: no such operation in the contract");
}

TEST(Start, two_handlers_of_one_operation_are_refused) {
    EXPECT_EQ(refusal(std::pair("open", answering<Visitor>(nothing)),
                      std::pair("open", answering<Visitor>(nothing))),
              "  open: two handlers");
}

TEST(Start, a_caller_on_a_public_operation_is_refused) {
    EXPECT_EQ(refusal(std::pair("open", answering<Caller>(nothing))),
              "  open: is public, but its handler takes a Caller");
}

TEST(Start, a_visitor_or_nobody_on_a_closed_operation_is_refused) {
    const std::string refused = "  closed: is not public, so its handler must take a Caller";
    EXPECT_EQ(refusal(std::pair("closed", answering<Visitor>(nothing))), refused);
    EXPECT_EQ(refusal(std::pair("closed", answering<>(nothing))), refused);
    EXPECT_EQ(refusal(std::pair("closed", answering<Caller, Visitor>(nothing))), refused);
}

TEST(Start, a_status_that_the_contract_lacks_is_refused) {
    EXPECT_EQ(refusal(std::pair("make_thing", answering<Body<Thing>>(Thing{}))),
              "  make_thing: has no answer 200 in the contract");
    EXPECT_EQ(refusal(std::pair("get_thing", answering<Path<UserId>>(Created<Thing>(Thing{})))),
              "  get_thing: has no answer 201 in the contract");
    EXPECT_EQ(refusal(std::pair("get_thing", answering<Path<UserId>>(nothing))),
              "  get_thing: has no answer 204 in the contract");
}

TEST(Start, a_body_where_the_contract_has_none_is_refused) {
    EXPECT_EQ(refusal(std::pair("open", answering<Visitor, Body<Thing>>(nothing))),
              "  open: has no body in the contract");
}

TEST(Start, a_path_parameter_where_the_contract_has_none_is_refused) {
    EXPECT_EQ(refusal(std::pair("open", answering<Visitor, Path<UserId>>(nothing))),
              "  open: has 0 path parameters, its handler takes one");
}

TEST(Start, a_path_parameter_of_another_kind_is_refused) {
    EXPECT_NE(refusal(std::pair("get_thing", answering<Path<std::int64_t>>(Thing{}))), "");
}

struct Nameless {
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Nameless, (), (count))

TEST(Start, every_misfit_is_told_with_its_place) {
    EXPECT_EQ(refusal(std::pair("make_thing", answering<Body<Nameless>>(Created<Nameless>(Nameless{}))),
                      std::pair("list_things", answering<Visitor>(Page<Nameless>{}))),
              "  make_thing request/name: is not in the program\n"
              "  make_thing answer/name: is not in the program\n"
              "  list_things answer/*/name: is not in the program");
}

struct Filter {
    Omittable<std::string> q;
};
BOOST_DESCRIBE_STRUCT(Filter, (), (q))
struct OtherFilter {
    std::string p;
};
BOOST_DESCRIBE_STRUCT(OtherFilter, (), (p))

TEST(Start, query_parameters_are_compared_without_those_of_the_page) {
    EXPECT_EQ(refusal(std::pair("list_things", answering<Query<Filter>>(Page<Thing>{}))), "");
    EXPECT_EQ(refusal(std::pair("list_things", answering<Query<OtherFilter>>(Page<Thing>{}))),
              "  list_things parameters/p: is not in the contract\n"
              "  list_things parameters/q: is not in the program");
}

TEST(Start, only_what_is_answered_counts_as_implemented) {
    Api api(contract());
    api.on("open", answering<Visitor>(nothing));
    EXPECT_EQ(api.implemented(), (std::set<std::string, std::less<>>{"open"}));
    EXPECT_TRUE(api.handler("open"));
    EXPECT_FALSE(api.handler("closed"));
}

} // namespace
} // namespace xentree
