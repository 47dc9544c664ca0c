name = "clock"
run  = ["workers", "clock"]
bind = "--health"
# The second copy waits for the first one's lock, so a deploy misses no beat.
on_new_settings = "restart"
