name = "staff"
run  = ["gunicorn", "wsgi:app", "--worker-class=gthread", "--threads=8", "--graceful-timeout=30", "--keep-alive=75", "--no-control-socket"]
# A report may take half a minute.
stop_within = "35s"
