#include "ai/gemini/gemini_wire.h"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>

#include "ai/remote/json.h"
#include "ai/remote/turns.h"

namespace xentree {
namespace {

using namespace remote;

json::object content_of(std::string_view text) {
    return {{"parts", json::array{json::object{{"text", text}}}}};
}

// Google lists its models with the collection that they are in; people write them without.
std::string path_of(std::string_view model, bool stream) {
    const std::string prefix = model.find('/') == std::string_view::npos ? "/models/" : "/";
    return prefix + boost::urls::encode(model, boost::urls::pchars + '/') +
           (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
}

// A count that is zero is left out. Thinking is paid for as answer.
TokenCounts counts_of(const json::object& answer) {
    const json::object* usage = object_member(answer, "usageMetadata");
    const auto prompt = usage ? count_member(*usage, "promptTokenCount") : std::nullopt;
    if (!prompt)
        return {};
    return {prompt,
            count_member(*usage, "candidatesTokenCount").value_or(0) +
                count_member(*usage, "thoughtsTokenCount").value_or(0),
            count_member(*usage, "totalTokenCount")};
}

std::string text_of(const json::object& candidate) {
    const json::object* content = object_member(candidate, "content");
    const json::array* parts = content ? array_member(*content, "parts") : nullptr;
    std::string text;
    if (!parts)
        return text;
    for (const json::value& value : *parts) {
        const json::object* part = value.if_object();
        const json::value* thought = part ? part->if_contains("thought") : nullptr;
        if (part && !(thought && thought->is_bool() && thought->get_bool()))
            text += text_member(*part, "text");
    }
    return text;
}

// Safety, recitation, a blocked word and the like all end an answer before its end.
bool has_stopped(const json::object& candidate) {
    const std::string reason = string_member(candidate, "finishReason");
    if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED")
        return false;
    if (reason != "STOP" && reason != "MAX_TOKENS")
        throw declined();
    return true;
}

json::object answer_of(std::string_view text) {
    auto answer = parse_object(text);
    if (!answer)
        throw unreadable();
    if (answer->contains("error"))
        throw failure_of_status(error_status(text));
    return *std::move(answer);
}

ChatOutput output_of(const json::object& answer) {
    const json::object* feedback = object_member(answer, "promptFeedback");
    if (feedback && feedback->contains("blockReason"))
        throw declined();
    ChatOutput output{.text = {}, .model = model_member(answer, "modelVersion"), .counts = counts_of(answer)};
    if (const json::object* candidate = first_member(answer, "candidates")) {
        output.text = text_of(*candidate);
        output.is_finished = has_stopped(*candidate);
    }
    return output;
}

// google.rpc.ErrorInfo, which tells what the status does not.
bool has_reason(const json::object& error, std::string_view reason) {
    const json::array* details = array_member(error, "details");
    return details && std::any_of(details->begin(), details->end(), [&](const json::value& detail) {
               return detail.is_object() && string_member(detail.get_object(), "reason") == reason;
           });
}

} // namespace

Headers GeminiWire::headers(const std::string& api_key) const {
    if (api_key.empty())
        return {};
    return {{"x-goog-api-key", api_key}};
}

WireRequest GeminiWire::request(const ChatPrompt& prompt) const {
    const InstructedTurns parts = instructed_turns(prompt);
    json::array contents;
    for (const ChatMessage& turn : parts.turns) {
        json::object content = content_of(turn.content);
        content["role"] = turn.role == ChatRole::user ? "user" : "model";
        contents.push_back(std::move(content));
    }
    json::object request;
    if (!parts.instruction.empty())
        request["systemInstruction"] = content_of(parts.instruction);
    request["contents"] = std::move(contents);
    if (max_tokens_)
        request["generationConfig"] = json::object{{"maxOutputTokens", *max_tokens_}};
    return {path_of(prompt.model, prompt.stream), json::serialize(request)};
}

ChatOutput GeminiWire::read_whole(std::string_view text) const {
    const json::object answer = answer_of(text);
    ChatOutput output = output_of(answer);
    if (!first_member(answer, "candidates"))
        throw unreadable();
    return output;
}

ChatOutput GeminiWire::read_event(const SseEvent& event) const {
    return output_of(answer_of(event.data));
}

// A key that is wrong, and a country or an account that is not served, are a 400 here.
Failure GeminiWire::failure(int status, std::string_view text) const {
    const json::object error = error_of(text);
    if (status == 400 &&
        (has_reason(error, "API_KEY_INVALID") || string_member(error, "status") == "FAILED_PRECONDITION"))
        return failure_of_status(403);
    return failure_of_status(status);
}

} // namespace xentree
