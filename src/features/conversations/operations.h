#pragma once
#include "features/conversations/chat.h"
#include "features/conversations/conversations.h"
#include "http/api.h"

namespace xentree {

void answer_conversations(Api& api, Conversations& conversations, Chat& chat);

} // namespace xentree
