"""`ferric sim cimc`, and its service for other processes, to look behind the SDK's back."""

import rest
from lab import FERRIC, START_LIMIT
from processes import Program, free_port, wait_for

USER = "admin"
PASSWORD = "password"


class Controller:
    """One simulated controller with plain HTTP, at a hundredth of the usual times, whose machine
    has a system on its disk."""

    def __init__(self, firmware, logs, *options):
        self.port = free_port()
        self.admin = f"http://127.0.0.1:{free_port()}"
        self.program = Program(
            [FERRIC, "sim", "cimc", "--listen", f"127.0.0.1:{self.port}", "--firmware", firmware]
            + ["--user", USER, "--password", PASSWORD, "--installed", "--time-factor", "0.01"]
            + ["--admin", self.admin.removeprefix("http://"), *options],
            logs / f"cimc-{firmware}.log",
        )
        started = lambda: rest.answers(f"{self.admin}/machines")
        self.program.wait_until(started, START_LIMIT, "the controller")

    def call(self, method, path, body=None):
        status, document = rest.request(method, f"{self.admin}{path}", body)
        assert status < 300, f"{method} {path}: {status} {document}"
        return document

    def machine(self):
        """The machine as it really is."""
        [machine] = self.call("GET", "/machines")
        return machine

    def sessions(self):
        """How many sessions are open."""
        return self.machine()["sessions"]["open"]

    def events(self):
        return [entry["event"] for entry in self.call("GET", f"/machines/{self.machine()['name']}/events")]

    def wait_until(self, phase, limit=20):
        wait_for(lambda: self.machine()["phase"] == phase, limit, lambda: f"{phase}: {self.machine()}", every=0.02)

    def count(self, event):
        return self.events().count(event)

    def wait_event(self, event, count, limit=20):
        wait_for(lambda: self.count(event) >= count, limit, lambda: f"{event}: {self.events()}", every=0.02)

    def fault(self, fault, **rule):
        self.call("POST", "/faults", {"fault": fault, **rule})

    def stop(self):
        self.program.stop()
