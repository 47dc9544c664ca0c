# Every service of the platform is this one job.
# What makes a service itself is written in services/<name>.vars.hcl, what makes a place itself in
# environments/<name>.vars.hcl; the version is given by whoever deploys:
#
#   nomad job run -preserve-counts -var-file=nomad/environments/laptop.vars.hcl \
#     -var-file=nomad/services/catalog.vars.hcl -var=version=1a2b3c4d5e nomad/service.nomad.hcl

variable "name" {
  description = "Job, Consul service and MARQUEE_SERVICE: one of webapp/services.py, or worker or clock."
  type        = string
}

variable "version" {
  description = "Which artifact runs. The deploy command passes it; no file sets it."
  type        = string
}

variable "run" {
  description = "The module and its arguments; `bind` is added with the address that Nomad gives."
  type        = list(string)
}

variable "bind" {
  description = "The option that takes the address to listen on."
  type        = string
  default     = "--bind"
}

variable "cpu" {
  description = "MHz that are kept for a copy."
  type        = number
  default     = 250
}

variable "memory" {
  description = "MiB that a copy has."
  type        = number
  default     = 384
}

# A web copy: longest honest request 10 s (gunicorn's --graceful-timeout) + 2 s in which it tells kept
# connections to go + 3 s to spare. A worker: the longest job.
variable "stop_within" {
  description = "How long a copy may take to finish its work after it is told to stop."
  type        = string
  default     = "15s"
}

variable "on_new_settings" {
  description = "restart: the copy ends its work and starts anew; noop: new copies read them, so deploy with another `settings`."
  type        = string
  default     = "noop"
}

variable "settings" {
  description = "Any word. Another one than before replaces all copies, canary first, by such that read settings and secrets anew."
  type        = string
  default     = "1"
}

variable "scale_on" {
  description = "What the autoscaler looks at: a Prometheus query, and the answer it keeps to; null: nobody but people scale."
  type        = object({ query = string, target = number })
  default     = null
}

variable "driver" {
  description = "exec isolates a copy in a root folder of its own; raw_exec is for who is not root."
  type        = string
  default     = "exec"
}

variable "home" {
  description = "Where the artifacts lie unpacked, a folder for each version."
  type        = string
  default     = "/opt/marquee"
}

variable "media" {
  description = "The folder of uploaded pictures and files, the same for every copy."
  type        = string
  default     = "/srv/media"
}

variable "least" {
  description = "How many copies there are at least."
  type        = number
  default     = 1
}

variable "most" {
  description = "How many copies the autoscaler may start."
  type        = number
  default     = 10
}

variable "canaries" {
  description = "How many new copies stand beside the old ones before these leave; as many as copies is blue/green."
  type        = number
  default     = 1
}

variable "promote" {
  description = "auto: healthy canaries are taken for good; ask: they wait, hidden, until somebody promotes them."
  type        = string
  default     = "auto"
}

variable "sidecar" {
  description = "Whether the mesh carries what services say to each other (needs Envoy and the CNI plug-ins)."
  type        = bool
  default     = false
}

locals {
  # What an isolated copy sees of its machine: programs and libraries, our artifacts, the media. Nothing is copied.
  mounts = var.driver != "exec" ? {} : {
    usr       = { at = "/usr", read_only = true }
    bin       = { at = "/bin", read_only = true }
    lib       = { at = "/lib", read_only = true }
    lib64     = { at = "/lib64", read_only = true }
    artifacts = { at = var.home, read_only = true }
    media     = { at = var.media, read_only = false }
  }
  mesh = var.sidecar ? ["http"] : []
  # Behind a sidecar a copy has a network of its own, where the machine's address is not.
  address = var.sidecar ? "0.0.0.0:${NOMAD_PORT_http}" : "${NOMAD_ADDR_http}"
}

