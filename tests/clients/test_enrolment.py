"""The commands that `ferric sim lab` writes down are commands that work."""

import os

from processes import run
from stock_client import VENV_BIN

NODES = 2


def test_written_commands_enrol_and_deploy_every_machine(lab, service):
    env = {"PATH": f"{VENV_BIN}:{os.environ['PATH']}", "OS_ENDPOINT": service.url}
    result = run(["sh", lab.folder / "enrol.sh"], env, limit=300)
    assert result.returncode == 0, result.stdout + result.stderr
    nodes = service.call("GET", "/v1/nodes")["nodes"]
    assert len(nodes) == NODES
    for node in nodes:
        service.wait_state(node["name"], "active")
    for machine in lab.machines():
        lab.wait_installed_once(machine["name"])
