# Figures for the autoscaler: how long requests take, how old the oldest job is. Kept for a few hours only.

variable "driver" {
  description = "exec isolates it in a root folder of its own; raw_exec is for who is not root."
  type        = string
  default     = "exec"
}

variable "home" {
  description = "Where artifacts and tools lie; Prometheus is tools/prometheus in it."
  type        = string
  default     = "/opt/marquee"
}

locals {
  mounts = var.driver != "exec" ? {} : { usr = "/usr", bin = "/bin", lib = "/lib", lib64 = "/lib64", artifacts = var.home }
}

job "prometheus" {
  type = "service"

  update {
    auto_revert       = true
    min_healthy_time  = "3s"
    healthy_deadline  = "45s"
    progress_deadline = "75s"
  }

  group "prometheus" {
    network {
      port "http" {}
    }

    ephemeral_disk {
      size    = 500
      migrate = true
      sticky  = true
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
      name = "prometheus"
      port = "http"
      tags = ["live"]

      check {
        type     = "http"
        path     = "/-/ready"
        interval = "2s"
        timeout  = "1s"
      }
    }

    task "prometheus" {
      driver       = var.driver
      user         = var.driver == "exec" ? "nobody" : ""
      kill_signal  = "SIGTERM"
      kill_timeout = "20s"

      consul {}

      config {
        command = "${var.home}/tools/prometheus"
        args = [
          "--config.file=${NOMAD_TASK_DIR}/prometheus.yml",
          "--storage.tsdb.path=${NOMAD_ALLOC_DIR}/data",
          "--storage.tsdb.retention.time=6h",
          "--web.listen-address=${NOMAD_ADDR_http}",
          "--log.level=warn",
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
        destination = "local/prometheus.yml"
        change_mode = "noop"
        data        = <<-EOT
          global:
            scrape_interval: 2s
          scrape_configs:
            - job_name: marquee
              file_sd_configs: [{files: ["copies.json"], refresh_interval: 2s}]
        EOT
      }

      # Debian's Prometheus cannot ask Consul, so Nomad asks for it; the file is read again when it changes.
      template {
        destination = "local/copies.json"
        change_mode = "noop"
        wait {
          min = "1s"
          max = "5s"
        }
        data = <<-EOT
          [
          {{- range $at, $name := sprig_list "auth" "booking" "catalog" "clock" "live" "payment" "staff" "worker" }}
            {{- if $at }},{{ end }}
            {"labels": {"job": "{{ $name }}"}, "targets": [
            {{- range $i, $copy := service (print "live." $name) }}{{ if $i }}, {{ end }}"{{ $copy.Address }}:{{ $copy.Port }}"{{ end -}}
            ]}
          {{- end }}
          ]
        EOT
      }

      logs {
        max_files     = 3
        max_file_size = 10
      }

      resources {
        cpu    = 200
        memory = 256
      }
    }
  }
}
