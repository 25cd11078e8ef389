#pragma once
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "http/outbound.h"

namespace xentree::remote {

// Why a call brought no whole answer. what() is one sentence for the caller: no address, no secret, no
// content.
class Failure : public ApiError {
  public:
    Failure(ErrorCode code, const std::string& sentence, bool is_outage) :
        ApiError(code, sentence), is_outage(is_outage) {}
    bool is_outage; // the provider's state, which no prompt can bring about
};

// A time-out counts as an outage only before the answer has begun: how long it gets is the prompt's doing.
// A call that this server had no room for is `unavailable` and says nothing of the provider.
Failure failure_of(const OutboundError& error, bool has_begun);
Failure failure_of_status(int status);

// The provider's rules against the prompt or the answer.
Failure declined();
Failure unreadable();

} // namespace xentree::remote
