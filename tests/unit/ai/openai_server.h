#pragma once
#include "model_server.h"

#include "ai/openai/openai_wire.h"

namespace xentree {

inline std::string chunk(const std::string& text) {
    return R"(data: {"model":"m-2026","choices":[{"index":0,"delta":{"content":)" +
           json::serialize(json::string(text)) + "}}]}\n\n";
}

inline std::string completion(const std::string& content) {
    return R"({"model":"m-2026","choices":[{"message":{"role":"assistant","content":)" + content +
           R"(},"finish_reason":"length"}],"usage":{"prompt_tokens":21,"completion_tokens":10,"total_tokens":31}})";
}

class OpenAi : public ModelServer {
  protected:
    std::unique_ptr<remote::ChatWire> make_wire() override { return std::make_unique<OpenAiWire>(); }
};

} // namespace xentree
