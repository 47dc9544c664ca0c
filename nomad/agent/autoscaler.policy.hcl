# What the autoscaler may do in Nomad: read policies and change counts.
namespace "default" {
  policy       = "scale"
  capabilities = ["read-job", "scale-job", "read-job-scaling", "list-scaling-policies", "read-scaling-policy"]
}
