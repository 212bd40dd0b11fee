#!/usr/bin/env bash
# Measures the release build against its targets: memory and start of an idle service, an install of
# 200 simulated servers, the memory of 10,000 simulated controllers, and power sync of as many.
# Exit code 0 if all targets are met, 1 if one is missed, 2 if it can't run.
#
#   benches/run.sh               all
#   benches/run.sh NAME...       only these: memory start demo simulator-memory power-sync deploys
#                                cobbler ironic
#
# The last two are not among all: they install and start a real Cobbler (root, PyPI) and a real
# Ironic (PyPI, mariadbd, PostgreSQL).
#
# Environment:
#   FERRIC_RELEASE_BIN  measure this program in place of target/release/ferric, which is built if absent
#   POWER_SYNC_NODES    as many controllers in place of 10000
#   COBBLER_NODES       as many servers in place of 200
#   IRONIC_NODES        as many nodes on either side in place of 10000
#   DEPLOYS, DEPLOYS_NODES  as many deploys and other nodes in place of 200 and 10000
#   FERRIC_TEST_CACHE   folder that Ironic is installed into (default: .cache)
set -euo pipefail
exec </dev/null

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
case ${1:-} in
  --help | -h) sed -n '2,19s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac

binary=${FERRIC_RELEASE_BIN:-$ROOT/target/release/ferric}
if [ ! -x "$binary" ] && [ -z "${FERRIC_RELEASE_BIN:-}" ]; then
  echo "building $binary" >&2
  timeout 3600 cargo build --release --locked --bin ferric --target-dir "$ROOT/target" >&2 || exit 2
fi
exec timeout --kill-after=10 2400 python3 -B "$ROOT/benches/measure.py" "$binary" "$@"
