# Changes how many copies of a service there are, as its `scaling` block says, by what Prometheus knows.
#
# It is started after Prometheus: without an answer at its first question 0.5.0 stops looking for good, in silence.
# So it asks for the service first, and `alarm` tells when it is not heard of.

variable "driver" {
  description = "exec isolates it in a root folder of its own; raw_exec is for who is not root."
  type        = string
  default     = "exec"
}

variable "home" {
  description = "Where artifacts and tools lie; the autoscaler is tools/nomad-autoscaler in it."
  type        = string
  default     = "/opt/marquee"
}

locals {
  mounts = var.driver != "exec" ? {} : { usr = "/usr", bin = "/bin", lib = "/lib", lib64 = "/lib64", artifacts = var.home }
}

job "autoscaler" {
  type = "service"

  update {
    auto_revert       = true
    min_healthy_time  = "3s"
    healthy_deadline  = "45s"
    progress_deadline = "75s"
  }

  group "autoscaler" {
    # Without Prometheus it ends at once; so it waits here for it, on this machine, however long that takes.
    restart {
      attempts = 10
      interval = "1m"
      delay    = "3s"
      mode     = "delay"
    }

    network {
      port "http" {}
    }

    dynamic "volume" {
      for_each = local.mounts
      labels   = [volume.key]
      content {
        type      = "host"
        source    = volume.key
        read_only = true
      }
    }

    service {
      name = "autoscaler"
      port = "http"
      tags = ["live"]

      check {
        type     = "http"
        path     = "/v1/health"
        interval = "2s"
        timeout  = "1s"
      }
    }

    task "autoscaler" {
      driver       = var.driver
      user         = var.driver == "exec" ? "nobody" : ""
      kill_signal  = "SIGTERM"
      kill_timeout = "10s"

      consul {}

      config {
        command = "${var.home}/tools/nomad-autoscaler"
        args    = ["agent", "-config=${NOMAD_SECRETS_DIR}/autoscaler.hcl"]
      }

      dynamic "volume_mount" {
        for_each = local.mounts
        content {
          volume      = volume_mount.key
          destination = volume_mount.value
          read_only   = true
        }
      }

      template {
        destination = "secrets/nomad-ca.pem"
        data        = "{{ with nomadVar \"nomad/jobs/autoscaler\" }}{{ .nomad_ca }}{{ end }}"
        change_mode = "restart"
        perms       = "0444"
      }

      # It starts when Prometheus is there, and again when Prometheus has moved.
      template {
        destination = "secrets/autoscaler.hcl"
        change_mode = "restart"
        perms       = "0444"
        data        = <<-EOT
          log_level = "INFO"
          http {
            bind_address = "{{ env "NOMAD_IP_http" }}"
            bind_port    = {{ env "NOMAD_PORT_http" }}
          }
          {{ with nomadVar "nomad/jobs/autoscaler" }}
          nomad {
            address = "{{ .NOMAD_ADDR }}"
            token   = "{{ .NOMAD_TOKEN }}"
            ca_cert = "{{ env "NOMAD_SECRETS_DIR" }}/nomad-ca.pem"
          }
          {{ end }}
          telemetry {
            prometheus_metrics = true
          }
          apm "prometheus" {
            driver = "prometheus"
            config = {
              {{- range service "live.prometheus" }}
              address = "http://{{ .Address }}:{{ .Port }}"
              {{- end }}
            }
          }
          strategy "target-value" {
            driver = "target-value"
          }
        EOT
      }

      logs {
        max_files     = 3
        max_file_size = 10
      }

      resources {
        cpu    = 100
        memory = 128
      }
    }
  }
}
