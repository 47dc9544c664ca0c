# Who may talk to catalog through the mesh: the way in, and who counts. Everybody else is denied.
Kind = "service-intentions"
Name = "catalog"
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
