# Moves the schema before a release, once, whatever the number of copies:
#
#   nomad job run -var=version=1a2b3c4d5e nomad/migrate.nomad.hcl && nomad job dispatch migrate
#
# Dispatched with `-meta=contract=yes` it also takes away what no version needs any more; it refuses while a copy of
# another version runs (docs/operations.md, "expand and contract").

variable "version" {
  description = "Which artifact's migrations are run. The deploy command passes it."
  type        = string
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

job "migrate" {
  type = "batch"

  parameterized {
    meta_optional = ["contract"]
  }

  meta {
    version  = var.version
    contract = "no"
  }

  group "migrate" {
    # A migration that failed has changed nothing: somebody has to look, so it is not tried again.
    restart {
      attempts = 0
      mode     = "fail"
    }

    reschedule {
      attempts  = 0
      unlimited = false
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

    task "migrate" {
      driver = var.driver
      user   = var.driver == "exec" ? "nobody" : ""
      # Told to stop it ends at once, and PostgreSQL rolls back what was not whole.
      kill_signal  = "SIGTERM"
      kill_timeout = "10s"

      consul {}

      config {
        command = "${var.home}/${var.version}/bin/marquee"
        args = [
          "flask", "--app", "wsgi", "migrate",
          "--contract=${NOMAD_META_contract}", "--running-from=${NOMAD_TASK_DIR}/running",
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

      env {
        MARQUEE_VERSION = var.version
        SETTINGS_FILE   = "${NOMAD_SECRETS_DIR}/settings"
        MEDIA_DIR       = "${NOMAD_TASK_DIR}"
        TMPDIR          = "${NOMAD_TASK_DIR}"
      }

      template {
        destination = "secrets/settings"
        change_mode = "noop"
        perms       = "0444"
        data        = <<-EOT
          {{- range ls "marquee/settings" }}
          {{ .Key }}={{ .Value | toJSON }}
          {{- end }}
          {{- with nomadVar "nomad/jobs/migrate" }}{{ range .Tuples }}{{ if .K | regexMatch "^[A-Z_]+$" }}
          {{ .K }}={{ .V | toJSON }}
          {{- end }}{{ end }}{{ end }}
        EOT
      }

      # The versions of all copies that run at this moment, one a line.
      template {
        destination = "local/running"
        change_mode = "noop"
        data        = <<-EOT
          {{- range services }}{{ range service .Name }}{{ with index .ServiceMeta "version" }}
          {{ . }}
          {{- end }}{{ end }}{{ end }}
        EOT
      }

      resources {
        cpu    = 250
        memory = 256
      }
    }
  }
}
