# A Nomad server. `bootstrap_expect` is in the generated file: 1 on a laptop, 3 in production.

server {
  enabled         = true
  heartbeat_grace = "10s"

  # Copies of different services are spread too: one zone must not hold the only copy of everything.
  default_scheduler_config {
    scheduler_algorithm = "spread"
  }
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
