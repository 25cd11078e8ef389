// What handlers get of a request, and what their results are on the wire.
#include "http/api.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "contracts.h"
#include "http/request_form.h"

namespace xentree {
namespace {

namespace json = boost::json;
using test::ContractText;

struct Place {
    std::string shelf;
    std::string book;
};
BOOST_DESCRIBE_STRUCT(Place, (), (shelf, book))

struct Ticket {
    Omittable<std::string> ticket;
};
BOOST_DESCRIBE_STRUCT(Ticket, (), (ticket))

json::array parameters(const json::array& path) {
    const json::object text{{"type", "string"}};
    json::array all;
    for (const auto& name : path)
        all.push_back(ContractText::parameter("path", std::string(name.as_string()), text));
    all.push_back(ContractText::parameter("cookie", "ticket", text));
    return all;
}

Contract contract_with(const json::array& path, int status) {
    return ContractText()
        .add("get", "/{shelf}/{book}", "get_book",
             {{"x-public", true},
              {"parameters", parameters(path)},
              {"responses", {{std::to_string(status), {{"description", ""}}}}}})
        .load();
}

// What the handler answers to the second book of the first shelf, asked for with these cookies.
template<class F>
Answer ask(const Contract& contract, F handler, const std::string& cookies = "") {
    Api api(contract);
    api.on("get_book", handler);
    api.finish();
    RequestHead head;
    head.headers.set("Cookie", cookies);
    Request request;
    request.operation = contract.find("get_book");
    read_form(request, head, {"first", "second"}, nullptr, "");
    asio::io_context io;
    auto result = asio::co_spawn(io, (*api.handler("get_book"))(request), asio::use_future);
    io.run();
    return result.get().answer;
}

std::string ticket_of(const std::string& cookies) {
    static const Contract contract = contract_with({"shelf", "book"}, 302);
    const Answer answer = ask(
        contract,
        [](Visitor, Cookies<Ticket> sent) -> Task<Redirect> {
            co_return Redirect{sent->ticket.value_or("none")};
        },
        cookies);
    return answer.headers.at(0).second;
}

TEST(HandlerArguments, parameters_of_the_path_come_by_their_names) {
    const Contract contract = contract_with({"shelf", "book"}, 302);
    const Answer answer = ask(contract, [](Visitor, Path<Place> place) -> Task<Redirect> {
        co_return Redirect{place->shelf + " then " + place->book};
    });
    EXPECT_EQ(answer.headers.at(0).second, "first then second");
}

TEST(HandlerArguments, the_start_refuses_parameters_in_another_order_than_the_path) {
    EXPECT_THROW(contract_with({"book", "shelf"}, 302), std::runtime_error);
}

TEST(HandlerArguments, a_cookie_is_found_among_others) {
    EXPECT_EQ(ticket_of("ticket=a1"), "a1");
    EXPECT_EQ(ticket_of("x=1; ticket=a=1 ; tickets=2"), "a=1");
    EXPECT_EQ(ticket_of("ticket=first; ticket=second"), "first");
    EXPECT_EQ(ticket_of("ticket="), "");
}

TEST(HandlerArguments, a_cookie_that_is_not_there_is_left_out) {
    for (const char* cookies : {"", "ticket", "xticket=1", "Ticket=1", ";;", "="})
        EXPECT_EQ(ticket_of(cookies), "none") << cookies;
}

TEST(HandlerResults, a_redirect_is_a_302_with_its_location) {
    const Contract contract = contract_with({"shelf", "book"}, 302);
    const Answer answer =
        ask(contract, [](Visitor) -> Task<Redirect> { co_return Redirect{"https://app.example.com/"}; });
    EXPECT_EQ(answer.status, 302);
    EXPECT_EQ(answer.headers.at(0),
              (std::pair<std::string, std::string>("Location", "https://app.example.com/")));
    EXPECT_TRUE(answer.body.empty());
}

TEST(HandlerResults, any_result_may_have_headers_of_its_own) {
    const Contract contract = contract_with({"shelf", "book"}, 204);
    const Answer answer = ask(contract, [](Visitor) -> Task<WithHeaders<NoContent>> {
        co_return WithHeaders<NoContent>{{}, {{"Set-Cookie", "a=1"}}};
    });
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.headers.at(0).first, "Set-Cookie");
}

} // namespace
} // namespace xentree
