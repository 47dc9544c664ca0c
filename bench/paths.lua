-- Asks for the paths of a file in an order that each thread draws anew; prints what wrk's own words leave out.
local paths, headers, number = {}, { ["Accept-Encoding"] = "gzip" }, 0

function setup(thread)
  thread:set("seed", number)
  number = number + 1
end

function init(args)
  for line in io.lines(args[1]) do
    table.insert(paths, line)
  end
  math.randomseed(seed + 7)
  local pause = tonumber(args[2])
  if pause > 0 then
    -- Between two pages of one visitor; wrk looks for this function after `init`.
    function delay() return math.random(0, 2 * pause) end
  end
end

-- As behind the ingress: each request comes from a visitor of its own, so that no limit is met.
function request()
  headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(250), math.random(250), math.random(250))
  return wrk.format("GET", paths[math.random(#paths)], headers)
end

function done(summary, latency)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout + summary.errors.status
  print(string.format("RESULT %f %f %d", summary.requests / (summary.duration / 1e6),
    latency:percentile(95) / 1000, wrong))
end
