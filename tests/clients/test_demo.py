"""What a first-time reader does: `ferric demo`."""

import os
import re
import signal

from lab import FERRIC
from processes import Program, run, wait_for

ESCAPE = "\x1b"


def test_demo_once_installs_twelve_nodes_and_exits_0():
    result = run([FERRIC, "demo", "--once"], limit=180)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"^12 of 12 active\b", result.stdout, re.MULTILINE), result.stdout


def test_demo_once_prints_plain_lines_into_a_pipe():
    result = run([FERRIC, "demo", "--once", "--nodes", 3], limit=120)
    assert result.returncode == 0, result.stdout + result.stderr
    assert ESCAPE not in result.stdout + result.stderr
    assert "\r" not in result.stdout
    assert result.stdout.count("\n") >= 4, "a line for each node and a summary"
    assert re.search(r"^3 of 3 active\b", result.stdout, re.MULTILINE), result.stdout


def test_interrupted_demo_ends_soon_with_130_and_leaves_no_process(logs):
    demo = Program([FERRIC, "demo", "--once"], logs / "demo-interrupted.log")
    try:
        demo.wait_until(lambda: demo.output().count("\n") >= 3, 60, "the first lines of output")
        demo.process.send_signal(signal.SIGINT)
        assert demo.wait_exit(10) == 130, demo.describe()
        wait_for(demo.group_is_empty, 5, "no process of the demo is left")
    finally:
        demo.kill()


def test_killed_demo_goes_on_where_it_was_and_installs_nothing_twice(logs, tmp_path):
    state = tmp_path / "state"
    command = [FERRIC, "demo", "--once", "--state-dir", state]
    try:
        for moment in ("boot_disk", "wait_installed"):
            demo = Program(command, logs / "demo-killed.log")
            demo.wait_until(lambda: demo.output().count(moment) >= 6, 60, f"nodes in {moment}")
            demo.process.kill()
            demo.process.wait(10)
        result = run(command, limit=180)
        assert result.returncode == 0, result.stdout + result.stderr
        assert re.search(r"^12 of 12 active\b", result.stdout, re.MULTILINE), result.stdout
        rows = [line.split() for line in result.stdout.splitlines() if line.startswith("rack1-")]
        heading = next(line for line in result.stdout.splitlines() if line.startswith("NODE"))
        installs = heading.split().index("INSTALLS")
        assert [row[installs] for row in rows] == ["1"] * 12, result.stdout
    finally:
        # The simulated servers outlive the demo, as real ones would.
        os.kill(int((state / "lab" / "pid").read_text()), signal.SIGTERM)
