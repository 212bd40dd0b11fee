# What the tests need from Debian and from PyPI. Sourced by tests/run.sh; uses CACHE and ROOT.
# shellcheck shell=bash

APT_UPDATED=no

# Installs the Debian packages that are missing; fails, with the reason in the log, where it cannot.
need_debian() { # package...
  local missing=() package
  command -v dpkg-query >/dev/null || { echo 'not a Debian system' >>"$SECTION_LOG"; return 1; }
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  [ "$(id -u)" = 0 ] || { echo "not root: cannot install ${missing[*]}" >>"$SECTION_LOG"; return 1; }
  if [ "$APT_UPDATED" = no ]; then
    logged 300 apt-get update -q || return 1
    APT_UPDATED=yes
  fi
  logged 600 env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# A Python environment with a folder's requirements.txt, in VENV. It is made again when the list changes.
need_venv() { # folder of tests
  local wanted=$ROOT/tests/$1/requirements.txt
  VENV=$CACHE/venv-$1
  if cmp -s "$wanted" "$VENV/installed.txt"; then return 0; fi
  if ! python3 -c 'import ensurepip' 2>/dev/null; then
    need_debian python3-venv || return 1
  fi
  rm -rf "$VENV"
  logged 120 python3 -m venv "$VENV" || return 1
  logged 600 "$VENV/bin/pip" install --disable-pip-version-check --quiet -r "$wanted" || return 1
  cp "$wanted" "$VENV/installed.txt"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
