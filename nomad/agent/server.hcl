# A Nomad server. `bootstrap_expect` is in the generated file: 1 on a laptop, 3 in production.

server {
  enabled         = true
  heartbeat_grace = "10s"
}

consul {
  service_identity {
    aud = ["consul.io"]
    ttl = "1h"
  }
  task_identity {
    aud = ["consul.io"]
    ttl = "1h"
  }
}
