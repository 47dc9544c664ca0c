# What a Nomad agent may do in Consul: register the copies that it runs, and find others.
agent_prefix "" {
  policy = "read"
}
node_prefix "" {
  policy = "read"
}
service_prefix "" {
  policy = "write"
}
key_prefix "marquee/" {
  policy = "read"
}
