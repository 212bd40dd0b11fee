# The Rust tests, with a real PostgreSQL and a real Cobbler where this machine can have them.
# Sourced by tests/run.sh.
# shellcheck shell=bash

section_rust() {
  local code=0 run
  if ! build_debug; then
    fail_section 'the build failed'
    return
  fi
  if ! postgres_start; then
    postgres_stop
    say 'SKIPPED the tests on PostgreSQL: it could not be installed or started'
    count 0 0 1
  fi
  cobbler_start
  case $? in
    0) ;;
    77) say "SKIPPED the tests on the real Cobbler: $COBBLER_WHY"; count 0 0 1 ;;
    *) say "FAILED: $COBBLER_WHY"; count 0 1 0 ;;
  esac
  if ! need_debian qemu-system-x86 ipxe-qemu seabios ovmf; then
    say 'SKIPPED the tests with QEMU guests: qemu-system-x86, ipxe-qemu, seabios and ovmf could not be installed'
    count 0 0 1
  fi
  run=$LOGS/rust-run.log
  : >"$run"
  if cargo nextest --version >/dev/null 2>&1; then
    SECTION_LOG=$run logged 1200 cargo nextest run --workspace --no-fail-fast --no-tests=pass \
      --status-level fail --final-status-level fail || code=$?
    # nextest does not run the examples in the documentation.
    SECTION_LOG=$run logged 600 cargo test --workspace --doc --no-fail-fast || code=$?
  else
    SECTION_LOG=$run logged 1500 cargo test --workspace --no-fail-fast || code=$?
  fi
  cat "$run" >>"$SECTION_LOG"
  count_rust "$run" "$code"
  postgres_stop
  legacy_tls
}

# The feature legacy-tls needs the system's OpenSSL, and is off in every other build here.
legacy_tls() {
  local code=0 run=$LOGS/legacy-tls-run.log
  if ! need_debian libssl-dev pkg-config; then
    say 'SKIPPED the tests of the legacy TLS profile: libssl-dev and pkg-config could not be installed'
    count 0 0 1
    return
  fi
  : >"$run"
  if cargo nextest --version >/dev/null 2>&1; then
    SECTION_LOG=$run logged 900 cargo nextest run --features legacy-tls --test legacy_tls \
      --no-fail-fast --status-level fail --final-status-level fail || code=$?
  else
    SECTION_LOG=$run logged 900 cargo test --features legacy-tls --test legacy_tls || code=$?
  fi
  cat "$run" >>"$SECTION_LOG"
  count_rust "$run" "$code"
}

count_rust() { # log exit-code
  local passed failed skipped
  read -r passed failed skipped < <(python3 "$ROOT/tests/lib/counts.py" rust "$1")
  count "$passed" "$failed" "$skipped"
  if [ "$failed" != 0 ]; then
    say "--- what failed (all of it: $1)"
    grep -aE '^ +(FAIL|TIMEOUT|SIGABRT|SIGSEGV|LEAK-FAIL) |^test .* FAILED$|panicked at' "$1" | sort -u | head -n 80
  elif [ "$2" != 0 ]; then
    fail_section "cargo ended with exit code $2"
  fi
}
