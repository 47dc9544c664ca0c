# What a copy of Marquee may do in Consul: read its settings. It registers by its workload identity.
key_prefix "marquee/settings/" {
  policy = "read"
}
key_prefix "marquee/drills/" {
  policy = "read"
}
service_prefix "" {
  policy = "read"
}
node_prefix "" {
  policy = "read"
}
