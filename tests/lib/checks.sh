# Format, lints, documentation and dependency policy; each counts as one. Sourced by tests/run.sh.
# shellcheck shell=bash

check() { # seconds command...
  if logged "$@"; then
    count 1 0 0
  else
    fail_section "${*:2}"
  fi
}

check_format() { check 120 cargo fmt --all -- --check; }

check_lints() {
  check 1500 cargo clippy --workspace --all-targets -- -D warnings
  if need_debian libssl-dev pkg-config; then
    check 600 cargo clippy -p cimc-client -p cimc-sim --features cimc-client/legacy-tls,cimc-sim/legacy-tls \
      --all-targets -- -D warnings
  else
    say 'SKIPPED the lints of legacy-tls: libssl-dev and pkg-config could not be installed'
    count 0 0 1
  fi
}

check_docs() { RUSTDOCFLAGS=-Dwarnings check 900 cargo doc --workspace --no-deps; }

check_policy() {
  if command -v cargo-deny >/dev/null; then
    check 300 cargo deny check
  else
    skip_section 'cargo-deny is not installed (cargo install cargo-deny): deny.toml was not checked'
  fi
}
