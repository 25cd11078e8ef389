#pragma once
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "http/api.h"

namespace xentree {

// What the server counts of itself, as Prometheus reads it. Any thread.
class Metrics {
  public:
    // Labels are the implemented operations of the contract, so their number is bounded.
    explicit Metrics(const Api& api);

    // `operation` is null where the request met none.
    void count_request(const Operation* operation, int status, std::chrono::nanoseconds took);
    prometheus::Gauge& open_connections() { return open_connections_; }
    prometheus::Gauge& open_streams() { return open_streams_; }
    prometheus::Counter& refused_connections() { return refused_connections_; }

    // A figure that a part of the server keeps itself, without labels; `value` may be called by any thread as
    // long as this lives. Before the server runs.
    struct Watched {
        std::string name;
        std::string help;
        prometheus::MetricType type;
        std::function<double()> value;
    };
    void watch(Watched watched) { watched_.push_back(std::move(watched)); }

    // The text exposition format.
    std::string text() const;

  private:
    struct OperationMetrics {
        prometheus::Histogram* duration;
        std::map<int, prometheus::Counter*> by_status; // those that the contract declares
    };
    OperationMetrics make(const std::string& id, const std::map<int, ContractAnswer>& answers);

    prometheus::Registry registry_;
    prometheus::Family<prometheus::Counter>& requests_;
    prometheus::Family<prometheus::Histogram>& durations_;
    prometheus::Gauge& open_connections_;
    prometheus::Gauge& open_streams_;
    prometheus::Counter& refused_connections_;
    std::map<const Operation*, OperationMetrics> operations_; // null: no operation
    std::vector<Watched> watched_;
};

} // namespace xentree
