# Building the program once per profile. Sourced by tests/run.sh.
# shellcheck shell=bash

TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
BUILT=no

# The debug program and all test programs in one go: building them apart would choose other features
# for some dependencies and compile those twice.
build_debug() {
  if [ -n "${FERRIC_BIN:-}" ]; then return 0; fi
  if [ "$BUILT" = no ]; then
    say 'building (debug)'
    logged 1500 cargo build --workspace --bins --tests || return 1
    BUILT=yes
  fi
}

debug_program() { printf '%s\n' "${FERRIC_BIN:-$TARGET_DIR/debug/ferric}"; }

RELEASE_JOB=''

# Begins the release build early, behind everything else: the sections that drive clients mostly wait,
# and it takes what they leave of the processors.
release_ahead() {
  if [ -n "${FERRIC_RELEASE_BIN:-}${RELEASE_JOB}" ]; then return 0; fi
  nice -n 19 env --default-signal=INT,QUIT cargo build --release --bin ferric >"$LOGS/release-build.log" 2>&1 &
  RELEASE_JOB=$!
}

release_stop() {
  [ -n "$RELEASE_JOB" ] || return 0
  kill "$RELEASE_JOB" 2>/dev/null
  wait "$RELEASE_JOB" 2>/dev/null
  RELEASE_JOB=''
}

# Builds what the early build has left: nothing, where it has ended well.
build_release() {
  if [ -n "${FERRIC_RELEASE_BIN:-}" ]; then return 0; fi
  say 'building (release)'
  if [ -n "$RELEASE_JOB" ]; then
    wait "$RELEASE_JOB"
    RELEASE_JOB=''
  fi
  logged 1500 cargo build --release --bin ferric
}

release_program() { printf '%s\n' "${FERRIC_RELEASE_BIN:-$TARGET_DIR/release/ferric}"; }
