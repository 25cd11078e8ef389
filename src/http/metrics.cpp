#include "http/metrics.h"

#include <prometheus/text_serializer.h>

namespace xentree {

namespace {

const prometheus::Histogram::BucketBoundaries seconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                      0.1,    0.25,  0.5,    1,     2.5,  5,     10};

} // namespace

Metrics::Metrics(const Api& api) :
    requests_(prometheus::BuildCounter()
                  .Name("xentree_http_requests_total")
                  .Help("Requests answered, by operation and status.")
                  .Register(registry_)),
    durations_(prometheus::BuildHistogram()
                   .Name("xentree_http_request_duration_seconds")
                   .Help("From the request's head to the end of its answer; of a stream to its first byte.")
                   .Register(registry_)),
    open_connections_(prometheus::BuildGauge()
                          .Name("xentree_http_open_connections")
                          .Help("Connections open now.")
                          .Register(registry_)
                          .Add({})),
    open_streams_(prometheus::BuildGauge()
                      .Name("xentree_http_open_streams")
                      .Help("Event streams being written now.")
                      .Register(registry_)
                      .Add({})),
    refused_connections_(prometheus::BuildCounter()
                             .Name("xentree_http_refused_connections_total")
                             .Help("Connections closed at once because too many were open.")
                             .Register(registry_)
                             .Add({})) {
    operations_[nullptr] = make("none", {{404, {}}, {405, {}}, {204, {}}});
    for (const auto& operation : api.contract().operations()) {
        if (api.handler(operation.id))
            operations_[&operation] = make(operation.id, operation.answers);
    }
}

Metrics::OperationMetrics Metrics::make(const std::string& id, const std::map<int, ContractAnswer>& answers) {
    OperationMetrics made{&durations_.Add({{"operation", id}}, seconds), {}};
    for (const auto& [status, answer] : answers)
        made.by_status[status] = &requests_.Add({{"operation", id}, {"status", std::to_string(status)}});
    return made;
}

void Metrics::count_request(const Operation* operation, int status, std::chrono::nanoseconds took) {
    const auto& metrics = operations_.at(operation);
    metrics.duration->Observe(std::chrono::duration<double>(took).count());
    if (const auto known = metrics.by_status.find(status); known != metrics.by_status.end())
        known->second->Increment();
    else
        requests_.Add({{"operation", operation ? operation->id : "none"}, {"status", std::to_string(status)}})
            .Increment();
}

std::string Metrics::text() const {
    auto families = registry_.Collect();
    for (const Watched& watched : watched_) {
        prometheus::ClientMetric metric;
        metric.counter.value = watched.value();
        metric.gauge.value = metric.counter.value;
        families.push_back({watched.name, watched.help, watched.type, {metric}});
    }
    return prometheus::TextSerializer().Serialize(families);
}

} // namespace xentree
