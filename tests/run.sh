#!/usr/bin/env bash
# Runs every test of Ferric with the real parts: PostgreSQL, Cobbler, the OpenStack client, Cisco's SDK.
#
#   tests/run.sh                 all sections
#   tests/run.sh NAME...         only these sections
#   tests/run.sh --checks        format, lints, docs and policy first, then all sections
#   tests/run.sh --list          the names of the sections
#
# What the sections need (Debian and PyPI packages) is installed by this script; PyPI packages and logs
# go into .cache/, which git ignores. A section that cannot run on this machine is counted as skipped
# and says why. A failure does not stop the sections after it. The last line gives the totals.
#
# Environment:
#   FERRIC_TEST_CACHE   folder for packages and logs (default: .cache)
#   FERRIC_FUZZ_SECONDS how long each fuzz target runs (default: 20)
#   FERRIC_SCHEMATHESIS_SECONDS  how long requests are made up from the OpenAPI document (default: 90)
#   FERRIC_COBBLERS     all: section real-cobbler also tests the client on 3.1.2, 3.2.3 and 3.3.0
#   FERRIC_FLEET_NODES  how many servers real-cobbler-fleet installs (default: 200)
#   FERRIC_LAB          `all` stages every failure in the lab, also those that take minutes each
#   FERRIC_BIN          use this program in place of a debug build
#   FERRIC_RELEASE_BIN  use this program in place of a release build (section demo)
set -uo pipefail
exec </dev/null

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${FERRIC_TEST_CACHE:-$ROOT/.cache}
LOGS=$CACHE/logs
# Build output that stays a plain text file: no progress bars, no colours.
export CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never PYTHONDONTWRITEBYTECODE=1 NO_COLOR=1
# The programs under test are on this machine, and get their settings from the tests alone.
export no_proxy=127.0.0.1,localhost${no_proxy:+,$no_proxy}
export NO_PROXY=$no_proxy
unset FERRIC_CONFIG FERRIC_LOG
cd "$ROOT" || exit 1

for part in report packages build postgres cobbler checks rust fuzz autoinstall clients schemathesis; do
  # shellcheck source=/dev/null
  source "$ROOT/tests/lib/$part.sh"
done

CHECKS=(format lints docs policy)
SECTIONS=(rust fuzz autoinstall openstack-client real-cobbler real-cobbler-fleet imcsdk simulators restart errors
  tempest openstacksdk command-set nova schemathesis demo lab)
# The sections that mostly wait for clients and servers.
WAITING=(openstack-client real-cobbler real-cobbler-fleet tempest openstacksdk)

is_among() { # word words...
  local word=$1
  shift
  case " $* " in *" $word "*) return 0 ;; *) return 1 ;; esac
}

run_named() { # section
  case $1 in
    format) check_format ;;
    lints) check_lints ;;
    docs) check_docs ;;
    policy) check_policy ;;
    rust) section_rust ;;
    fuzz) section_fuzz ;;
    autoinstall) section_autoinstall ;;
    openstack-client)
      # Each has a rack and a service of its own, and the clients mostly wait.
      TWO_FILES_AT_A_TIME=yes section_clients "$1" test_openstack_client.py test_openstack_errors.py \
        test_openstacksdk.py test_enrolment.py ;;
    real-cobbler) section_real_cobbler ;;
    real-cobbler-fleet) with_real_cobbler "$1" test_real_cobbler_fleet.py ;;
    imcsdk) section_clients "$1" test_imcsdk.py ;;
    simulators) section_clients "$1" test_simulators.py ;;
    restart) section_clients "$1" test_restart.py ;;
    demo) section_demo ;;
    errors) section_clients "$1" test_command_line.py ;;
    tempest) section_tempest ;;
    openstacksdk) section_openstacksdk ;;
    command-set) section_clients "$1" test_command_set.py ;;
    nova) section_nova ;;
    schemathesis) section_schemathesis ;;
    lab) section_lab ;;
  esac
}

chosen=()
case ${1:-} in
  --list) printf '%s\n' "${CHECKS[@]}" "${SECTIONS[@]}"; exit 0 ;;
  --help | -h) sed -n '2,22s/^# \{0,1\}//p' "$0"; exit 0 ;;
  --checks) chosen=("${CHECKS[@]}" "${SECTIONS[@]}") ;;
  '') chosen=("${SECTIONS[@]}") ;;
  *) chosen=("$@") ;;
esac
for name in "${chosen[@]}"; do
  is_among "$name" "${CHECKS[@]}" "${SECTIONS[@]}" || {
    echo "tests/run.sh: no section '$name'; there are: ${CHECKS[*]} ${SECTIONS[*]}" >&2
    exit 2
  }
done

stop_everything() {
  stop_running
  release_stop
  cobbler_stop
  postgres_stop
}
trap stop_everything EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p "$LOGS"
for name in "${chosen[@]}"; do
  report_begin "$name"
  if is_among "$name" "${WAITING[@]}" && is_among demo "${chosen[@]}"; then release_ahead; fi
  run_named "$name"
  report_end
done
report_summary
