name = "catalog"
run  = ["gunicorn", "wsgi:app", "--worker-class=gthread", "--threads=8", "--graceful-timeout=10", "--keep-alive=75", "--no-control-socket"]
# Seconds in which 95 % of the pages are answered; nothing asked is no load.
scale_on = {
  query  = "(histogram_quantile(0.95, sum by (le) (rate(marquee_request_seconds_bucket{job=\"catalog\"}[30s]))) > 0) or vector(0)"
  target = 0.15
}
