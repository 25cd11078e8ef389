#pragma once
#include <memory>

#include "ai/availability.h"
#include "ai/remote/chat_wire.h"
#include "ai/remote/remote_settings.h"
#include "http/outbound.h"

namespace xentree {

// A model server that is called over HTTP, of any kind that there is a wire form for.
class RemoteProvider final : public ChatProvider {
  public:
    // Throws std::invalid_argument where the settings cannot work.
    RemoteProvider(RemoteSettings settings, std::unique_ptr<remote::ChatWire> wire, const Clock& clock);

    std::string_view id() const override { return settings_.id; }
    std::string_view name() const override { return settings_.name; }
    const std::vector<ChatModel>& models() const override { return settings_.models; }
    std::string_view default_model() const override { return settings_.models.front().id; }
    std::optional<std::string> unavailable_reason() const override {
        return availability_.unavailable_reason();
    }
    // Also throws ApiError(unavailable), without a call, while the provider is resting or this server has no
    // room for another call.
    Task<std::unique_ptr<ChatReply>> ask(ChatPrompt prompt) override;

  private:
    Task<std::unique_ptr<OutboundResponse>> send(const ChatPrompt& prompt);
    OutboundRequest outbound(const remote::WireRequest& wanted, bool stream) const;

    RemoteSettings settings_;
    std::unique_ptr<remote::ChatWire> wire_;
    Availability availability_;
};

} // namespace xentree
