-- Visitors of a waiting room. `join`: each request is somebody new, whose cookie is written down; `poll`: one of
-- those whose cookies a file has looks where they stand.
local path, headers, cookies, number = "", { ["Sec-Fetch-Site"] = "same-origin" }, {}, 0

function setup(thread)
  thread:set("seed", number)
  number = number + 1
end

function init(args)
  local mode, file, pause = args[1], args[2], tonumber(args[3])
  path = args[4]
  math.randomseed(seed + 7)
  if pause > 0 then
    function delay() return math.random(0, 2 * pause) end
  end
  if mode == "join" then
    local out = io.open(file .. "." .. seed, "a")
    out:setvbuf("line")
    function response(_, answered)
      local cookie = answered["Set-Cookie"] or ""
      if cookie:find("^room%-") then
        out:write(cookie:match("^[^;]+"), "\n")
      end
    end
  else
    headers["HX-Request"] = "true"
    for line in io.lines(file) do
      table.insert(cookies, line)
    end
  end
end

-- As behind the ingress: each visitor has an address of their own.
function request()
  headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(250), math.random(250), math.random(250))
  if #cookies == 0 then
    return wrk.format("POST", path .. "/join", headers)
  end
  headers["Cookie"] = cookies[math.random(#cookies)]
  return wrk.format("GET", path .. "/state", headers)
end

function done(summary, latency)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout + summary.errors.status
  print(string.format("RESULT %f %f %d", summary.requests / (summary.duration / 1e6),
    latency:percentile(95) / 1000, wrong))
end
