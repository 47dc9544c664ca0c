# A Nomad client. Its zone, its place in the tree of cgroups, its volumes and its range of ports are in the
# generated file.

client {
  enabled          = true
  max_kill_timeout = "60s" # the longest kill_timeout of a job, doubled

  # An agent on a laptop is not on a cloud's machine, and asking takes seconds.
  options = {
    "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean"
    "driver.allowlist"     = "exec,raw_exec"
  }

  # What is copied for each task of the `exec` driver. Programs and libraries are volumes, read-only: copying
  # them would take seconds and hundreds of megabytes for each copy.
  chroot_env = {
    "/etc/ssl"           = "/etc/ssl"
    "/etc/ld.so.cache"   = "/etc/ld.so.cache"
    "/etc/nsswitch.conf" = "/etc/nsswitch.conf"
    "/etc/passwd"        = "/etc/passwd"
    "/etc/group"         = "/etc/group"
  }
}

plugin "raw_exec" {
  config {
    enabled = true
  }
}
