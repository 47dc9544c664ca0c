# What the operators' page and `flask cluster` may do in Consul: look, and nothing else.
agent_prefix "" {
  policy = "read"
}
node_prefix "" {
  policy = "read"
}
service_prefix "" {
  policy = "read"
}
key_prefix "marquee/settings/" {
  policy = "read"
}
key_prefix "marquee/drills/" {
  policy = "read"
}
operator = "read"
