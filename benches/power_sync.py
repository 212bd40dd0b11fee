"""Power sync of a large fleet: a simulated rack in one process, the service in another."""

import collections
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

from service import STOP_LIMIT_S, CannotRun, Serve, clean_environment, free_port, memory_mib

NODES = int(os.environ.get("POWER_SYNC_NODES", "10000"))
ANSWER_S = 0.7
INTERVAL_S = 120
ROUNDS = 2
# A window that holds each node's moment at least once, however late it is within reason.
WINDOW_S = INTERVAL_S + 5
FIRMWARE = "4.2"

CORES = 1.0
RSS_MIB = 500
LAG_S = 1.0

SIM_START_LIMIT_S = 120
VERIFY_LIMIT_S = 240
# For what began before the nodes were there.
SETTLE_S = 10
FIRST_PORT = 10240


class Sim:
    """`ferric sim cimc` with all controllers on ports that follow each other."""

    def __init__(self, binary, directory):
        self.admin = free_port()
        self.first = first_port()
        self.output = open(directory / "sim", "a+b")
        self.process = subprocess.Popen(
            [binary, "sim", "cimc", "--listen", f"127.0.0.1:{self.first}", "--count", str(NODES),
             "--firmware", FIRMWARE, "--answer-delay", str(ANSWER_S), "--admin", f"127.0.0.1:{self.admin}"],
            env=clean_environment(), stdout=self.output, stderr=self.output,
        )

    def __enter__(self):
        deadline = time.monotonic() + SIM_START_LIMIT_S
        while True:
            with contextlib.suppress(OSError):
                self.sessions()
                return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.output.seek(0)
                raise CannotRun(f"the simulator does not start: {self.output.read().decode()[-1000:]}")
            time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.output.close()

    def addresses(self):
        return [f"127.0.0.1:{self.first + number}" for number in range(NODES)]

    def sessions(self):
        """What each controller has counted of its sessions."""
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=60)
        try:
            connection.request("GET", "/machines")
            return [machine["sessions"] for machine in json.load(connection.getresponse())]
        finally:
            connection.close()

    def rss_mib(self):
        return memory_mib(self.process.pid, "VmRSS")


def first_port():
    """The beginning of a range of free ports below those that the system hands out."""
    for first in range(FIRST_PORT, 32768 - NODES, 97):
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + NODES, max(1, NODES // 50)):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise CannotRun(f"there are no {NODES} free ports in a row")


def enrol(serve, addresses):
    """Makes the nodes through the API, some at the same time."""
    local = threading.local()

    def one(item):
        number, address = item
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", serve.port, timeout=60)
        body = {"name": f"n{number:05}", "driver": "cisco-ucs-standalone", "driver_info": {
            "cimc_address": address, "cimc_protocol": "http",
            "cimc_username": "admin", "cimc_password": "password"}}
        local.connection.request("POST", "/v1/nodes", json.dumps(body), {
            "content-type": "application/json", "x-openstack-ironic-api-version": "latest"})
        answer = local.connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise CannotRun(f"POST /v1/nodes gives {answer.status}")

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        collections.deque(pool.map(one, enumerate(addresses)), maxlen=0)


def verify(serve, directory):
    """Verifies one node, and writes into the database that the others are like it: at this pace, the many
    requests of 10,000 verifications would take hours, and they are not what is measured."""
    serve.call("PUT", "/v1/nodes/n00000/states/provision", {"target": "manage"})
    deadline = time.monotonic() + VERIFY_LIMIT_S
    while (node := json.loads(serve.call("GET", "/v1/nodes/n00000")))["provision_state"] != "manageable":
        if time.monotonic() > deadline or node["last_error"]:
            raise CannotRun(f"a node can't be verified: {node['last_error']}")
        time.sleep(0.5)
    columns = "provision_state, power_state, driver_internal_info, properties"
    with contextlib.closing(sqlite3.connect(directory / "ferric.sqlite", timeout=30)) as database, database:
        database.execute(
            f"UPDATE nodes SET version = version + 1, ({columns}) = "
            f"(SELECT {columns} FROM nodes WHERE name = 'n00000') WHERE name <> 'n00000'")


def scrape(serve):
    """The figures of /metrics: a number for each series."""
    text = serve.call("GET", "/metrics").decode()
    series = re.findall(r"^(ferric_\S+) (\S+)$", text, re.MULTILINE)
    return collections.defaultdict(float, {name: float(value) for name, value in series})


def sleep_and_watch(serve, seconds):
    """Waits; gives the most resident memory that was seen."""
    most, deadline = 0, time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if serve.process.poll() is not None:
            raise CannotRun("the service has ended")
        most = max(most, serve.rss_mib())
        time.sleep(min(1, left))
    return most


def measure(binary):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    settings = {"FERRIC__CONDUCTOR__POWER_SYNC_INTERVAL_SECONDS": str(INTERVAL_S), "FERRIC_LOG": "warn"}
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        with Sim(binary, directory) as sim:
            with Serve(binary, directory, **settings) as serve:
                serve.first_answer()
                began = time.monotonic()
                enrol(serve, sim.addresses())
                enrolled = time.monotonic() - began
                verify(serve, directory)
                sleep_and_watch(serve, SETTLE_S)
                before, cpu, sessions = scrape(serve), serve.cpu_s(), [sim.sessions()]
                began, rss = time.monotonic(), 0
                for _ in range(ROUNDS):
                    rss = max(rss, sleep_and_watch(serve, WINDOW_S))
                    sessions.append(sim.sessions())
                wall = time.monotonic() - began
                cores, after = (serve.cpu_s() - cpu) / wall, scrape(serve)
                sim_rss = sim.rss_mib()
            end = sim.sessions()
    yield from rows(before, after, wall, cores, rss, sessions, end)
    yield f"enrolling {NODES} nodes through the API", f"{enrolled:.0f} s", "", True
    yield "memory of the simulator", f"{sim_rss:.0f} MiB", "", True


def rows(before, after, wall, cores, rss, sessions, end):
    def grown(series):
        return after[series] - before[series]

    def of(name):
        return grown(f"ferric_power_sync_{name}_total")

    title = f"power sync, {NODES} nodes every {INTERVAL_S} s, {ANSWER_S} s an answer"
    yield f"{title}: CPU", f"{cores:.3f} cores", f"< {CORES:.0f} core", cores < CORES
    yield "its memory", f"{rss:.0f} MiB", f"< {RSS_MIB} MiB", rss < RSS_MIB
    missed = [
        sum(now["logins"] == then["logins"] for then, now in zip(first, second))
        for first, second in zip(sessions, sessions[1:])
    ]
    yield "nodes not asked, by round", ", ".join(map(str, missed)), "0", not any(missed)
    lag = "ferric_power_sync_lag_seconds"
    count = grown(f"{lag}_count") or 1
    mean = grown(f"{lag}_sum") / count
    late = 1 - grown(f'{lag}_bucket{{le="{LAG_S:.0f}"}}') / count
    yield "lag behind the schedule, mean", f"{mean:.2f} s", f"< {LAG_S:.0f} s", mean < LAG_S
    yield f"nodes more than {LAG_S:.0f} s late", f"{late:.2%}", "", True
    counts = f"{of('asked'):.0f} asked, {of('failed'):.0f} failed, {of('changed'):.0f} changed"
    yield f"in {wall:.0f} s", counts, "none failed", not of("failed")
    most, still = max(s["most_open"] for s in end), sum(s["open"] for s in end)
    yield "sessions on one controller, at most", str(most), "1", most <= 1
    yield "sessions open after the end", str(still), "0", not still
