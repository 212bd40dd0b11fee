"""The stock OpenStack client as a user runs it: one process a command, answers read from -f json."""

import json
import sys
from pathlib import Path

from processes import run, wait_for

VENV_BIN = Path(sys.executable).parent


class Refused(AssertionError):
    """The client ended with an error; its text is the message."""


class OpenStack:
    """`openstack baremetal ...`, or `baremetal ...` where start-up time counts: the same commands."""

    def __init__(self, url, program="openstack", log=None, enter=()):
        # enter: a command that goes where the API can be reached.
        self.prefix = [*enter, VENV_BIN / program] + (["baremetal"] if program == "openstack" else [])
        self.env = {"OS_AUTH_TYPE": "none", "OS_ENDPOINT": url, "PYTHONWARNINGS": "ignore"}
        self.log = log

    def __call__(self, *words, limit=240):
        """Runs one command and returns its output."""
        words = [str(word) for word in words]
        result = run(self.prefix + words, self.env, limit)
        if self.log:
            with open(self.log, "a", encoding="utf-8") as log:
                log.write(f"$ baremetal {' '.join(words)}\n{result.stdout}{result.stderr}\n")
        if result.returncode != 0:
            raise Refused(f"baremetal {' '.join(words)}\n{result.stdout}{result.stderr}")
        return result.stdout

    def json(self, *words):
        return json.loads(self(*words, "-f", "json"))

    def node(self, name):
        return self.json("node", "show", name)

    def create(self, name, driver_info, **options):
        words = ["node", "create", "--driver", "cisco-ucs-standalone", "--name", name]
        for key, value in driver_info.items():
            words += ["--driver-info", f"{key}={value}"]
        for key, value in options.items():
            words += [f"--{key.replace('_', '-')}", value]
        return self.json(*words)

    def set_instance_info(self, name, info):
        words = ["node", "set", name]
        for key, value in info.items():
            text = value if isinstance(value, str) else json.dumps(value)
            words += ["--instance-info", f"{key}={text}"]
        self(*words)

    def wait_power(self, name, state, limit=60):
        return wait_for(lambda: self.node(name)["power_state"] == state, limit, f"{name} {state}", every=0.5)

    def available(self, name, driver_info):
        """From nothing to available, the way every enrolment goes."""
        self.create(name, driver_info)
        self("node", "manage", name, "--wait", 60)
        self("node", "provide", name, "--wait", 60)
