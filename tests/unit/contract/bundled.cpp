// The contract that is built in.
#include <gtest/gtest.h>

#include "contract/contract.h"
#include "contract/references.h"

namespace xentree {
namespace {

namespace json = boost::json;

const Contract& contract() {
    static const Contract loaded = Contract::load(bundled_contract());
    return loaded;
}

using Ids = std::set<std::string, std::less<>>;

TEST(Bundled, it_loads_with_all_its_operations) {
    EXPECT_EQ(contract().operations().size(), 109U);
    EXPECT_EQ(contract().find("absent"), nullptr);
}

TEST(Bundled, an_operation_is_read_whole) {
    const auto* chat = contract().find("generate_chat_response");
    ASSERT_NE(chat, nullptr);
    EXPECT_EQ(chat->method, "POST");
    EXPECT_EQ(chat->path, "/api/core/chat");
    EXPECT_EQ(chat->tag, "Conversations");
    EXPECT_EQ(chat->access.scope, "conversations:write");
    EXPECT_EQ(chat->access.grant_scope, "chat:write");
    EXPECT_FALSE(chat->access.is_public);
    EXPECT_EQ(chat->rate_class, "chat");
    EXPECT_EQ(chat->body->limit, 2U << 20);
    EXPECT_FALSE(chat->takes_idempotency_key());
    const auto& answers = chat->answers.at(200).forms;
    EXPECT_EQ(answers.at("application/json")->kind, Shape::Kind::object);
    EXPECT_EQ(answers.at("text/event-stream"), nullptr);
    EXPECT_EQ(chat->answers.at(404).forms.at("application/json")->members.at(0).name, "detail");
}

TEST(Bundled, parameters_have_their_place_bounds_and_default) {
    const auto* list = contract().find("list_notes");
    const auto limit = std::ranges::find(list->parameters, "limit", &ContractParameter::name);
    ASSERT_NE(limit, list->parameters.end());
    EXPECT_EQ(limit->place, ParameterPlace::query);
    EXPECT_EQ(limit->default_value, json::value(50));
    std::vector<Fault> faults;
    EXPECT_EQ(limit->validator->check_text("20", "limit", faults), json::value(20));
    limit->validator->check_text("101", "limit", faults);
    EXPECT_EQ(faults, (std::vector<Fault>{{"limit", "must be an integer from 1 to 100"}}));
}

TEST(Bundled, creating_takes_an_idempotency_key_and_health_is_not_limited) {
    EXPECT_TRUE(contract().find("create_note")->takes_idempotency_key());
    EXPECT_TRUE(contract().find("create_note")->rate_limited);
    EXPECT_FALSE(contract().find("get_health")->rate_limited);
    EXPECT_TRUE(contract().find("delete_note")->answers.at(204).forms.empty());
}

TEST(Bundled, a_registration_is_checked_completed_and_trimmed) {
    const auto& body = contract().find("register_user")->body->forms.at("application/json");
    json::value good = {{"email", "mira@example.com"},
                        {"username", "mira.k"},
                        {"password", "correct horse battery"},
                        {"full_name", "  Mira Kovač "}};
    EXPECT_TRUE(body.validator->check(good).empty());
    EXPECT_EQ(good.at("full_name"), "Mira Kovač");
    EXPECT_EQ(good.at("language"), "en");
    EXPECT_EQ(good.at("timezone"), "UTC");

    json::value bad = {{"email", "mira"}, {"username", "Mira"}, {"timezone", "Europe/Atlantis"}};
    const auto faults = body.validator->check(bad);
    ASSERT_EQ(faults.size(), 4U);
    EXPECT_EQ(faults[0], (Fault{"/email", "is no valid e-mail address"}));
    EXPECT_EQ(faults[1].field, "/username");
    EXPECT_EQ(faults[2], (Fault{"/password", "is required"}));
    EXPECT_EQ(faults[3], (Fault{"/timezone", "is no IANA time zone"}));
}

TEST(Bundled, a_document_of_some_operations_has_what_they_need_and_nothing_else) {
    const auto document = contract().document(Ids{"get_health", "delete_note"});
    EXPECT_EQ(document.at("openapi"), "3.1.0");
    const auto& paths = document.at("paths").as_object();
    ASSERT_EQ(paths.size(), 2U);
    EXPECT_EQ(paths.at("/api/core/notes/{note_id}").as_object().size(), 1U);
    EXPECT_EQ(document.at("tags").as_array().size(), 2U);

    const auto& components = document.at("components").as_object();
    EXPECT_TRUE(components.at("schemas").as_object().contains("HealthResponse"));
    EXPECT_TRUE(components.at("schemas").as_object().contains("ErrorDetail"));
    EXPECT_FALSE(components.at("schemas").as_object().contains("NoteResponse"));
    EXPECT_TRUE(components.at("securitySchemes").as_object().contains("bearer"));
    EXPECT_FALSE(components.at("securitySchemes").as_object().contains("serviceKey"));
    EXPECT_FALSE(components.contains("parameters"));
    for (const auto& reference : references_in(document))
        EXPECT_NE(find_reference(document, reference), nullptr) << reference;
}

TEST(Bundled, the_socket_s_events_come_with_its_operation) {
    const auto document = contract().document(Ids{"connect_live_realtime"});
    const auto validator = Validator::compile({{"$ref", "#/components/schemas/LiveClientEvent"}}, document);
    json::value event = {{"type", "input_text"}};
    EXPECT_EQ(validator->check(event), (std::vector<Fault>{{"/text", "is required"}}));
}

TEST(Bundled, the_whole_document_loads_again) {
    Ids all;
    for (const auto& operation : contract().operations())
        all.insert(operation.id);
    const auto again = Contract::load(json::serialize(contract().document(all)));
    EXPECT_EQ(again.operations().size(), contract().operations().size());
}

} // namespace
} // namespace xentree
