"""Bad input and bad luck at the command line: the exit code, and a sentence that says what to do."""

import re
import socket

import pytest

from lab import FERRIC, Lab
from processes import Program, run, wait_for

NODES = 2


def refused(*words, code=None, env=None, limit=60):
    """Runs a command that must fail, and returns what it said on standard error."""
    result = run([FERRIC, *words], env, limit)
    said = result.stderr
    assert result.returncode != 0, result.stdout
    if code is not None:
        assert result.returncode == code, f"exit {result.returncode}: {said}"
    assert "panicked" not in said and "backtrace" not in said.lower(), said
    assert said.strip(), "nothing was said"
    return said


@pytest.fixture
def state(tmp_path):
    """Settings that keep a service away from the machine's own state."""
    return {
        "FERRIC__DATABASE__STATE_DIR": str(tmp_path),
        "FERRIC__DATABASE__URL": f"sqlite:{tmp_path}/ferric.sqlite",
    }


def test_port_in_use_is_one_sentence_and_exit_3(state):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = refused("serve", code=3, env={**state, "FERRIC__API__LISTEN": address})
    assert address in said
    assert len(said.strip().splitlines()) == 1, said


def test_configuration_file_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "missing.toml"
    assert str(path) in refused("serve", "--config", path, code=2)


def test_configuration_that_is_not_toml_is_named_with_its_line(tmp_path):
    path = tmp_path / "ferric.toml"
    path.write_text('[api]\nlisten = "127.0.0.1:0\n')
    assert f"{path}:2" in refused("serve", "--config", path, code=2)


def test_mistyped_key_is_named_with_a_suggestion(tmp_path):
    path = tmp_path / "ferric.toml"
    path.write_text('[api]\nlissen = "127.0.0.1:0"\n')
    said = refused("config", "check", "--config", path, code=2)
    assert "api.lissen" in said and "listen" in said.replace("lissen", "")


def test_mistyped_command_is_named_with_a_suggestion():
    said = refused("serv", code=2)
    assert "serve" in said


def test_transcript_is_not_written_over(tmp_path):
    path = tmp_path / "cimc.jsonl"
    path.write_text("mine")
    env = {"CIMC_PASSWORD": "secret"}
    said = refused("probe", "127.0.0.1:9", "--http", "--record", path, code=2, env=env)
    assert str(path) in said and "choose another name" in said
    assert path.read_text() == "mine"


def test_transcript_that_is_none_is_named_with_its_line(tmp_path):
    path = tmp_path / "cimc.jsonl"
    path.write_text("hello\n")
    said = refused("sim", "cimc", "--listen", "127.0.0.1:0", "--replay", path, code=2)
    assert f"{path}:1" in said and "ferric probe --record" in said


def test_old_tls_without_a_known_certificate_is_refused_with_what_to_do():
    env = {"CIMC_PASSWORD": "secret"}
    said = refused("probe", "127.0.0.1:9", "--tls", "legacy", code=2, env=env)
    assert "--fingerprint" in said or "--features legacy-tls" in said


BATCH = """\
cobbler: {{url: "{url}", username: ferric, password: secret}}
defaults: {{cimc: {{username: admin, password: secret, protocol: http}}}}
services:
  web: {{distro: el9-x86_64, packages: [nginx], nodes: [web1]}}
nodes:
  web1: {{cimc: {{address: 127.0.0.1:9}}, service: web{more}}}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BATCH.format(url="http://127.0.0.1:9/cobbler_api", more=", packges: [x]"), r":6:.*packges"),
        (
            BATCH.format(url="http://127.0.0.1:9/cobbler_api", more="").replace(
                "nodes: [web1]", "nodes: [web9]"
            ),
            r":4:.*web9",
        ),
        ("nodes: {a: [1, 2\n", r":[12]:"),
    ],
    ids=["unknown field", "unknown node", "not YAML"],
)
def test_bad_batch_file_is_named_with_line_and_field(text, expected, tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_text(text)
    said = refused("install", path, "--plan", code=2)
    assert re.search(re.escape(str(path)) + expected, said), said


def test_batch_file_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "none.yaml"
    assert str(path) in refused("install", path, code=2)


def test_wrong_password_in_a_batch_fails_the_nodes_and_says_so(lab: Lab, tmp_path):
    path = lab.folder / "lab.yaml"
    wrong = lab.folder / "wrong.yaml"
    text = path.read_text().replace("password: password", "password: not-the-password")
    assert "not-the-password" in text, text
    wrong.write_text(text)
    command = [FERRIC, "install", wrong, "--state-dir", tmp_path, "--listen", "127.0.0.1:0"]
    result = run(command, limit=180)
    said = result.stdout + result.stderr
    assert result.returncode == 1, said
    assert "password" in said and "not-the-password" not in said
    assert all(machine["installs_started"] == 0 for machine in lab.machines())


@pytest.mark.parametrize("command", ["serve", "sim lab"])
def test_interrupted_command_ends_soon_and_leaves_no_process(command, logs, tmp_path, state):
    words = command.split()
    if command == "sim lab":
        words += ["--nodes", "2", "--out", str(tmp_path / "lab")]
    env = {**state, "FERRIC__API__LISTEN": "127.0.0.1:0"}
    program = Program([FERRIC, *words], logs / f"interrupted-{words[0]}.log", env)
    try:
        program.wait_until(lambda: program.output().strip(), 60, "its first output")
        program.interrupt()
        assert program.wait_exit(10) in (0, 130), program.describe()
        assert "panicked" not in program.output()
        wait_for(program.group_is_empty, 5, "no process of it is left")
    finally:
        program.kill()
