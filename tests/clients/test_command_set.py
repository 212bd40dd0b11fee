"""Each command of `openstack baremetal` with each of its options, on `fake-hardware`.

The commands and their answers are in commands/; IRONIC_URL=http://... plays them on another Ironic, which
has to be empty. A real Ironic 39.0.0 with `fake-hardware` and without authentication passes all files but
those that say why it fails.
"""

import argparse
import importlib.metadata
import os
from pathlib import Path

import pytest
from ironicclient.v1.utils import PROVISION_ACTIONS
from osc_lib.command import command as plain

import rest
from lab import FERRIC, START_LIMIT
from processes import Program, free_port
from stories import Story, play

HERE = Path(__file__).parent / "commands"
OTHER = os.environ.get("IRONIC_URL")
STORIES = [Story.read(file) for file in sorted(HERE.glob("*.txt"))]


@pytest.fixture(scope="module")
def ironic(folder, logs):
    """The URL of a service with nothing in it."""
    if OTHER:
        yield OTHER
        return
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "FERRIC__API__LISTEN": f"127.0.0.1:{port}",
        "FERRIC__DATABASE__STATE_DIR": str(folder),
    }
    service = Program([FERRIC, "serve"], logs / "command-set-serve.log", environment)
    service.wait_until(lambda: rest.answers(f"{url}/v1"), START_LIMIT, "the API")
    yield url
    service.stop()


def marked(story):
    reason = story.ironic_fails if OTHER else story.not_yet
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(story, marks=marks, id=story.name)


@pytest.mark.parametrize("story", map(marked, STORIES))
def test_commands_answer_as_ironics_do(story, ironic, monkeypatch, tmp_path):
    for action in filter(None, PROVISION_ACTIONS.values()):
        monkeypatch.setitem(action, "poll_interval", 0.05)
    monkeypatch.setenv("OS_AUTH_TYPE", "none")
    monkeypatch.setenv("OS_ENDPOINT", ironic)
    play(story, {"HERE": str(HERE), "TMP": str(tmp_path)})


def commands():
    """The client's commands by their words, from its own registration."""
    points = importlib.metadata.entry_points(group="openstack.baremetal.v1")
    return {point.name.removeprefix("baremetal_").replace("_", " "): point.load() for point in points}


def used():
    """The options that the stories use, by command."""
    names = sorted(commands(), key=len, reverse=True)
    found = {}
    for step in (step for story in STORIES for step in story.steps):
        words = " ".join(step.words)
        name = next((name for name in names if f"{words} ".startswith(f"{name} ")), None)
        assert name, f"no such command: {step.command}"
        found.setdefault(name, set()).update(word for word in step.words if word.startswith("--"))
    return found


def options(command, name=""):
    """The options of a command, each with all its spellings."""

    class App:
        command_manager = argparse.Namespace(namespace="")
        options = argparse.Namespace()

    parser = command(App(), None, cmd_name=name).get_parser(name)
    shown = (action for action in parser._actions if action.help != argparse.SUPPRESS)
    return {tuple(action.option_strings) for action in shown if action.option_strings}


def test_no_command_and_no_option_of_the_client_is_left_out():
    kinds = (plain.Lister, plain.ShowOne, plain.Command)
    bare = (type("Bare", (kind,), {"__module__": "", "take_action": None}) for kind in kinds)
    of_all = set().union(*map(options, bare))
    played, missing = used(), []
    for name, command in commands().items():
        if name not in played:
            missing.append(name)
            continue
        for spellings in options(command, name) - of_all:
            if not played[name] & set(spellings):
                missing.append(f"{name} {spellings[0]}")
    assert not missing, f"{len(missing)}: {missing}"
