# Nobody calls clock: it finds its work in PostgreSQL and Redis. Prometheus reads its figures.
Kind = "service-intentions"
Name = "clock"
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
