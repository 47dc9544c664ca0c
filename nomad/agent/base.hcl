# What every Nomad agent has in common. Addresses, certificates and tokens come from a generated file.

log_level            = "WARN"
disable_update_check = true
leave_on_interrupt   = false
leave_on_terminate   = false # a restart of an agent is no departure; who leaves is drained before

ui {
  enabled        = true
  show_cli_hints = false
}

acl {
  enabled = true
}

tls {
  http                   = true
  rpc                    = true
  verify_server_hostname = true
  verify_https_client    = false # callers show a token, not a certificate
}

telemetry {
  prometheus_metrics         = true
  publish_allocation_metrics = true
  publish_node_metrics       = true
}

limits {
  http_max_conns_per_client = 500
}
