{{- /* The way in. Which prefix belongs to which service is webapp/services.py; a test holds the two equal. */ -}}
worker_processes 2;
worker_shutdown_timeout 30s;
daemon off;
pid {{ env "NOMAD_TASK_DIR" }}/nginx.pid;
error_log stderr warn;

events {
  worker_connections 8192;
}

http {
  types {
    text/html html;
  }
  server_tokens off;
  client_body_temp_path {{ env "NOMAD_TASK_DIR" }}/body;
  proxy_temp_path {{ env "NOMAD_TASK_DIR" }}/proxy;
  client_max_body_size 9m; # what webapp/app.py takes, and the form around it

  log_format requests escape=json
    '{"at":"$time_iso8601","from":"$remote_addr","request":"$request_method $uri","status":$status,'
    '"bytes":$body_bytes_sent,"seconds":$request_time,"id":"$request_id","protocol":"$server_protocol",'
    '"to":"$upstream_addr","upstream_status":"$upstream_status","upstream_seconds":"$upstream_response_time",'
    '"kept":"$upstream_cache_status"}';
  access_log {{ env "NOMAD_ALLOC_DIR" }}/logs/access.json requests buffer=16k flush=1s;

  gzip on;
  gzip_min_length 1000;
  gzip_proxied any;
  gzip_types text/css text/plain application/javascript application/json image/svg+xml text/calendar;

  # Strangers may ask 20 times a second and 60 in one breath; the machine itself is no stranger.
  geo $stranger {
    default $binary_remote_addr;
    127.0.0.0/8 "";
  }
  limit_req_zone $stranger zone=guests:10m rate=20r/s;
  limit_req_status 429;

  # Where the waiting page asks again: a form's own address answers forms only.
  map $uri $again {
    ~^(?<place>/basket|/checkout/[^/]+|/orders/[^/]+)/(?!state|answers|requests) "; url=$place";
    default "";
  }

  # Pages that say `s-maxage=1` are everybody's for a second; files of a version that has left stay here for those
  # who have its pages open. While one guest fetches anew, the others get the old one, and they keep it while
  # nobody answers.
  proxy_cache_path {{ env "NOMAD_TASK_DIR" }}/kept keys_zone=kept:8m max_size=256m inactive=1h use_temp_path=off;
  proxy_cache_key $host$request_uri;
  proxy_cache_lock on;
  proxy_cache_use_stale updating error timeout http_502 http_503 http_504;
  proxy_cache_background_update on;

  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Request-Id $request_id;
  proxy_connect_timeout 1s;

  # Another copy is asked when one is away: reads always, what changes something only where its handler knows a
  # resent form by its key. The whole must outlast one time-out, or a slow copy is never left.
  proxy_next_upstream error timeout http_502 http_503;
  proxy_next_upstream_tries 3;
  proxy_next_upstream_timeout 8s;

{{- range $name := sprig_list "auth" "booking" "catalog" "live" "payment" "staff" }}

  upstream {{ $name }} {
    zone {{ $name }} 128k;
    {{- range service (print "live." $name) }}
    server {{ .Address }}:{{ .Port }} max_fails=1 fail_timeout=10s;
    {{- else }}
    server 127.0.0.1:9 down; # nobody yet: an empty list is an error
    {{- end }}
    keepalive 32;
    keepalive_timeout 30s; # shorter than gunicorn's --keep-alive
  }
{{- end }}

  # Nomad's question to this copy of nginx; the guests' port is shared with the one that replaces it.
  server {
    listen {{ env "NOMAD_ADDR_probe" }};
    access_log off;
    location = /livez {
      return 200 "alive\n";
    }
  }

  server {
    listen {{ env "LISTEN" }} ssl reuseport; # two copies on one port, for as long as one replaces the other
    http2 on;
    ssl_certificate {{ env "NOMAD_SECRETS_DIR" }}/certificate.pem;
    ssl_certificate_key {{ env "NOMAD_SECRETS_DIR" }}/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:4m;
    ssl_session_timeout 1h;

    keepalive_timeout 75s;
    keepalive_requests 100000;
    keepalive_min_timeout 5s; # a reload closes no connection under a request

    limit_req zone=guests burst=60 nodelay;
    error_page 502 504 /down.html;

    location = /down.html {
      internal;
      root {{ env "NOMAD_TASK_DIR" }};
      add_header Refresh "5$again" always;
      add_header Retry-After 5 always;
      add_header Cache-Control no-store always;
    }

    # Between machines only.
    location ~ ^/(livez|readyz|metrics)$ {
      return 404;
    }

    # A page of one version may ask a copy of another for its style sheet: whoever has it answers.
    location /static {
      proxy_pass http://catalog;
      proxy_read_timeout 3s;
      proxy_next_upstream error timeout http_502 http_503 http_404;
      proxy_cache kept;
    }

    location / {
      proxy_pass http://catalog;
      proxy_read_timeout 3s;
      proxy_cache kept;
    }

    location /account {
      proxy_pass http://auth;
      proxy_read_timeout 5s;
    }

    # Sent twice is done once, by the key that tests/webapp/web/test_retries.py names for each form.
{{- range $prefix := sprig_list "/basket" "/tickets" "/news" }}
    location {{ $prefix }} {
      proxy_pass http://booking;
      proxy_read_timeout 5s;
      proxy_next_upstream error timeout http_502 http_503 non_idempotent;
    }
{{- end }}

    # The provider is asked meanwhile, 6 s at most.
{{- range $prefix := sprig_list "/checkout" "/orders" }}
    location {{ $prefix }} {
      proxy_pass http://booking;
      proxy_read_timeout 8s;
      proxy_next_upstream_timeout 14s;
      proxy_next_upstream error timeout http_502 http_503 non_idempotent;
    }
{{- end }}

    # A place in a line has no key before it is given, so nobody is put into it twice.
{{- range $prefix := sprig_list "/queue" "/waitlist" }}
    location {{ $prefix }} {
      proxy_pass http://booking;
      proxy_read_timeout 5s;
    }
{{- end }}

    # The provider's event id tells a webhook that comes twice.
{{- range $prefix := sprig_list "/pay" "/webhooks" }}
    location {{ $prefix }} {
      proxy_pass http://payment;
      proxy_read_timeout 8s;
      proxy_next_upstream_timeout 14s;
      proxy_next_upstream error timeout http_502 http_503 non_idempotent;
    }
{{- end }}

    location /staff {
      proxy_pass http://staff;
      proxy_read_timeout 60s; # reports and previews of imports
      proxy_next_upstream_timeout 70s;
    }

    location /live {
      proxy_pass http://live;
      proxy_read_timeout 1h;
      proxy_buffering off;
    }
  }
}
