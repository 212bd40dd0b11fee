"""The examples of docs/simulators.md do what the page says, and its table has every fault."""

import json
import re
import shlex
from pathlib import Path

import pytest

import rest
from lab import FERRIC, START_LIMIT
from processes import Program, free_port, run

PAGE = (Path(__file__).parents[2] / "docs" / "simulators.md").read_text()
COMMANDS = [
    command for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for command in block.splitlines()
]
ADMIN = "127.0.0.1:9000"


@pytest.fixture(scope="module")
def admin(logs, tmp_path_factory):
    """The page's rack on free ports; gives the address of its service."""
    [start] = re.findall(rf"^ +ferric (sim cimc .*--admin {ADMIN})$", PAGE, re.MULTILINE)
    address = f"127.0.0.1:{free_port()}"
    listed = tmp_path_factory.mktemp("rack") / "rack.json"
    command = start.replace(ADMIN, address).replace("127.0.0.1:8000", "127.0.0.1:0").split()
    program = Program([FERRIC, *command, "--out", listed], logs / "simulators.log")
    program.wait_until(lambda: rest.answers(f"http://{address}/machines"), START_LIMIT, "the rack")
    assert [one["name"] for one in json.loads(listed.read_text())] == [f"cimc000{n}" for n in range(4)]
    yield address
    program.stop()


def curl(command, admin):
    done = run(shlex.split(command.replace(ADMIN, admin)))
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return json.loads(done.stdout) if done.stdout else None


@pytest.mark.parametrize("command", [command for command in COMMANDS if "slow" not in command])
def test_an_example_is_accepted(command, admin):
    answer = curl(command, admin)
    assert not isinstance(answer, dict) or "error" not in answer, answer


def test_a_wrong_rule_is_refused_with_what_is_allowed(admin):
    [command] = [command for command in COMMANDS if "slow" in command]
    error = curl(command, admin)["error"]
    assert "`slow`" in error
    known = set(re.findall(r"`(\w+)`", error)) - {"slow"}
    [table] = re.findall(r"\| `fault` \| what it does \|\n(.*?)\n\n", PAGE, re.DOTALL)
    names = " ".join(row.split("|")[1] for row in table.splitlines())
    described = set(re.findall(r"`(?:\{\")?([a-z_]+)", names))
    assert described == known, described ^ known


def test_the_rack_ends_without_faults_and_without_sessions(admin):
    assert curl(f"curl -s -X DELETE http://{ADMIN}/faults", admin) is None
    rules = [one["rules"] for one in curl(f"curl -s http://{ADMIN}/faults", admin)]
    assert not any(rules), rules
    counters = curl(f"curl -s http://{ADMIN}/counters", admin)
    assert (counters["controllers"], counters["sessions"]["open"]) == (4, 0)
