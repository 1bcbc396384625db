-- Sends POST requests that differ by token and path, and reports its summary as one line of JSON.
-- Environment: BENCH_TOKENS and BENCH_PATHS (files, an entry a line), BENCH_BODY (a file), BENCH_START (index of the first),
-- BENCH_PAUSE (milliseconds behind each answer).

local function lines(name)
  local file = os.getenv(name)
  local found = {}
  if file then
    for line in io.lines(file) do found[#found + 1] = line end
  end
  return found
end

local requests, total, at = {}, 0, 0

function init()
  local tokens, paths = lines('BENCH_TOKENS'), lines('BENCH_PATHS')
  local body = assert(io.open(os.getenv('BENCH_BODY'), 'rb')):read('*a')
  total = math.max(#tokens, #paths)
  at = tonumber(os.getenv('BENCH_START')) % total
  for i = 1, total do
    local headers = {
      ['content-type'] = 'application/json',
      ['accept'] = 'application/json, text/event-stream',
      ['mcp-protocol-version'] = '2025-11-25',
      ['user-agent'] = 'bench/1.0'
    }
    if #tokens > 0 then headers['authorization'] = 'Bearer ' .. tokens[(i - 1) % #tokens + 1] end
    requests[i] = wrk.format('POST', paths[(i - 1) % #paths + 1], headers, body)
  end
end

-- wrk asks for a pause only where there is such a function.
local pause = tonumber(os.getenv('BENCH_PAUSE'))
if pause then
  function delay() return pause end
end

function request()
  at = at % total + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'BENCH {"requests":%d,"seconds":%f,"p50Ms":%f,"p99Ms":%f,"socketErrors":%d,"refused":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
