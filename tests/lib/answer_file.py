"""Takes the answer file of an installer apart, for tests/lib/autoinstall.sh.

answer_file.py scripts FILE FOLDER   writes each shell part of a kickstart, preseed or autoinstall into FOLDER
answer_file.py autoinstall FILE      fails unless FILE is cloud-config with an autoinstall that has what it needs
"""

import re
import sys
from pathlib import Path

import yaml

SECTION = re.compile(r"^%(pre|post|onerror|traceback)\b")
COMMAND = re.compile(r"^d-i (?:preseed|partman)/\w+_command string (.*?[^\\])$", re.MULTILINE | re.DOTALL)


def of_kickstart(text: str) -> list[str]:
    parts: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        if SECTION.match(line):
            parts.append([])
            inside = True
        elif line == "%end":
            inside = False
        elif inside:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts]


def of_preseed(text: str) -> list[str]:
    return COMMAND.findall(text)


def of_autoinstall(text: str) -> list[str]:
    autoinstall = yaml.safe_load(text)["autoinstall"]
    names = ("early-commands", "late-commands", "error-commands")
    return [command for name in names for command in autoinstall[name]]


def scripts(file: Path, folder: Path) -> None:
    of = {".ks": of_kickstart, ".seed": of_preseed, ".cloud-config": of_autoinstall}[file.suffix]
    found = of(file.read_text())
    assert found, f"no shell part in {file}"
    for number, text in enumerate(found):
        (folder / f"{file.name}.{number}.sh").write_text(f"#!/bin/sh\n{text}\n")


def check_autoinstall(file: Path) -> None:
    text = file.read_text()
    assert text.startswith("#cloud-config\n")
    autoinstall = yaml.safe_load(text)["autoinstall"]
    assert autoinstall["version"] == 1
    # The installer asks a person otherwise.
    assert "identity" in autoinstall or "user-data" in autoinstall
    assert autoinstall["network"]["version"] == 2
    assert autoinstall["storage"]["layout"]["name"] in ("lvm", "direct")
    assert all(isinstance(name, str) for name in autoinstall["packages"])


if __name__ == "__main__":
    if sys.argv[1] == "scripts":
        scripts(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        check_autoinstall(Path(sys.argv[2]))
