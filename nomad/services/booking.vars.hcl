name = "booking"
run  = ["gunicorn", "wsgi:app", "--worker-class=gthread", "--workers=2", "--threads=8", "--graceful-timeout=10", "--keep-alive=75"]
