#include "ai/remote/failure.h"

namespace xentree::remote {

Failure failure_of(const OutboundError& error, bool has_begun) {
    using Cause = OutboundError::Cause;
    switch (error.cause) {
    case Cause::timeout:
        return {ErrorCode::provider_timeout, "The provider did not answer in time.", !has_begun};
    case Cause::unreachable:
        return {ErrorCode::provider_error, "The provider could not be reached.", true};
    case Cause::too_large:
        return {ErrorCode::provider_error, "The provider's answer is too large.", false};
    case Cause::broken:
        return {ErrorCode::provider_error, "The provider's answer broke off.", false};
    case Cause::overloaded:
        return {ErrorCode::unavailable, "The server is busy.", false};
    case Cause::refused:
        return {ErrorCode::provider_error, "The provider's address is not allowed.", true};
    }
    return {ErrorCode::provider_error, "The provider failed.", false};
}

Failure failure_of_status(int status) {
    constexpr int overloaded = 529; // Anthropic's
    const auto code = ErrorCode::provider_error;
    if (status == 401 || status == 403)
        return {code, "The provider refused this server's credentials.", true};
    if (status == 404)
        return {code, "The provider does not know the model.", false};
    if (status == 402 || status == 429)
        return {code, "The provider is at its rate limit or quota.", true};
    if (status == overloaded)
        return {code, "The provider is overloaded.", true};
    if (status >= 500)
        return {code, "The provider failed.", status >= 502 && status <= 504};
    return {code, "The provider refused the prompt.", false};
}

Failure declined() {
    return {ErrorCode::provider_error, "The provider declined to answer.", false};
}

Failure unreadable() {
    return {ErrorCode::provider_error, "The provider's answer could not be read.", false};
}

} // namespace xentree::remote
