name = "worker"
run  = ["workers", "worker"]
bind = "--health"
# It takes no new job and finishes the one it has: the longest, a big import, takes 15 s.
stop_within     = "60s"
on_new_settings = "restart"
memory          = 512
# How long the oldest job waits, in seconds, shared by the copies: more copies bring it down.
scale_on = {
  query  = "max(marquee_queue_age_seconds) / clamp_min(count(up{job=\"worker\"} == 1), 1)"
  target = 10
}
