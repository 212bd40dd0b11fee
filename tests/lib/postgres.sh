# A PostgreSQL of our own on a free port, thrown away at the end. Sourced by tests/run.sh.
# shellcheck shell=bash

PG_DIR='' PG_BIN='' PG_AS=()

# Sets TEST_DATABASE_URL. Fails where PostgreSQL cannot be installed or started.
postgres_start() {
  local port
  PG_BIN=$(postgres_bin)
  if [ -z "$PG_BIN" ]; then
    need_debian postgresql || return 1
    PG_BIN=$(postgres_bin)
  fi
  [ -n "$PG_BIN" ] || return 1
  # Not below .cache: the server refuses to run as root, its user may not be able to reach a checkout
  # in root's home, and the name of a Unix socket must stay below 108 bytes.
  PG_DIR=$(mktemp -d /tmp/ferric-pg.XXXXXX) || return 1
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$PG_DIR" || return 1
    PG_AS=(runuser -u postgres --)
  fi
  port=$(free_port)
  (
    cd "$PG_DIR" || exit 1
    logged 120 "${PG_AS[@]}" "$PG_BIN/initdb" -D "$PG_DIR/data" -U ferric --auth=trust --encoding=UTF8 &&
      # Durability is not what is tested, so no waiting for the disk.
      logged 60 "${PG_AS[@]}" "$PG_BIN/pg_ctl" -w -D "$PG_DIR/data" -l "$PG_DIR/server.log" start \
        -o "-p $port -k $PG_DIR -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300" &&
      logged 30 "${PG_AS[@]}" "$PG_BIN/createdb" -h 127.0.0.1 -p "$port" -U ferric ferric
  ) || return 1
  export TEST_DATABASE_URL=postgres://ferric@127.0.0.1:$port/ferric
  say "PostgreSQL: $TEST_DATABASE_URL"
}

postgres_bin() {
  local found
  found=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$found" ] && [ -x "$found/initdb" ]; then printf '%s\n' "$found"; fi
}

postgres_stop() {
  [ -n "$PG_DIR" ] || return 0
  if [ -d "$PG_DIR/data" ]; then
    (cd / && "${PG_AS[@]}" "$PG_BIN/pg_ctl" -m immediate -D "$PG_DIR/data" stop >/dev/null 2>&1)
    cp "$PG_DIR/server.log" "$LOGS/postgres.log" 2>/dev/null
  fi
  rm -rf "$PG_DIR"
  PG_DIR=''
  unset TEST_DATABASE_URL
}
