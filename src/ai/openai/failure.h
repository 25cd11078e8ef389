#pragma once
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "http/outbound.h"

namespace xentree::openai {

// Why a call brought no whole answer. what() is one sentence for the caller: no address, no secret, no
// content.
class Failure : public ApiError {
  public:
    Failure(ErrorCode code, const std::string& sentence, bool is_outage) :
        ApiError(code, sentence), is_outage(is_outage) {}
    bool is_outage; // the provider's state, which no prompt can bring about
};

// A time-out counts as an outage only before the answer has begun: how long it gets is the prompt's doing.
Failure failure_of(const OutboundError& error, bool has_begun);
Failure failure_of_status(int status);

} // namespace xentree::openai
