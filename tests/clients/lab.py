"""The parts under test: a simulated rack (`ferric sim lab`) and the service (`ferric serve`)."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import rest
from processes import Program, free_port, wait_for

FERRIC = os.environ.get("FERRIC_BIN", "ferric")
# Generous: two cores, a debug build and several programs at once.
START_LIMIT = 60
DEPLOY_LIMIT = 180


@dataclass
class Machine:
    """One simulated server, as the lab describes it."""

    name: str
    address: str
    firmware: str
    macs: list


class Lab:
    """`ferric sim lab`: controllers, machines that boot from the network, and a Cobbler.

    cobbler is the base URL of a real one, to use in place of a simulated one.
    """

    username = "admin"
    password = "password"

    def __init__(self, folder: Path, logs: Path, nodes, firmware="mix", cobbler=None, install_seconds=2):
        self.folder = folder
        self.admin = f"http://127.0.0.1:{free_port()}"
        command = [FERRIC, "sim", "lab", "--nodes", nodes, "--firmware", firmware, "--out", folder]
        command += ["--admin", self.admin.removeprefix("http://"), "--install-seconds", install_seconds]
        if cobbler:
            command += ["--cobbler", cobbler]
        self.program = Program(command, logs / f"{folder.name}-lab.log")
        self.program.wait_until(self._ready, START_LIMIT, "the lab")
        self._unused = [
            Machine(m["name"], m["address"], m["firmware"], [mac.lower() for mac in m["macs"]])
            for m in self.machines()
        ]
        assert len(self._unused) == nodes

    def _ready(self):
        return (self.folder / "ferric.toml").exists() and rest.answers(f"{self.admin}/machines")

    def machines(self):
        """Every machine as it really is, with its counters beside its name."""
        status, found = rest.request("GET", f"{self.admin}/machines")
        assert status == 200, found
        return [{**machine, **machine.get("counters", {})} for machine in found]

    def state(self, name):
        """What really happened to one machine: phase, installs_started, installs_finished and so on."""
        return next(m for m in self.machines() if m["name"] == name)

    def wait_installed_once(self, name, limit=60):
        """A node is active once its installer has reported; the machine itself still has to reboot."""
        wait_for(
            lambda: self.state(name)["installs_finished"] >= 1,
            limit,
            lambda: f"installed: {self.state(name)}",
        )
        truth = self.state(name)
        assert (truth["installs_started"], truth["installs_finished"]) == (1, 1), truth

    def take(self, firmware="") -> Machine:
        """A machine that no test has used yet, of a firmware that begins like this."""
        for machine in self._unused:
            if machine.firmware.startswith(firmware):
                self._unused.remove(machine)
                return machine
        raise AssertionError(f"no unused machine with firmware {firmware!r}: ask for more nodes")

    def cobbler_section(self):
        """(name, settings) of the Cobbler that the lab wrote into the configuration."""
        with open(self.folder / "ferric.toml", "rb") as file:
            servers = tomllib.load(file)["cobbler"]
        return next(iter(servers.items()))

    def driver_info(self, machine, **changes):
        info = {
            "cimc_address": machine.address,
            "cimc_protocol": "http",
            "cimc_username": self.username,
            "cimc_password": self.password,
            "cobbler": self.cobbler_section()[0],
        }
        return {**info, **changes}

    def stop(self):
        self.program.stop()


class Service:
    """`ferric serve` with the lab's configuration and a database that outlives the process."""

    def __init__(self, lab: Lab, folder: Path, logs: Path, env=None):
        self.folder = folder
        self.log = logs / f"{folder.name}-serve.log"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.command = [FERRIC, "serve", "--config", lab.folder / "ferric.toml"]
        self.env = {
            "FERRIC__API__LISTEN": f"127.0.0.1:{port}",
            "FERRIC__DATABASE__URL": f"sqlite:{folder}/ferric.sqlite",
            "FERRIC__DATABASE__STATE_DIR": str(folder),
            **(env or {}),
        }
        self.program = None
        self.start()

    def start(self):
        self.program = Program(self.command, self.log, self.env)
        self.program.wait_until(lambda: rest.answers(f"{self.url}/v1"), START_LIMIT, "the API")

    def call(self, method, path, body=None, expect=range(200, 300)):
        status, document = rest.request(method, f"{self.url}{path}", body)
        assert status in expect, f"{method} {path}: {status} {document}"
        return document

    def node(self, name):
        return self.call("GET", f"/v1/nodes/{name}")

    def provision(self, name, target, **more):
        self.call("PUT", f"/v1/nodes/{name}/states/provision", {"target": target, **more})

    def wait_state(self, name, state, limit=DEPLOY_LIMIT):
        """Waits for a provision state; a failed state on the way ends the wait with the node's error."""

        def reached():
            node = self.node(name)
            now = node["provision_state"]
            if now != state and (now.endswith("failed") or now == "error"):
                raise AssertionError(f"{name} is {now}: {node['last_error']}")
            return node if now == state else None

        return wait_for(reached, limit, lambda: f"{name} {state}; it is {summary(self.node(name))}")

    def stop(self):
        self.program.stop()


def summary(node):
    keys = ("provision_state", "target_provision_state", "power_state", "deploy_step", "last_error")
    return {key: node.get(key) for key in keys}


def install_info(machine, **changes):
    """instance_info for an ordinary install of one machine."""
    info = {
        "cobbler_distro": "el9-x86_64",
        "service": "web",
        "packages": ["nginx", "chrony"],
        "hostname": f"{machine.name}.lab.example",
    }
    return {**info, **changes}
