# Counting and printing: each section reports what passed, failed and was skipped; the summary adds up.
# Sourced by tests/run.sh; uses LOGS.
# shellcheck shell=bash

REPORT_ROWS=()
TOTAL_PASSED=0 TOTAL_FAILED=0 TOTAL_SKIPPED=0
SECTION='' SECTION_LOG='' SECTION_START=0 SECTION_NOTE=''
PASSED=0 FAILED=0 SKIPPED=0

report_begin() { # section
  SECTION=$1 SECTION_LOG=$LOGS/$1.log SECTION_START=$SECONDS SECTION_NOTE=''
  PASSED=0 FAILED=0 SKIPPED=0
  : >"$SECTION_LOG"
  printf '\n=== %s ===\n' "$SECTION"
}

say() { printf '%s\n' "$*"; }

count() { # passed failed skipped
  PASSED=$((PASSED + $1)) FAILED=$((FAILED + $2)) SKIPPED=$((SKIPPED + $3))
}

# The section cannot run on this machine.
skip_section() { # why
  SECTION_NOTE=$1
  count 0 0 1
  say "SKIPPED $SECTION: $1"
}

# The section could not do its work, which is a failure whatever the tests would have said.
fail_section() { # why
  SECTION_NOTE=$1
  count 0 1 0
  say "FAILED $SECTION: $1"
  say "--- last lines of $SECTION_LOG"
  tail -n 60 "$SECTION_LOG"
}

# The command that runs now, for stop_running.
RUNNING=''

# Runs a command with a time limit, its output into the section's log; the exit code is the command's.
# In the background, so that an interrupt is acted upon at once and not after the command; the shell lets
# such commands ignore interrupts, which env takes back.
logged() { # seconds command...
  local limit=$1 started=$SECONDS code=0
  shift
  printf '\n$ %s\n' "$*" >>"$SECTION_LOG"
  timeout --kill-after=20 "$limit" env --default-signal=INT,QUIT "$@" >>"$SECTION_LOG" 2>&1 &
  RUNNING=$!
  wait "$RUNNING" || code=$?
  RUNNING=''
  [ "$code" = 124 ] && printf 'stopped after %s s, the limit for this command\n' "$limit" >>"$SECTION_LOG"
  printf '(exit %s after %s s)\n' "$code" "$((SECONDS - started))" >>"$SECTION_LOG"
  return "$code"
}

stop_running() {
  [ -n "$RUNNING" ] || return 0
  kill "$RUNNING" 2>/dev/null
  wait "$RUNNING" 2>/dev/null
  RUNNING=''
}

report_end() {
  local seconds=$((SECONDS - SECTION_START))
  [ $((PASSED + FAILED + SKIPPED)) = 0 ] && fail_section 'no test ran'
  say "$SECTION: $PASSED passed, $FAILED failed, $SKIPPED skipped (${seconds} s, log: $SECTION_LOG)"
  TOTAL_PASSED=$((TOTAL_PASSED + PASSED))
  TOTAL_FAILED=$((TOTAL_FAILED + FAILED))
  TOTAL_SKIPPED=$((TOTAL_SKIPPED + SKIPPED))
  REPORT_ROWS+=("$(printf '%-18s %7d %7d %8d %7ds  %s' \
    "$SECTION" "$PASSED" "$FAILED" "$SKIPPED" "$seconds" "$SECTION_NOTE")")
}

# The table, then the closing line, which stands last and alone. Fails if anything failed.
report_summary() {
  printf '\n%-18s %7s %7s %8s %8s  %s\n' section passed failed skipped time note
  printf '%s\n' "${REPORT_ROWS[@]}" ''
  printf '%d passed, %d failed, %d skipped\n' "$TOTAL_PASSED" "$TOTAL_FAILED" "$TOTAL_SKIPPED"
  [ "$TOTAL_FAILED" = 0 ]
}
