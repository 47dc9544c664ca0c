-- Holds one ticket of the types of a file, drawn anew by each thread, each time for a guest who never came before.
local types, number = {}, 0
local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["Sec-Fetch-Site"] = "same-origin"}

function setup(thread)
  thread:set("seed", number)
  number = number + 1
end

function init(args)
  refused = 0
  for line in io.lines(args[1]) do
    table.insert(types, line)
  end
  math.randomseed(seed + 7)
end

-- As behind the ingress: each guest comes from an address of their own, so that no limit is met.
function request()
  headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(250), math.random(250), math.random(250))
  return wrk.format("POST", "/basket/hold", headers, "qty-" .. types[math.random(#types)] .. "=1")
end

function done(summary, latency)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout + summary.errors.status
  print(string.format("RESULT %f %f %d", summary.requests / (summary.duration / 1e6),
    latency:percentile(95) / 1000, wrong))
end
