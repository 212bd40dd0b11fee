"""`ferric lab`: virtual machines that boot through a real Cobbler, in a network of their own."""

import json
import os
from pathlib import Path

from lab import FERRIC
from processes import Program, find_process, run, wait_for
from stock_client import OpenStack

FOLDER = Path(os.environ.get("FERRIC_LAB_DIR", "/var/tmp/ferric-lab"))
# The first time the image is built and Cobbler installed.
START_LIMIT = 900
# An emulated machine on a busy one: an install takes a minute where nothing else runs.
INSTALL_LIMIT = 900
BOOT_LIMIT = 400
# Longer than an emulated machine takes from power to its installer's first word, and from there to its last.
SILENCE = 300
DISTRO = "lab-x86_64"
ADMIN = "http://172.31.250.1:9000"
COBBLER = "http://172.31.250.1/cobbler_api"


class Server:
    """One virtual machine, and what can be seen of it from outside."""

    def __init__(self, rack, number, told):
        self.rack = rack
        self.name = f"rack1-{number + 1:02}"
        self.guest = told["name"]
        self.controller = told["address"]
        self.firmware = told["firmware"]
        self.boot_mode = told["guest"]["firmware"]
        self.mac = told["macs"][0].lower()
        self.address = f"172.31.250.{number + 11}"

    def console(self):
        log = self.rack.run / "servers" / self.guest / "serial.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def boot_files(self):
        """What its firmware fetches by TFTP, and the file of Cobbler's for this machine that the boot loader then reads."""
        files = {
            "bios": ("pxelinux.0", f"pxelinux.cfg/01-{self.mac.replace(':', '-')}"),
            "uefi": ("grub/grubx64.efi", f"grub/system/{self.mac}"),
        }
        return files[self.boot_mode]

    def pxe_file(self):
        """What Cobbler has written for this machine's boot loader, if anything."""
        file = self.rack.run / "cobbler/root/tftp" / self.boot_files()[1]
        return file.read_text() if file.exists() else None

    def netboots(self):
        """Whether Cobbler would have it installed if it booted from the network now."""
        text = self.pxe_file()
        is_local = {"bios": "localboot", "uefi": "set default='local'"}[self.boot_mode]
        return text is not None and is_local not in text

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
        home = f"{self.rack.run}/servers/{self.guest}/"
        return find_process(lambda words: "-qmp" in words and any(home in word for word in words))


class Rack:
    """The lab with nothing installed, and its clients."""

    def __init__(self, logs: Path, nodes, silence=SILENCE, env=None):
        self.run = FOLDER / "run"
        (self.run / "ready").unlink(missing_ok=True)
        command = [FERRIC, "lab", "--idle", "--nodes", nodes, "--dir", FOLDER, "--silence", silence]
        self.program = Program(command, logs / "ferric-lab.log", env)
        self.program.wait_until((self.run / "ready").exists, START_LIMIT, "the lab")
        self.enter = ["nsenter", "--net", "-t", (self.run / "pid").read_text().strip()]
        url = (self.run / "ready").read_text()
        self.baremetal = OpenStack(url, "baremetal", logs / "lab-commands.log", self.enter)
        self.openstack = OpenStack(url, "openstack", logs / "lab-commands.log", self.enter)
        self.key = (self.run / "key.pub").read_text().strip()
        told = run([*self.enter, "curl", "-sf", f"{ADMIN}/machines"])
        assert told.returncode == 0, told.stderr
        self.servers = [Server(self, number, machine) for number, machine in enumerate(json.loads(told.stdout))]

    def set_quirks(self, server, *quirks):
        """How the machine behind the controller misbehaves from its next boot on."""
        url = f"{ADMIN}/machines/{server.guest}/quirks"
        told = run([*self.enter, "curl", "-sS", "--fail-with-body", "-X", "PUT", url, "--data", json.dumps(quirks)])
        assert told.returncode == 0, told.stdout + told.stderr

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

    def deploy(self, server, **changes):
        self.baremetal.set_instance_info(server.name, self.install_info(server, **changes))
        self.baremetal("node", "deploy", server.name)

    def failure(self, server):
        """The last error of a deploy that fails."""

        def ended():
            node = self.baremetal.node(server.name)
            assert node["provision_state"] != "active", f"{server.name} is active\n{server.console()[-3000:]}"
            return node["last_error"] if node["provision_state"] == "deploy failed" else None

        what = lambda: f"a verdict on {server.name}\n{server.console()[-3000:]}"
        return wait_for(ended, INSTALL_LIMIT + SILENCE, what, every=2)

    def verdict(self, server):
        """The same; the node is given back for the next test."""
        said = self.failure(server)
        self.baremetal("node", "undeploy", server.name)
        self.wait_state(server.name, "available", 300)
        return said

    def stop(self):
        self.program.interrupt()
        self.program.wait_exit(60)


def wait_console(server, words):
    """Waits until the machine says this on its serial port."""

    def told():
        return f"{words} on {server.name}\n{server.console()[-2000:]}"

    return wait_for(lambda: words in server.console(), INSTALL_LIMIT, told, every=0.2)


def assert_told(said, *parts):
    for part in parts:
        assert part in said, f"{part!r} in {said!r}"
