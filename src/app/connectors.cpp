#include "app/connectors.h"

#include "app/connector_settings.h"

namespace xentree {

namespace {

Milliseconds timeout_of(const Settings& settings) {
    return Seconds(settings.connectors.timeout_seconds);
}

} // namespace

Connectors::Connectors(const Settings& settings, Parts parts) :
    providers_(connector_providers(settings)),
    revocations_({parts.database, parts.master_key, parts.clock, providers_, timeout_of(settings)}),
    connections_({parts.database, parts.master_key, parts.audit, revocations_}),
    flows_({parts.database, parts.master_key, parts.audit, parts.clock, providers_, revocations_,
            timeout_of(settings), public_url(settings), connector_return_urls(settings)}),
    access_({parts.database, parts.master_key, parts.audit, parts.clock, providers_, timeout_of(settings)}),
    events_({parts.database, parts.idempotency, parts.clock, providers_, access_, timeout_of(settings)}) {}

} // namespace xentree
