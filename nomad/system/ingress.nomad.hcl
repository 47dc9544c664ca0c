# The way in: nginx, with the copies that Consul lists. Two copies share one port while one replaces the other.

variable "driver" {
  description = "exec isolates it in a root folder of its own; raw_exec is for who is not root."
  type        = string
  default     = "exec"
}

variable "home" {
  description = "Where artifacts and tools lie; nginx is tools/nginx in it, 1.27.4 or later."
  type        = string
  default     = "/opt/marquee"
}

variable "listen" {
  description = "Where guests come in."
  type        = string
  default     = "0.0.0.0:443"
}

locals {
  mounts = var.driver != "exec" ? {} : { usr = "/usr", bin = "/bin", lib = "/lib", lib64 = "/lib64", artifacts = var.home }
}

job "ingress" {
  type = "service"

  update {
    canary            = 1
    auto_promote      = true
    auto_revert       = true
    min_healthy_time  = "3s"
    healthy_deadline  = "20s"
    progress_deadline = "60s"
  }

  group "nginx" {
    # Both share the port, so there is nobody who has to hear that the old one leaves.
    shutdown_delay = "1s"

    reschedule {
      delay          = "5s"
      delay_function = "constant"
      unlimited      = true
    }

    network {
      port "probe" {} # the guests' port is not the scheduler's: a second copy could not be placed beside it
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
      name = "ingress"
      port = "probe"
      tags = ["live"]

      check {
        type     = "http"
        path     = "/livez"
        interval = "1s"
        timeout  = "1s"
      }
    }

    task "nginx" {
      driver       = var.driver
      user         = var.driver == "exec" ? "nobody" : ""
      kill_signal  = "SIGQUIT" # nginx: finish what is open; SIGTERM cuts it
      kill_timeout = "35s"     # worker_shutdown_timeout 30 s + 5 s to spare

      consul {}

      config {
        command = "${var.home}/tools/nginx"
        args    = ["-p", "${NOMAD_TASK_DIR}", "-e", "stderr", "-c", "${NOMAD_TASK_DIR}/nginx.conf"]
      }

      dynamic "volume_mount" {
        for_each = local.mounts
        content {
          volume      = volume_mount.key
          destination = volume_mount.value
          read_only   = true
        }
      }

      env {
        LISTEN = var.listen
      }

      # From "Consul lists another" to "nginx asks it": wait 1 s + splay 0 s + reload 0.01 s. The defaults, 5 s and
      # up to 5 s, would be longer than the copies' shutdown_delay.
      template {
        destination   = "local/nginx.conf"
        data          = file("nomad/system/nginx.conf.tpl")
        change_mode   = "signal"
        change_signal = "SIGHUP"
        splay         = "0s"
        wait {
          min = "1s"
          max = "10s"
        }
      }

      template {
        destination = "local/down.html"
        data        = file("nomad/system/down.html")
        change_mode = "noop"
      }

      template {
        destination   = "secrets/certificate.pem"
        data          = "{{ with nomadVar \"nomad/jobs/ingress\" }}{{ .certificate }}{{ end }}"
        change_mode   = "signal"
        change_signal = "SIGHUP"
        perms         = "0444"
      }

      template {
        destination   = "secrets/key.pem"
        data          = "{{ with nomadVar \"nomad/jobs/ingress\" }}{{ .certificate_key }}{{ end }}"
        change_mode   = "signal"
        change_signal = "SIGHUP"
        perms         = "0444" # of the task's own folder, which is nobody else's
      }

      logs {
        max_files     = 3
        max_file_size = 10
      }

      resources {
        cpu    = 250
        memory = 128
      }
    }

    # Nomad turns over what a task says, not what it writes: nginx appends, so the file may be emptied under it.
    task "turn-over" {
      driver      = var.driver
      user        = var.driver == "exec" ? "nobody" : ""
      kill_signal = "SIGKILL" # a shell that is process 1 hears no other

      lifecycle {
        hook    = "poststart"
        sidecar = true
      }

      config {
        command = "/bin/sh"
        args = ["-c", <<-EOT
          cd "$NOMAD_ALLOC_DIR/logs"
          while sleep 60; do
            if [ -n "$(find access.json -size +10M)" ]; then cp access.json access.1.json; : > access.json; fi
          done
        EOT
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

      resources {
        cpu    = 20
        memory = 16
      }
    }
  }
}
