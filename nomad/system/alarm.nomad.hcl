# Tells when the autoscaler is not heard of: its `/readyz` answers 503, and its check in Consul turns red.

variable "version" {
  description = "Which artifact runs. The deploy command passes it."
  type        = string
}

variable "policies" {
  description = "How many services have a `scale_on`: so many policies have to be looked at each minute."
  type        = number
  default     = 2
}

variable "driver" {
  description = "exec isolates it in a root folder of its own; raw_exec is for who is not root."
  type        = string
  default     = "exec"
}

variable "home" {
  description = "Where the artifacts lie unpacked, a folder for each version."
  type        = string
  default     = "/opt/marquee"
}

locals {
  mounts = var.driver != "exec" ? {} : { usr = "/usr", bin = "/bin", lib = "/lib", lib64 = "/lib64", artifacts = var.home }
}

job "alarm" {
  type = "service"

  meta {
    version = var.version
  }

  update {
    auto_revert       = true
    min_healthy_time  = "3s"
    healthy_deadline  = "45s"
    progress_deadline = "75s"
  }

  group "alarm" {
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
      name = "alarm"
      port = "http"
      tags = ["live"]

      # No check_restart: it is not this process that is ill.
      check {
        name     = "autoscaler"
        type     = "http"
        path     = "/readyz"
        interval = "5s"
        timeout  = "2s"
      }
    }

    task "alarm" {
      driver       = var.driver
      user         = var.driver == "exec" ? "nobody" : ""
      kill_signal  = "SIGTERM"
      kill_timeout = "10s"

      consul {}

      config {
        command = "${var.home}/${var.version}/bin/marquee"
        args = [
          "workers.alarm", "--autoscaler", "${NOMAD_TASK_DIR}/autoscaler", "--policies", "${var.policies}",
          "--health", "${NOMAD_ADDR_http}",
        ]
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
        destination = "local/autoscaler"
        change_mode = "noop" # read at each look
        data        = <<-EOT
          {{- range service "live.autoscaler" }}
          {{ .Address }}:{{ .Port }}
          {{- end }}
        EOT
      }

      logs {
        max_files     = 3
        max_file_size = 10
      }

      resources {
        cpu    = 50
        memory = 128
      }
    }
  }
}
