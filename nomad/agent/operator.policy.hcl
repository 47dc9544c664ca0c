# What the operators' page and `flask cluster` may do in Nomad: look, deploy, scale and drain; no secrets.
namespace "default" {
  policy       = "read"
  capabilities = ["submit-job", "parse-job", "dispatch-job", "scale-job", "read-job-scaling", "alloc-lifecycle"]
}
node {
  policy = "write" # drain
}
agent {
  policy = "read"
}
operator {
  policy = "read"
}
# A job that is deployed mounts the folders of its machine: programs and artifacts, and the media to write.
host_volume "*" {
  policy = "write"
}
