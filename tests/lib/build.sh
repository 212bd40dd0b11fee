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

build_release() {
  if [ -n "${FERRIC_RELEASE_BIN:-}" ]; then return 0; fi
  say 'building (release)'
  logged 1500 cargo build --release --bin ferric
}

release_program() { printf '%s\n' "${FERRIC_RELEASE_BIN:-$TARGET_DIR/release/ferric}"; }
