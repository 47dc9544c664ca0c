name = "live"
run  = ["gunicorn", "wsgi:app", "--worker-class=gevent", "--worker-connections=4100", "--graceful-timeout=1", "--keep-alive=75", "--no-control-socket"]
