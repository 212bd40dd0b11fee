"""`ferric lab`: virtual machines that boot through a real Cobbler, in a network of their own."""

import json
import os
from pathlib import Path

from lab import FERRIC
from processes import Program, run, wait_for
from stock_client import OpenStack

FOLDER = Path(os.environ.get("FERRIC_LAB_DIR", "/var/tmp/ferric-lab"))
# The first time the image is built and Cobbler installed.
START_LIMIT = 900
# An emulated machine on a busy one: an install takes a minute where nothing else runs.
INSTALL_LIMIT = 900
BOOT_LIMIT = 400
DISTRO = "lab-x86_64"
ADMIN = "http://172.31.250.1:9000"


class Server:
    """One virtual machine, and what can be seen of it from outside."""

    def __init__(self, rack, number, told):
        self.rack = rack
        self.name = f"rack1-{number + 1:02}"
        self.guest = told["name"]
        self.controller = told["address"]
        self.firmware = told["firmware"]
        self.mac = told["macs"][0].lower()
        self.address = f"172.31.250.{number + 11}"

    def console(self):
        log = self.rack.run / "servers" / self.guest / "serial.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def pxe_file(self):
        """What Cobbler has written for this machine's boot loader, if anything."""
        file = self.rack.run / "cobbler/root/tftp/pxelinux.cfg" / f"01-{self.mac.replace(':', '-')}"
        return file.read_text() if file.exists() else None

    def ssh(self, command, limit=60):
        options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        options += ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR"]
        words = ["ssh", "-i", self.rack.run / "key", *options, f"root@{self.address}", command]
        return run([*self.rack.enter, *words], limit=limit)

    def wait_ssh(self, other_boot_than=None):
        """Waits until the installed system answers; its boot id."""

        def booted():
            answer = self.ssh("cat /proc/sys/kernel/random/boot_id")
            boot = answer.stdout.strip()
            return boot if answer.returncode == 0 and boot != other_boot_than else None

        return wait_for(booted, BOOT_LIMIT, lambda: f"ssh to {self.name}\n{self.console()[-2000:]}", every=2)

    def said(self, command):
        answer = self.ssh(command)
        assert answer.returncode == 0, f"{command}: {answer.stdout}{answer.stderr}"
        return answer.stdout.strip()

    def process(self):
        """The QEMU of this machine, as the machine of the test counts processes."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"-name" in words and self.guest.encode() in words and str(self.rack.run).encode() in b" ".join(words):
                return int(folder.name)
        return None


class Rack:
    """The lab with nothing installed, and its clients."""

    def __init__(self, logs: Path, nodes, *options):
        self.run = FOLDER / "run"
        (self.run / "ready").unlink(missing_ok=True)
        command = [FERRIC, "lab", "--idle", "--nodes", nodes, "--dir", FOLDER, *options]
        self.program = Program(command, logs / "ferric-lab.log")
        self.program.wait_until((self.run / "ready").exists, START_LIMIT, "the lab")
        self.enter = ["nsenter", "--net", "-t", (self.run / "pid").read_text().strip()]
        url = (self.run / "ready").read_text()
        self.baremetal = OpenStack(url, "baremetal", logs / "lab-commands.log", self.enter)
        self.openstack = OpenStack(url, "openstack", logs / "lab-commands.log", self.enter)
        self.key = (self.run / "key.pub").read_text().strip()
        told = run([*self.enter, "curl", "-sf", f"{ADMIN}/machines"])
        assert told.returncode == 0, told.stderr
        self.servers = [Server(self, number, machine) for number, machine in enumerate(json.loads(told.stdout))]

    def driver_info(self, server):
        return {
            "cimc_address": server.controller,
            "cimc_protocol": "http",
            "cimc_username": "admin",
            "cimc_password": "password",
            "cobbler": "lab",
        }

    def install_info(self, server, **changes):
        info = {
            "cobbler_distro": DISTRO,
            "service": "web",
            "packages": ["tree", "pv"],
            "hostname": f"{server.name}.lab.example",
            "ssh_keys": [self.key],
        }
        return {**info, **changes}

    def wait_state(self, name, state, limit=INSTALL_LIMIT):
        """Waits for a provision state; the node."""

        def reached():
            node = self.baremetal.node(name)
            now = node["provision_state"]
            if now != state and (now.endswith("failed") or now == "error"):
                raise AssertionError(f"{name} is {now}: {node['last_error']}")
            return node if now == state else None

        return wait_for(reached, limit, lambda: f"{name} {state}: {self.baremetal.node(name)}", every=2)

    def stop(self):
        self.program.interrupt()
        self.program.wait_exit(60)


def wait_console(server, words):
    """Waits until the machine says this on its serial port."""

    def told():
        return f"{words} on {server.name}\n{server.console()[-2000:]}"

    return wait_for(lambda: words in server.console(), INSTALL_LIMIT, told, every=0.2)
