# What every Consul agent has in common. Addresses, keys, certificates and tokens come from a generated file
# (on a laptop `make cluster` writes it, on EC2 the image's first start), never from this one.

domain                     = "consul"
log_level                  = "warn"
enable_syslog              = false
disable_update_check       = true
disable_remote_exec        = true
enable_local_script_checks = false
leave_on_terminate         = false # a restart is no departure: copies stay listed, and a server is found again

acl {
  enabled                  = true
  default_policy           = "deny"
  down_policy              = "extend-cache" # a server that is away for a moment does not lock everybody out
  enable_token_persistence = false
}

connect {
  enabled = true
}

# Only what passes its checks is found, and nothing is remembered: nginx asks again each second.
dns_config {
  only_passing = true
  service_ttl = {
    "*" = "0s"
  }
}

# Nothing is spoken in clear: HTTPS for programs, TLS between agents, each with the name that it must have.
ports {
  http     = -1
  grpc     = -1
  grpc_tls = 8503
  https    = 8501
}

tls {
  defaults {
    verify_incoming = true
    verify_outgoing = true
  }
  https {
    verify_incoming = false # callers show a token, not a certificate
  }
  grpc {
    verify_incoming = false
  }
  internal_rpc {
    verify_server_hostname = true
  }
}

limits {
  http_max_conns_per_client = 500
}
