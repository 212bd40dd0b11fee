# The answer files of installers, held against the distributions' own validators; each
# file by each of them counts as one. Sourced by tests/run.sh.
# shellcheck shell=bash

# pykickstart knows the syntax of each release; it is the installer's own.
KSVALIDATOR='pykickstart==3.78'

section_autoinstall() {
  local folder=$CACHE/autoinstall
  if ! /usr/bin/python3 -c 'import yaml' 2>/dev/null && ! need_debian python3-yaml; then
    skip_section "python3-yaml could not be installed"
    return
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  if ! FERRIC_AUTOINSTALL_DIR=$folder logged 1500 cargo test --workspace --test autoinstall; then
    fail_section 'the files could not be rendered'
    return
  fi
  validate_kickstarts "$folder"
  validate_preseeds "$folder"
  validate_cloud_configs "$folder"
  validate_scripts "$folder"
}

# One file by one validator.
validated() { # what command...
  local what=$1
  shift
  if logged 60 "$@"; then
    count 1 0 0
  else
    count 0 1 0
    say "FAILED $what: $*"
    tail -n 12 "$SECTION_LOG"
  fi
}

cannot_validate() { # what why
  count 0 0 1
  say "SKIPPED $1: $2"
}

validate_kickstarts() { # folder
  local venv=$CACHE/venv-pykickstart file release
  if [ ! -x "$venv/bin/ksvalidator" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || need_debian python3-venv
    logged 120 python3 -m venv "$venv" &&
      logged 300 "$venv/bin/pip" install --disable-pip-version-check --quiet "$KSVALIDATOR"
  fi
  if [ ! -x "$venv/bin/ksvalidator" ]; then
    cannot_validate kickstarts 'pykickstart could not be installed (is PyPI reachable?)'
    return
  fi
  for file in "$1"/el*.ks; do
    release=$(basename "$file")
    release=${release%%-*}
    validated "$(basename "$file")" "$venv/bin/ksvalidator" -v "RHEL${release#el}" "$file"
  done
}

validate_preseeds() { # folder
  local file
  if ! command -v debconf-set-selections >/dev/null && ! need_debian debconf; then
    cannot_validate preseeds 'there is no debconf-set-selections here'
    return
  fi
  for file in "$1"/*.seed; do
    validated "$(basename "$file")" debconf-set-selections --checkonly "$file"
  done
}

validate_cloud_configs() { # folder
  local file
  if ! command -v cloud-init >/dev/null && ! need_debian cloud-init; then
    cannot_validate 'cloud-config' 'cloud-init could not be installed'
    return
  fi
  for file in "$1"/*.cloud-config; do
    validated "$(basename "$file")" cloud-init schema --config-file "$file"
    # What cloud-init leaves alone is the installer's: it has to be there, and to be YAML.
    validated "$(basename "$file")" /usr/bin/python3 "$ROOT/tests/lib/answer_file.py" autoinstall "$file"
  done
}

validate_scripts() { # folder
  local file
  if ! command -v shellcheck >/dev/null && ! need_debian shellcheck; then
    cannot_validate scripts 'shellcheck could not be installed'
    return
  fi
  mkdir -p "$1/scripts"
  for file in "$1"/*.ks "$1"/*.seed "$1"/*.cloud-config; do
    validated "$(basename "$file")" /usr/bin/python3 "$ROOT/tests/lib/answer_file.py" scripts "$file" "$1/scripts"
  done
  for file in "$1"/*.sh "$1"/scripts/*.sh; do
    # Installers have dash, busybox or bash as sh: POSIX is what they share.
    validated "$(basename "$file")" shellcheck --shell=sh --severity=style "$file"
  done
}
