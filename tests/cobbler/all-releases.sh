#!/usr/bin/env bash
# The client's contract tests against the real Cobblers 3.1.2, 3.2.3, 3.3.0 and 3.3.10, one after the
# other (or those that are named as arguments). Prints a line for each; the exit code is 0 if all
# passed, 77 if none can run here. 2.8.5 needs Python 2 and is simulated only.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || set -- 3.1.2 3.2.3 3.3.0 3.3.10
ran=0 failed=0

cargo test -q -p cobbler-client --test contract --no-run || exit 1
for version in "$@"; do
  dir=$(mktemp -d) || exit 1
  if env=$(bash "$here/real-cobbler.sh" start --dir "$dir" --version "$version"); then
    ran=$((ran + 1))
    # One at a time: each test is a client of its own, and 3.3.0 bears one writer.
    figures=$(
      set -a
      eval "$env"
      cargo test -q -p cobbler-client --test contract real:: -- --test-threads=1 2>&1
    ) || failed=$((failed + 1))
    echo "Cobbler $version: $(grep -a '^test result' <<<"$figures" || tail -n 20 <<<"$figures")"
  else
    code=$?
    [ "$code" = 77 ] || failed=$((failed + 1))
    echo "Cobbler $version: not started (exit $code)"
  fi
  bash "$here/real-cobbler.sh" stop --dir "$dir"
  rm -rf "$dir"
done

[ "$failed" = 0 ] || exit 1
[ "$ran" -gt 0 ] || exit 77
