# What Prometheus may do in Nomad: read the agents' figures.
agent {
  policy = "read"
}
node {
  policy = "read"
}
namespace "default" {
  policy = "read"
}
