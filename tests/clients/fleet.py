"""Hundreds of simulated servers of four services, installed by `ferric install` through a real Cobbler."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import rest
from lab import FERRIC, START_LIMIT, Service
from processes import Program, free_port

DISTRO = "el9-x86_64"
PACKAGES = {
    "web": ["nginx", "chrony"],
    "db": ["postgresql-server"],
    "cache": ["valkey"],
    "build": ["gcc", "make"],
}
# Each is a word that stands nowhere else, so that it can be looked for where it must not be.
SECRETS = {
    "CIMC password": "canary-cimc-login",
    "root password": "canary-root-4711",
    "user data": "canary-userdata-4712",
    "Cobbler password": os.environ.get("COBBLER_PASSWORD", ""),
}
# Short, and still longer than Cobbler's queue: one that ends before netboot is off begins again, as a
# real one of many minutes would not. The hardware is quick.
INSTALL_SECONDS = 20
TIME_FACTOR = 0.0133


class Fleet:
    """Controllers and machines that boot from the real Cobbler, and the batch file for them."""

    def __init__(self, folder: Path, logs: Path, nodes: int, firmware="mix"):
        self.folder = folder
        self.admin = f"http://127.0.0.1:{free_port()}"
        listed = folder / "controllers.json"
        command = [FERRIC, "sim", "cimc", "--listen", "127.0.0.1:0", "--firmware", firmware]
        command += ["--count", nodes, "--password", SECRETS["CIMC password"], "--out", listed]
        command += ["--cobbler", os.environ["COBBLER_BASE"], "--admin", self.admin.removeprefix("http://")]
        command += ["--install-seconds", INSTALL_SECONDS, "--time-factor", TIME_FACTOR]
        self.program = Program(command, logs / f"{folder.name}-rack.log")
        ready = lambda: listed.exists() and rest.answers(f"{self.admin}/machines")
        self.program.wait_until(ready, START_LIMIT, "the rack")
        services = list(PACKAGES)
        self.service_of, self.macs_of, nodes_section = {}, {}, {}
        for index, controller in enumerate(json.loads(listed.read_bytes())):
            service = services[index % len(services)]
            name = f"{service}{index // len(services) + 1:02}"
            self.service_of[name] = service
            self.macs_of[name] = controller["macs"]
            nodes_section[name] = {"cimc": {"address": controller["address"]}, "service": service}
        self.batch = folder / "fleet.yaml"
        # JSON is YAML.
        self.batch.write_text(json.dumps(batch(nodes_section), indent=1))
        (folder / "ferric.toml").write_text(CONFIGURATION)

    @property
    def names(self):
        return list(self.service_of)

    def install(self, url, log):
        """`ferric install` of all, running."""
        return Program([FERRIC, "install", self.batch, "--server", url], log)

    def machines(self):
        """What really became of the machines."""
        status, found = rest.request("GET", f"{self.admin}/machines")
        assert status == 200, found
        return found

    def counted(self, what):
        return sum(machine["counters"][what] for machine in self.machines())

    def stop(self):
        self.program.stop()


def batch(nodes):
    cobbler = {
        "url": os.environ["COBBLER_URL"],
        "username": os.environ["COBBLER_USER"],
        "password_env": "COBBLER_PASSWORD",
    }
    cimc = {"username": "admin", "password": SECRETS["CIMC password"], "protocol": "http"}
    user_data = f"#!/bin/sh\necho {SECRETS['user data']}\n"
    return {
        "cobbler": cobbler,
        "defaults": {"cimc": cimc, "domain": "fleet.example", "root_password": SECRETS["root password"]},
        "services": {
            name: {"distro": DISTRO, "packages": packages, "user_data": user_data}
            for name, packages in PACKAGES.items()
        },
        "nodes": nodes,
    }


CONFIGURATION = """\
[cimc]
poll_interval_seconds = 0.5
soft_power_off_grace_seconds = 5
"""


def start_service(fleet, logs, **settings):
    """`ferric serve` for the fleet, which logs all it has to say."""
    env = {
        "FERRIC__COBBLER__REAL__URL": os.environ["COBBLER_URL"],
        "FERRIC__COBBLER__REAL__USERNAME": os.environ["COBBLER_USER"],
        "FERRIC__COBBLER__REAL__PASSWORD": os.environ["COBBLER_PASSWORD"],
        "FERRIC_LOG": "debug",
        # A server that boots while Cobbler is down finds nothing, and is given up after this time.
        "FERRIC__CONDUCTOR__INSTALL_SILENCE_LIMIT_SECONDS": "60",
        **settings,
    }
    return Service(fleet, fleet.folder, logs, env)


def each_node(service):
    return {node["name"]: node for node in service.call("GET", "/v1/nodes/detail?limit=1000")["nodes"]}


def ask_all(service, names, target):
    """The same verb for many nodes."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: service.provision(name, target), names))
