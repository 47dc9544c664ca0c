# A Consul server. `bootstrap_expect` is in the generated file: 1 on a laptop, 3 in production.

server = true

performance {
  raft_multiplier = 1
}
