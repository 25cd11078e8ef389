#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "ai/chat_provider.h"

namespace xentree {

// A provider that is called over HTTP.
struct RemoteSettings {
    std::string id;
    std::string name;
    std::string base_url;          // up to and with the version: https://api.openai.com/v1
    std::string api_key;           // empty: none is sent
    std::vector<ChatModel> models; // at least one, the first is the default; a name that is empty is the id
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds silence_timeout{60'000}; // until the first and until each next byte
    std::chrono::milliseconds total_timeout{300'000};
};

// With what may be left out filled in. Throws std::invalid_argument where the settings cannot work.
RemoteSettings complete(RemoteSettings settings);

} // namespace xentree
