# Who may talk to staff through the mesh: the way in, and who counts. Everybody else is denied.
Kind = "service-intentions"
Name = "staff"
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
