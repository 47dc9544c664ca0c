# Who may talk to live through the mesh: the way in, and who counts. Everybody else is denied.
Kind = "service-intentions"
Name = "live"
Sources = [
  {
    Name   = "ingress"
    Action = "allow"
  },
  {
    Name   = "prometheus"
    Action = "allow"
  },
  {
    Name   = "*"
    Action = "deny"
  },
]
