# Requests made up from the OpenAPI document, against a running service. Sourced by tests/run.sh.
# shellcheck shell=bash

SCHEMATHESIS_SECONDS=${FERRIC_SCHEMATHESIS_SECONDS:-90}

# Each operation counts as one a version and kind of request; tests/schemathesis/run.py starts what is needed.
section_schemathesis() {
  local reports=$LOGS/schemathesis code report good bad left
  if ! build_debug; then
    fail_section 'the build failed'
    return
  fi
  if ! need_venv schemathesis; then
    skip_section 'the Python packages could not be installed (is PyPI reachable?)'
    return
  fi
  rm -rf "$reports"
  logged $((SCHEMATHESIS_SECONDS * 3 + 600)) "$VENV/bin/python" -u "$ROOT/tests/schemathesis/run.py" \
    "$(debug_program)" "$reports" "$SCHEMATHESIS_SECONDS"
  code=$?
  for report in "$reports"/*.xml; do
    [ -f "$report" ] || continue
    read -r good bad left < <(python3 "$ROOT/tests/lib/counts.py" junit "$report")
    count "$good" "$bad" "$left"
  done
  grep -aE '^ *[0-9]+ generated' "$SECTION_LOG" | while read -r line; do say "requests: $line"; done
  if [ "$code" != 0 ]; then
    [ "$FAILED" = 0 ] && count 0 1 0
    say '--- what failed'
    sed -n '/^=.* \(FAILURES\|ERRORS\) =/,$p' "$SECTION_LOG" | head -n 200
  fi
}
