-- What wrk sends: METHOD, TOKEN and BODY of the environment.
wrk.method = os.getenv("METHOD")
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
if os.getenv("BODY") ~= "" then
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = os.getenv("BODY")
end
done = function(summary, latency)
    local errors = summary.errors
    io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"failed":%d}\n', summary.requests,
        summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
