#!/bin/sh
# One PostgreSQL server of a pair. The one named FIRST begins as the primary, the other follows it, and takes over when it
# is gone. Nobody is primary who does not reach the nginx of most zones, so that a part which is cut off has none.
# A region hands it PORT, DATA_DIR, INSTANCE_NAME, and where the others are: DB_ENDPOINTS, WEB_ENDPOINTS. POSTGRES_BIN is for
# programs that stand elsewhere than in Debian's folder.
set -u
if [ "$(id -u)" = 0 ] && [ "${AS_POSTGRES-}" = '' ]; then
  # PostgreSQL refuses root. In a user namespace of its own it is "postgres", and the files are still those of root.
  unshare --user --map-user=postgres --map-group=postgres true 2> /dev/null || {
    echo 'PostgreSQL does not run as root, and there is no user namespace here: run chaos as another user' >&2
    exit 1
  }
  AS_POSTGRES=yes exec unshare --user --map-user=postgres --map-group=postgres sh "$0"
fi
bin=${POSTGRES_BIN-$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)}
PATH=$bin:$PATH
for program in "$bin/initdb" "$bin/postgres" "$bin/pg_basebackup" "$bin/psql" curl; do
  command -v "$program" > /dev/null || {
    echo "\"$program\" is missing: apt-get install postgresql curl" >&2
    exit 1
  }
done

data=$DATA_DIR/cluster
export PGUSER=ledger PGDATABASE=postgres PGCONNECT_TIMEOUT=2 PGAPPNAME=keeper

# SQL to one server, HOST:PORT; nothing when it does not answer within a second.
ask() { timeout 1 psql -h "${1%:*}" -p "${1#*:}" -XAtqc "$2" 2> /dev/null; }
own() { ask "127.0.0.1:$PORT" "$1"; }

# The timeline of a server that takes writes, in eight digits; nothing of one that follows.
LEADS='select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) where not pg_is_in_recovery()'

# The link to the primary. Of two, that of the later timeline: whoever took over last.
find_primary() {
  for at in $(echo "$DB_ENDPOINTS" | tr , ' '); do
    line=$(ask "$at" "$LEADS")
    [ "$line" = '' ] || echo "$line $at"
  done | sort | tail -n 1 | cut -d ' ' -f 2
}

has_majority() {
  all=0 heard=0
  for at in $(echo "$WEB_ENDPOINTS" | tr , ' '); do
    all=$((all + 1))
    curl -sf --noproxy '*' -m 0.4 -o /dev/null "http://$at/ping" && heard=$((heard + 1))
  done
  [ $((heard * 2)) -gt $all ]
}

configure() {
  cat > "$data/postgresql.auto.conf" << EOF
listen_addresses = '127.0.0.1'
port = $PORT
unix_socket_directories = ''
shared_buffers = 16MB
max_connections = 60
wal_level = replica
wal_sender_timeout = 1500ms
wal_receiver_timeout = 1500ms
wal_retrieve_retry_interval = 500ms
max_standby_streaming_delay = 1s
$1
EOF
}

follow() { # the link to the primary
  echo "following the primary at $1"
  rm -rf "$data"
  timeout 20 pg_basebackup -h "${1%:*}" -p "${1#*:}" -D "$data" -X stream --checkpoint=fast || exit 1
  touch "$data/standby.signal"
  configure "primary_conninfo = 'host=${1%:*} port=${1#*:} user=ledger application_name=follower connect_timeout=2'"
}

until has_majority; do sleep 0.2; done
primary=$(find_primary)
while [ "$primary" = '' ] && [ ! -d "$data" ] && [ "$INSTANCE_NAME" != "$FIRST" ]; do
  sleep 0.2
  primary=$(find_primary)
done
if [ "$primary" != '' ]; then
  follow "$primary"
elif [ -d "$data" ]; then
  configure ''
else
  initdb -D "$data" -U ledger --auth=trust --no-sync > /dev/null || exit 1
  configure ''
fi

postgres -D "$data" &
server=$!
# Whoever ends the instance wants a clean end: at a SIGTERM PostgreSQL would wait for its clients.
trap 'kill -INT $server; wait $server; exit 0' TERM INT
stop_at_once() {
  echo "$1" >&2
  kill -QUIT $server
  wait $server
  exit 1
}

# A primary without a follower confirms its commits alone; with one, nothing is acknowledged that the follower lacks.
lead() {
  followers=$(own "select count(*) from pg_stat_replication where state = 'streaming' and application_name = 'follower'")
  if has_majority; then away=0; else away=$((away + 1)); fi
  [ $away -lt 3 ] || stop_at_once 'cut off from most zones: no primary any more'
  [ $away = 0 ] && [ "$followers" != '' ] || return
  names='*'
  if [ "$followers" = 0 ]; then
    names=''
    newest=$(find_primary)
    [ "$newest" = '' ] || [ "$(ask "$newest" "$LEADS")" = "$(own "$LEADS")" ] ||
      stop_at_once 'another server has taken over meanwhile'
  fi
  [ "$(own 'show synchronous_standby_names')" = "$names" ] ||
    psql -h 127.0.0.1 -p "$PORT" -Xqc "alter system set synchronous_standby_names = '$names'" -c 'select pg_reload_conf()' > /dev/null
}

# A follower that hears nothing takes over if most zones are with it, and nobody else leads.
hear() {
  if [ "$(own 'select count(*) from pg_stat_wal_receiver')" = 0 ]; then away=$((away + 1)); else away=0; fi
  [ $away -ge 5 ] && has_majority || return
  [ "$(find_primary)" = '' ] || stop_at_once 'there is a primary that is not followed: beginning anew'
  echo 'the primary is gone: taking over'
  pg_ctl promote -D "$data" > /dev/null
  away=0
}

away=0
while sleep 0.4 && kill -0 $server 2> /dev/null; do
  case $(own 'select pg_is_in_recovery()') in
    f) lead ;;
    t) hear ;;
  esac
done
wait $server
