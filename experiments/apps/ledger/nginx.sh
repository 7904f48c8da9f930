#!/bin/sh
# nginx in front of the ledger services of every zone. A region hands it PORT, DATA_DIR and LEDGER_ENDPOINTS. NGINX is for
# one that stands elsewhere.
set -eu
nginx=${NGINX-/usr/sbin/nginx}
command -v "$nginx" > /dev/null || {
  echo "\"$nginx\" is missing: apt-get install nginx-light" >&2
  exit 1
}
mkdir -p "$DATA_DIR"
cat > "$DATA_DIR/nginx.conf" << EOF
daemon off;
pid $DATA_DIR/nginx.pid;
error_log stderr warn;
worker_processes 1;
$([ "$(id -u)" != 0 ] || echo 'user root;')
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path $DATA_DIR/body;
  proxy_temp_path $DATA_DIR/proxy;
  fastcgi_temp_path $DATA_DIR/fastcgi;
  uwsgi_temp_path $DATA_DIR/uwsgi;
  scgi_temp_path $DATA_DIR/scgi;
  upstream ledger {
$(echo "$LEDGER_ENDPOINTS" | tr , '\n' | sed 's/.*/    server & max_fails=2 fail_timeout=5s;/')
  }
  server {
    listen 127.0.0.1:$PORT backlog=512;
    location = /ping { return 204; }
    location / {
      proxy_pass http://ledger;
      proxy_connect_timeout 300ms;
      proxy_read_timeout 1s;
      # A payment that is sent to two services under one number is booked once.
      proxy_set_header X-Request-Id \$request_id;
      proxy_next_upstream error timeout non_idempotent;
      proxy_next_upstream_timeout 1s;
    }
  }
}
EOF
exec "$nginx" -p "$DATA_DIR" -c "$DATA_DIR/nginx.conf" -e stderr