job "marquee" {
  id   = var.name
  name = var.name
  type = "service"

  meta {
    version  = var.version
    settings = var.settings
  }

  update {
    max_parallel      = 1
    canary            = var.canaries
    auto_promote      = var.promote == "auto"
    auto_revert       = true
    health_check      = "checks"
    min_healthy_time  = "3s"  # three checks, and the ingress has heard of it (1 s)
    healthy_deadline  = "45s" # a start takes 2 s; when a laptop starts all services at once, 20 s
    progress_deadline = "75s" # only here a canary that never gets ready fails, so it is short
  }

  spread {
    attribute = "${meta.zone}"
  }

  group "marquee" {
    # Consul 0.03 s + the ingress collects changes 1 s + its reload 0.01 s = 1.05 s; five times that.
    shutdown_delay = "5s"

    scaling {
      enabled = var.scale_on != null
      min     = var.least
      max     = var.most

      policy {
        cooldown            = "20s"
        evaluation_interval = "5s"
        on_check_error      = "fail"

        check "load" {
          source       = "prometheus"
          query        = try(var.scale_on.query, "vector(0)")
          query_window = "instant"

          strategy "target-value" {
            target         = try(var.scale_on.target, 1)
            threshold      = 0.2
            max_scale_up   = 4
            max_scale_down = 1
          }
        }
      }
    }

    restart {
      attempts = 2
      interval = "1m"
      delay    = "2s"
      mode     = "fail" # then another machine has its turn
    }

    reschedule {
      delay          = "5s"
      delay_function = "constant"
      unlimited      = true
    }

    migrate {
      max_parallel     = 1
      min_healthy_time = "3s"
      healthy_deadline = "45s"
    }

    # A zone that is not heard of is replaced at once. When it comes back, the better copy stays.
    disconnect {
      lost_after = "1m"
      replace    = true
      reconcile  = "best_score"
    }

    network {
      mode = var.sidecar ? "bridge" : "host"
      port "http" {}
    }

    dynamic "volume" {
      for_each = local.mounts
      labels   = [volume.key]
      content {
        type      = "host"
        source    = volume.key
        read_only = volume.value.read_only
      }
    }

    service {
      name        = var.name
      port        = "http"
      tags        = ["live"] # the ingress reads these alone
      canary_tags = ["canary"]

      meta {
        version = var.version
        zone    = "${meta.zone}"
      }

      check {
        name     = "ready"
        type     = "http"
        path     = "/readyz"
        interval = "1s"
        timeout  = "1s"
      }

      check {
        name     = "live"
        type     = "http"
        path     = "/livez"
        interval = "2s"
        timeout  = "1s"
        check_restart {
          limit = 15    # half a minute without an answer: a restart for new settings takes less
          grace = "30s" # counted from the start of the allocation
        }
      }

      dynamic "connect" {
        for_each = local.mesh
        content {
          sidecar_service {}
        }
      }
    }

    task "marquee" {
      driver       = var.driver
      user         = var.driver == "exec" ? "nobody" : ""
      kill_signal  = "SIGTERM" # the driver's default, SIGINT, is gunicorn's quick stop
      kill_timeout = var.stop_within

      consul {}

      config {
        command = "${var.home}/${var.version}/bin/marquee"
        args    = concat(var.run, [var.bind, local.address])
      }

      dynamic "volume_mount" {
        for_each = local.mounts
        content {
          volume      = volume_mount.key
          destination = volume_mount.value.at
          read_only   = volume_mount.value.read_only
        }
      }

      env {
        MARQUEE_SERVICE          = contains(["worker", "clock"], var.name) ? "all" : var.name
        MARQUEE_VERSION          = var.version
        SETTINGS_FILE            = "${NOMAD_SECRETS_DIR}/settings"
        MEDIA_DIR                = var.media
        TMPDIR                   = "${NOMAD_TASK_DIR}"
        PROMETHEUS_MULTIPROC_DIR = "${NOMAD_TASK_DIR}" # the processes of a copy add their figures up here
      }

      # Settings from Consul, secrets from Nomad: `NAME="value"` a line, read at each start of a process.
      # gunicorn's SIGHUP would end the old process while the new one still imports, seconds in which nobody
      # answers; and a wrong secret would reach all copies at once.
      template {
        destination = "secrets/settings"
        change_mode = var.on_new_settings
        splay       = "5s" # not all copies in the same moment
        perms       = "0444"
        data        = <<-EOT
          {{- range ls "marquee/settings" }}
          {{ .Key }}={{ .Value | toJSON }}
          {{- end }}
          {{- with nomadVar "nomad/jobs/${var.name}" }}{{ range .Tuples }}{{ if .K | regexMatch "^[A-Z_]+$" }}
          {{ .K }}={{ .V | toJSON }}
          {{- else if .K | regexMatch "^(nomad|consul)_ca$" }}
          {{ .K | toUpper | replaceAll "_CA" "_CACERT" }}="{{ env "NOMAD_SECRETS_DIR" }}/{{ .K }}"
          {{- end }}{{ end }}{{ end }}
        EOT
        wait {
          min = "1s"
          max = "10s"
        }
      }

      # Whom the operators' page trusts; empty where a service asks neither.
      dynamic "template" {
        for_each = ["nomad_ca", "consul_ca"]
        content {
          destination = "secrets/${template.value}"
          change_mode = "noop" # read at each question
          perms       = "0444"
          data        = "{{ with nomadVar \"nomad/jobs/${var.name}\" }}{{ with .${template.value} }}{{ . }}{{ end }}{{ end }}"
        }
      }

      logs {
        max_files     = 3
        max_file_size = 10
      }

      resources {
        cpu    = var.cpu
        memory = var.memory
      }
    }
  }
}
