"""Requests by several clients at once, and what they cost the server. Linux, standard library only."""

import dataclasses
import http.client
import json
import os
import pathlib
import threading
import time

from service import CannotRun

HEADERS = {"x-openstack-ironic-api-version": "1.110", "content-type": "application/json"}
REQUEST_LIMIT_S = 120


@dataclasses.dataclass
class Load:
    """What came of some requests."""

    cpu_ms: float  # of the server, a request
    p50_ms: float
    p99_ms: float


class Client:
    """One connection, kept open."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_LIMIT_S)

    def send(self, method, path, body=None):
        """The body of an answer that must be a good one."""
        self.connection.request(method, path, None if body is None else json.dumps(body), HEADERS)
        answer = self.connection.getresponse()
        content = answer.read()
        if not 200 <= answer.status < 300:
            raise CannotRun(f"{method} {path} gives {answer.status}: {content.decode()[:500]}")
        return content

    def get(self, path):
        return json.loads(self.send("GET", path))


def run(port, pid, requests, clients):
    """Sends all requests, each by the next of `clients` that is free."""
    left, lock, seconds, errors = iter(requests), threading.Lock(), [], []

    def work():
        client = Client(port)
        while not errors:
            with lock:
                request = next(left, None)
            if request is None:
                return
            began = time.perf_counter()
            try:
                client.send(*request)
            except (CannotRun, OSError, http.client.HTTPException) as error:
                errors.append(error)
                return
            seconds.append(time.perf_counter() - began)

    before = tree_cpu_s(pid)
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise CannotRun(str(errors[0]))
    spent = tree_cpu_s(pid) - before
    return Load(spent * 1000 / len(seconds), percentile(seconds, 50), percentile(seconds, 99))


def percentile(seconds, percent):
    """In milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000


def tree(pid):
    """A process and all that come from it."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def tree_cpu_s(pid):
    """Seconds of CPU time that a process and its children have used so far."""
    ticks = 0
    for one in tree(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def tree_memory_mib(pid, field):
    """Resident memory of a process and its children: Rss counts shared pages for each, Pss once."""
    kib = 0
    for one in tree(pid):
        rollup = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text()
        kib += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(field + ":"))
    return kib / 1024
