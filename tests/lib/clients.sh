# The tests in tests/clients, which drive the built program from outside. Sourced by tests/run.sh.
# shellcheck shell=bash

CLIENT_LIMIT=1200
LAB_LIMIT=3600

# Runs some files of tests/clients with pytest against the debug program.
section_clients() { # section file...
  local name=$1
  shift
  if ! build_debug; then
    fail_section 'the build failed'
    return
  fi
  FERRIC_BIN=$(debug_program) run_pytest "$name" "$@"
}

section_real_cobbler() {
  with_real_cobbler real-cobbler test_real_cobbler.py
  other_cobblers
}

with_real_cobbler() { # section file...
  cobbler_start
  case $? in
    0) section_clients "$@" ;;
    77) skip_section "$COBBLER_WHY" ;;
    *) fail_section "$COBBLER_WHY" ;;
  esac
}

# The client's own tests on each release of Cobbler that can run here; a few minutes, so only if asked for.
other_cobblers() {
  [ "${FERRIC_COBBLERS:-}" = all ] || return 0
  local line
  logged 1800 bash "$ROOT/tests/cobbler/all-releases.sh"
  while read -r line; do
    say "$line"
    if [[ $line =~ ([0-9]+)\ passed\;\ ([0-9]+)\ failed ]]; then
      count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" 0
    elif [[ $line == *'(exit 77)' ]]; then
      count 0 0 1
    else
      count 0 1 0
    fi
  done < <(grep -a '^Cobbler [0-9]' "$SECTION_LOG")
}

# The front page's promise is made with a release build, so that is what is run here.
section_demo() {
  if ! build_release; then
    fail_section 'the release build failed'
    return
  fi
  FERRIC_BIN=$(release_program) run_pytest demo test_demo.py
}

# The rack of virtual machines: FERRIC_LAB=all adds the failures that take minutes each.
section_lab() {
  if [ "$(id -u)" != 0 ]; then
    skip_section 'not root: a network namespace, a bridge and debootstrap need it'
  elif ! unshare --net --pid --mount --fork true 2>/dev/null; then
    skip_section 'this system allows no namespaces (unshare --net --pid --mount)'
  elif ! need_debian busybox-static cpio debootstrap fdisk grub-common grub-efi-amd64-bin kmod pxelinux rsync syslinux \
    syslinux-common qemu-system-x86 ipxe-qemu ovmf seabios dnsmasq-base iproute2 openssh-client gcc libmagic1 \
    python3-dev python3-venv; then
    skip_section 'the Debian packages of the lab could not be installed'
  else
    REAL_COBBLER_CACHE=${REAL_COBBLER_CACHE:-$ROOT/.cache/cobbler} FERRIC_LAB_DIR=$CACHE/lab CLIENT_LIMIT=$LAB_LIMIT \
      section_clients lab test_lab.py test_lab_failures.py test_lab_slow_failures.py
  fi
}

run_pytest() { # section file...
  local name=$1 workers=()
  shift
  [ "${TWO_FILES_AT_A_TIME:-}" != yes ] || workers=(--numprocesses=2 --dist=loadfile)
  pytest_in clients "$name" "${workers[@]}" --rootdir="$ROOT/tests/clients" "${@/#/$ROOT/tests/clients/}"
}

# Ironic's public API tests, unchanged; tests/tempest/plugin.py starts what they need.
section_tempest() {
  if ! build_debug; then
    fail_section 'the build failed'
    return
  fi
  FERRIC_BIN=$(debug_program) PYTHONPATH=$ROOT/tests/tempest \
    pytest_in tempest tempest -p plugin --pyargs ironic_tempest_plugin.tests.api
}

# openstacksdk's own functional tests, unchanged; tests/openstacksdk/functional.py starts what they need.
# They mostly wait, hence four at a time.
section_openstacksdk() {
  if ! build_debug; then
    fail_section 'the build failed'
    return
  fi
  FERRIC_BIN=$(debug_program) PYTHONPATH=$ROOT/tests/openstacksdk \
    pytest_in clients openstacksdk -p functional --numprocesses=4 --pyargs openstack.tests.functional.baremetal
}

# Nova's driver for Ironic, unchanged, on simulated servers and a simulated Cobbler.
section_nova() {
  if ! build_debug; then
    fail_section 'the build failed'
  elif ! need_debian genisoimage; then
    skip_section 'genisoimage, which Nova makes its configdrives with, could not be installed'
  else
    FERRIC_BIN=$(debug_program) pytest_in nova nova --rootdir="$ROOT/tests/nova" "$ROOT/tests/nova"
  fi
}

pytest_in() { # folder of tests, section, pytest's arguments...
  local folder=$1 name=$2 junit=$LOGS/$2.xml code passed failed skipped
  shift 2
  if ! need_venv "$folder"; then
    skip_section 'the Python packages could not be installed (is PyPI reachable?)'
    return
  fi
  rm -f "$junit"
  FERRIC_TEST_LOGS=$LOGS/$name \
    logged "$CLIENT_LIMIT" "$VENV/bin/python" -u -m pytest -p no:cacheprovider -rs -v --tb=short \
    --junitxml="$junit" "$@"
  code=$?
  if [ ! -f "$junit" ]; then
    fail_section "pytest ended with exit code $code and no results"
    return
  fi
  read -r passed failed skipped < <(python3 "$ROOT/tests/lib/counts.py" junit "$junit")
  count "$passed" "$failed" "$skipped"
  grep -aE '^SKIPPED ' "$SECTION_LOG"
  if [ "$code" != 0 ]; then
    [ "$failed" = 0 ] && count 0 1 0
    say '--- what failed'
    sed -n '/^=.* \(FAILURES\|ERRORS\) =/,$p' "$SECTION_LOG" | head -n 200
  fi
}
