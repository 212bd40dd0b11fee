# The real Cobbler, started once for all sections that want it. Sourced by tests/run.sh.
# shellcheck shell=bash disable=SC2034

COBBLER_SCRIPT=$ROOT/tests/cobbler/real-cobbler.sh
COBBLER_DIR=$CACHE/cobbler-of-tests
COBBLER_STATE=unknown
COBBLER_WHY=''

# Sets COBBLER_URL, COBBLER_USER, COBBLER_PASSWORD and COBBLER_BASE. A failure is remembered, with the
# reason in COBBLER_WHY, so that the next section does not wait for it again.
# Returns 0 = runs, 77 = cannot run on this machine, other = it should have run.
cobbler_start() {
  local code reason
  case $COBBLER_STATE in
    runs) return 0 ;;
    skipped) return 77 ;;
    failed) return 1 ;;
  esac
  if [ ! -f "$COBBLER_SCRIPT" ]; then
    COBBLER_STATE=skipped COBBLER_WHY='tests/cobbler/real-cobbler.sh is missing'
    return 77
  fi
  say 'starting the real Cobbler'
  if [ "$(id -u)" = 0 ]; then
    need_debian gcc libmagic1 python3-dev python3-venv || say 'not all Debian packages for Cobbler are there'
  fi
  # Without what an earlier, interrupted run left in it.
  if [ -d "$COBBLER_DIR" ]; then
    logged 60 bash "$COBBLER_SCRIPT" stop --dir "$COBBLER_DIR"
    rm -rf "$COBBLER_DIR"
  fi
  logged 600 bash "$COBBLER_SCRIPT" start --dir "$COBBLER_DIR"
  code=$?
  reason=$(grep -aE '^real-cobbler: (skipped:|.*cannot be installed)' "$SECTION_LOG" | tail -n 1)
  if [ "$code" = 77 ] || { [ "$code" != 0 ] && [ -n "$reason" ]; }; then
    COBBLER_STATE=skipped COBBLER_WHY=${reason:-a real Cobbler cannot run here}
    return 77
  fi
  if [ "$code" != 0 ] || [ ! -f "$COBBLER_DIR/env" ]; then
    COBBLER_STATE=failed COBBLER_WHY="the real Cobbler did not start (exit $code)"
    return 1
  fi
  set -a
  # shellcheck source=/dev/null
  source "$COBBLER_DIR/env"
  set +a
  export COBBLER_BASE=${COBBLER_BASE:-${COBBLER_URL%/cobbler_api}}
  COBBLER_STATE=runs
  say "Cobbler ${COBBLER_VERSION:-}: $COBBLER_URL"
}

cobbler_stop() {
  [ "$COBBLER_STATE" = runs ] || return 0
  timeout 60 bash "$COBBLER_SCRIPT" stop --dir "$COBBLER_DIR" >>"$LOGS/cobbler-stop.log" 2>&1
  COBBLER_STATE=unknown
}
