#pragma once
#include "features/connectors/calendar_events.h"
#include "features/connectors/connections.h"
#include "features/connectors/consent_flows.h"
#include "http/api.h"

namespace xentree {

// Answers the operations of the Skills Connector.
void answer_connectors(Api& api, Connections& connections, ConsentFlows& flows, CalendarEvents& events);

} // namespace xentree
