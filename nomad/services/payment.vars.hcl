name = "payment"
run  = ["gunicorn", "wsgi:app", "--worker-class=gthread", "--threads=8", "--graceful-timeout=10", "--keep-alive=75", "--no-control-socket"]
