"""Commands of the OpenStack client and what they answer, as text: the files in commands/.

    $ node show n1 --fields driver       this command succeeds
    = {"driver": "fake-hardware"}        its answer (-f json) holds this; of a list, some rows are this
    ~ {"provision_state": "active"}      the same, sooner or later: it is asked again
    > Deleted node n1                    its output has these words
    ! could not be found                 it fails instead, with these words
    # not yet: REASON                    the whole file doesn't pass yet
    # Ironic fails: REASON               the whole file doesn't pass with a real Ironic

`<WORD>` in an answer keeps the value that stands there; in what follows, `<WORD>` is that value.
"""

import contextlib
import io
import json
import logging
import re
import shlex
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from openstackclient import shell

from processes import wait_for

LIMIT = 60
NOT_YET = "# not yet: "
IRONIC_FAILS = "# Ironic fails: "


@dataclass
class Step:
    """One command with what is expected of it, as (mark, text)."""

    command: str
    line: int
    expected: list = field(default_factory=list)

    @property
    def words(self):
        return shlex.split(self.command)


@dataclass
class Story:
    """A file of commands, which follow each other."""

    name: str
    steps: list
    not_yet: str | None
    ironic_fails: str | None

    @classmethod
    def read(cls, file: Path):
        steps, not_yet, ironic_fails = [], None, None
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.startswith(NOT_YET):
                not_yet = line.removeprefix(NOT_YET)
            elif line.startswith(IRONIC_FAILS):
                ironic_fails = line.removeprefix(IRONIC_FAILS)
            elif line.startswith("$ "):
                steps.append(Step(line[2:], number))
            elif line[:2] in ("= ", "~ ", "> ", "! "):
                steps[-1].expected.append((line[0], line[2:]))
            elif line.strip() and not line.startswith("#"):
                raise ValueError(f"{file}:{number}: not a line of a story: {line}")
        return cls(file.stem, steps, not_yet, ironic_fails)


def run(words):
    """One command of `openstack baremetal`, in this process: (exit code, output, errors)."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            code = shell.main(["baremetal", *words])
        except SystemExit as refused:
            code = refused.code
    # Each run adds a handler for its own standard error.
    logging.getLogger().handlers.clear()
    return code, output.getvalue(), errors.getvalue()


def play(story, values):
    """Runs the commands of a story; values has what `<WORD>` stands for."""
    for step in story.steps:
        try:
            perform(step, values)
        except AssertionError as error:
            error.add_note(f"{story.name}.txt:{step.line}: {step.command}")
            raise


def perform(step, values):
    words = shlex.split(filled(step.command, values))
    later = [wanted for mark, wanted in step.expected if mark == "~"]
    if later:
        wanted = json.loads(filled(later[0], values))
        seen = {}

        def answered():
            seen["answer"] = answer_of(words)
            return holds(seen["answer"], wanted, values)

        wait_for(answered, LIMIT, lambda: f"{wanted} in {seen['answer']}", every=0.05)
        return
    as_json = any(mark == "=" for mark, _ in step.expected)
    code, output, errors = run([*words, "-f", "json"] if as_json else words)
    refused = any(mark == "!" for mark, _ in step.expected)
    assert (code != 0) == refused, f"exit {code}\n{output}{errors}"
    for mark, wanted in step.expected:
        wanted = filled(wanted, values)
        if mark == "=":
            document, answer = json.loads(wanted), json.loads(output)
            assert holds(answer, document, values), f"{document} is not in {answer}"
        else:
            text = errors if mark == "!" else output
            assert wanted.lower() in text.lower(), f"{wanted!r} is not in {text!r}"


def answer_of(words):
    code, output, errors = run([*words, "-f", "json"])
    assert code == 0, f"exit {code}\n{output}{errors}"
    return json.loads(output)


def filled(text, values):
    return re.sub(r"<([A-Z]+)>", lambda found: values.get(found[1], found[0]), text)


def holds(answer, wanted, values):
    """Whether an answer has all that is wanted; keeps the values that are asked for."""
    if isinstance(wanted, dict):
        return isinstance(answer, dict) and all(
            key in answer and holds(answer[key], value, values) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(answer, list) and all(
            any(holds(row, item, values) for row in answer) for item in wanted
        )
    if isinstance(wanted, str) and (word := re.fullmatch(r"<([A-Z]+)>", wanted)):
        values[word[1]] = str(answer)
        return True
    return answer == wanted
