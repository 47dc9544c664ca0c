# Nobody calls worker: it finds its work in PostgreSQL and Redis. Prometheus reads its figures.
Kind = "service-intentions"
Name = "worker"
Sources = [
  {
    Name   = "prometheus"
    Action = "allow"
  },
  {
    Name   = "*"
    Action = "deny"
  },
]
