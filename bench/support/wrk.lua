-- What wrk sends: METHOD of the environment, with the tokens and bodies of the files in DIRECTORY, a line each. Where
-- there are several, each request has the next ones.
local function lines(name)
    local found = {}
    for line in io.lines(os.getenv("DIRECTORY") .. "/" .. name) do found[#found + 1] = line end
    return found
end
local tokens, bodies = lines("tokens"), lines("bodies")
wrk.method = os.getenv("METHOD")
if #bodies > 0 then wrk.headers["Content-Type"] = "application/json" end

local requests, sent = {}, 0
init = function()
    for i = 1, math.max(#tokens, #bodies) do
        wrk.headers["Authorization"] = "Bearer " .. tokens[(i - 1) % #tokens + 1]
        requests[i] = wrk.format(nil, nil, nil, bodies[(i - 1) % math.max(#bodies, 1) + 1])
    end
end
request = function()
    sent = sent + 1
    return requests[(sent - 1) % #requests + 1]
end
done = function(summary, latency)
    local errors = summary.errors
    io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"failed":%d}\n', summary.requests,
        summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
