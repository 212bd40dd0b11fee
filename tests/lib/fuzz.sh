# Fuzzing of what reads other programs' texts; each target in fuzz/ counts as one. Sourced by tests/run.sh.
# shellcheck shell=bash

FUZZ_SECONDS=${FERRIC_FUZZ_SECONDS:-20}
CARGO_FUZZ=0.13.2

# Coverage-guided by libFuzzer, on the stable tool-chain: that has the instrumentation, but no sanitizers,
# of which a program without `unsafe` has little need.
section_fuzz() {
  local tools=$CACHE/cargo-tools target found
  if ! command -v g++ >/dev/null && ! need_debian g++; then
    skip_section 'libFuzzer needs g++, which could not be installed'
    return
  fi
  if [ ! -x "$tools/bin/cargo-fuzz" ]; then
    logged 900 cargo install cargo-fuzz --locked --version "$CARGO_FUZZ" --root "$tools" || {
      skip_section 'cargo-fuzz could not be installed (is crates.io reachable?)'
      return
    }
  fi
  for target in "$ROOT"/fuzz/fuzz_targets/*.rs; do
    target=$(basename "$target" .rs)
    # What is found while running goes into the cache: the corpus in the tree is chosen by hand.
    found=$CACHE/fuzz/$target
    mkdir -p "$found"
    if PATH=$tools/bin:$PATH logged $((900 + FUZZ_SECONDS)) cargo fuzz run --sanitizer none "$target" \
      "$found" "$ROOT/fuzz/corpus/$target" -- \
      -max_total_time="$FUZZ_SECONDS" -max_len=65536 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1; then
      count 1 0 0
      say "$target: $(grep -a 'stat::number_of_executed_units' "$SECTION_LOG" | tail -n 1 | grep -oE '[0-9]+') texts in $FUZZ_SECONDS s"
    else
      fail_section "$target (the text that did it: fuzz/artifacts/$target)"
    fi
  done
}
