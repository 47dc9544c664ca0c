# What nginx, Prometheus and the autoscaler may do in Consul: find the copies that pass their checks.
service_prefix "" {
  policy = "read"
}
node_prefix "" {
  policy = "read"
}
agent_prefix "" {
  policy = "read"
}
key_prefix "marquee/settings/" {
  policy = "read"
}
query_prefix "" {
  policy = "read"
}
