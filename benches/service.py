"""A running `ferric serve`, and what can be asked of it. Linux, standard library only."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

# Nothing waits longer.
START_LIMIT_S = 20
STOP_LIMIT_S = 20


class CannotRun(Exception):
    """The measurement itself failed."""


class Serve:
    """A running `ferric serve` on a port and a state directory of its own."""

    def __init__(self, binary, directory, **settings):
        self.port = free_port()
        environment = {**clean_environment(), "FERRIC__DATABASE__STATE_DIR": str(directory), **settings}
        self.log = open(directory / "log", "a+b")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", f"127.0.0.1:{self.port}"],
            env=environment, stdout=self.log, stderr=self.log,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def first_answer(self):
        """Seconds from exec to the first answer on `/`."""
        while True:
            took = time.monotonic() - self.started
            try:
                if self.get("/") == 200:
                    return time.monotonic() - self.started
            except OSError:
                pass
            if self.process.poll() is not None or took > START_LIMIT_S:
                self.log.seek(0)
                raise CannotRun(f"serve does not answer: {self.log.read().decode()[-2000:]}")
            time.sleep(0.002)

    def get(self, path):
        """The status of the answer."""
        return self.exchange("GET", path)[0]

    def call(self, method, path, body=None):
        """The body of an answer that must be a good one."""
        status, answer = self.exchange(method, path, body)
        if not 200 <= status < 300:
            raise CannotRun(f"{method} {path} gives {status}: {answer.decode()[:500]}")
        return answer

    def exchange(self, method, path, body=None):
        """Status and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"x-openstack-ironic-api-version": "latest", "content-type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def rss_mib(self):
        return memory_mib(self.process.pid, "VmRSS")

    def cpu_s(self):
        return cpu_s(self.process.pid)


def clean_environment():
    """The environment without settings of Ferric's."""
    return {k: v for k, v in os.environ.items() if not k.startswith("FERRIC")}


def memory_mib(pid, field):
    """A size of a process: VmRSS now, VmHWM at its peak."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) / 1024


def cpu_s(pid):
    """Seconds of CPU time that a process has used so far, in all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
