name = "live"
run  = ["gunicorn", "wsgi:app", "--worker-class=gevent", "--workers=1", "--worker-connections=4100", "--graceful-timeout=1", "--keep-alive=75"]
