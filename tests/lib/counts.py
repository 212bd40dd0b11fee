"""Prints "passed failed skipped" of a test run, for tests/run.sh.

counts.py rust LOG     output of cargo test and of cargo nextest, in any mixture
counts.py junit FILE   pytest's --junitxml
"""

import re
import sys
import xml.etree.ElementTree as ET

CARGO_TEST = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored")
NEXTEST = re.compile(r"^\s*Summary \[.*?\]\s+\S+ tests? run:(.*)$")
NEXTEST_PART = re.compile(r"(\d+) (passed|failed|exec failed|timed out|skipped)")


def rust(text: str) -> tuple[int, int, int]:
    passed = failed = skipped = 0
    for line in text.splitlines():
        if found := CARGO_TEST.match(line):
            passed += int(found[1])
            failed += int(found[2])
            skipped += int(found[3])
        elif found := NEXTEST.match(line):
            for number, what in NEXTEST_PART.findall(found[1]):
                if what == "passed":
                    passed += int(number)
                elif what == "skipped":
                    skipped += int(number)
                else:
                    failed += int(number)
    return passed, failed, skipped


def junit(text: str) -> tuple[int, int, int]:
    passed = failed = skipped = 0
    for suite in ET.fromstring(text).iter("testsuite"):
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        left_out = int(suite.get("skipped", 0))
        failed += bad
        skipped += left_out
        passed += max(0, int(suite.get("tests", 0)) - bad - left_out)
    return passed, failed, skipped


def main() -> None:
    kind, path = sys.argv[1:]
    with open(path, encoding="utf-8", errors="replace") as file:
        print(*{"rust": rust, "junit": junit}[kind](file.read()))


if __name__ == "__main__":
    main()
