"""Requests while 200 servers are installed and 10,000 other nodes are there."""

import collections
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import tempfile
import threading
import time
import tomllib

import peer
from load import Client, percentile, tree_cpu_s
from service import STOP_LIMIT_S, CannotRun, Serve, clean_environment

DEPLOYS = int(os.environ.get("DEPLOYS", "200"))
NODES = int(os.environ.get("DEPLOYS_NODES", "10000"))
INSTALL_S = 30
P99_MS = 250
START_LIMIT_S = 60
INSTALL_LIMIT_S = 400
# Between two requests of a client: an operator's tools, not a test of how many go through.
PAUSE_S = 0.05


def measure(binary):
    with tempfile.TemporaryDirectory(prefix="ferric-bench.") as name:
        directory = pathlib.Path(name)
        # The account of PostgreSQL must reach its directory.
        directory.chmod(0o755)
        yield from on(binary, directory / "sqlite", "SQLite")
        with contextlib.ExitStack() as stack:
            try:
                url = stack.enter_context(peer.postgres(directory))
            except CannotRun as error:
                print(f"left out: {error}", flush=True)
                return
            yield from on(binary, directory / "other", "PostgreSQL", FERRIC__DATABASE__URL=url)


def on(binary, directory, side, **settings):
    directory.mkdir()
    with Lab(binary, directory) as lab, Serve(binary, directory, **lab.settings, **settings) as serve:
        serve.first_answer()
        uuids = fill(Client(serve.port))
        began, cpu = time.monotonic(), tree_cpu_s(serve.process.pid)
        log = open(directory / "install", "w+b")
        install = subprocess.Popen(
            [binary, "install", lab.batch, "--server", f"http://127.0.0.1:{serve.port}"],
            env=clean_environment(), stdout=log, stderr=log,
        )
        taken = requests_while(serve.port, uuids, lambda: install.poll() is None, began + INSTALL_LIMIT_S)
        if install.poll() is None:
            install.kill()
        code = install.wait()
        log.seek(0)
        if code:
            raise CannotRun(f"install ends with {code}: {log.read().decode()[-2000:]}")
        took, cpu = time.monotonic() - began, tree_cpu_s(serve.process.pid) - cpu
    title = f"{DEPLOYS} deploys beside {NODES} nodes on {side}"
    yield title, f"{took:.0f} s, {cpu:.1f} s of CPU", "", True
    for what, seconds in sorted(taken.items()):
        p99 = percentile(seconds, 99)
        text = f"p50 {percentile(seconds, 50):.0f} ms, p99 {p99:.0f} ms of {len(seconds)}"
        yield f"{what} meanwhile, {side}", text, f"< {P99_MS} ms", p99 < P99_MS


def fill(client):
    found = []
    for number in range(NODES):
        body = {"name": f"other-{number}", "driver": "fake-hardware", "resource_class": "other",
                "properties": {"cpus": 8}, "extra": {"rack": f"r{number % 40}"}}
        found.append(json.loads(client.send("POST", "/v1/nodes", body))["uuid"])
    return found


def requests_while(port, uuids, runs, deadline):
    """Seconds of each request, by kind, of four clients."""
    kinds = {
        "GET of a node": lambda: ("GET", f"/v1/nodes/{random.choice(uuids)}", None),
        "list of 1000": lambda: ("GET", "/v1/nodes?limit=1000", None),
        "detail of 100": lambda: ("GET", f"/v1/nodes/detail?limit=100&marker={random.choice(uuids)}", None),
        "PATCH of a node": lambda: ("PATCH", f"/v1/nodes/{random.choice(uuids)}",
                                    [{"op": "add", "path": "/extra/seen", "value": time.time()}]),
    }
    taken, errors = collections.defaultdict(list), []

    def work(kind, make):
        client = Client(port)
        while runs() and time.monotonic() < deadline and not errors:
            request = make()
            began = time.perf_counter()
            try:
                client.send(*request)
            except (CannotRun, OSError, http.client.HTTPException) as error:
                errors.append(error)
                return
            taken[kind].append(time.perf_counter() - began)
            time.sleep(PAUSE_S)

    threads = [threading.Thread(target=work, args=kind) for kind in kinds.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise CannotRun(str(errors[0]))
    return taken


class Lab:
    """`ferric sim lab`: controllers, their machines, and a Cobbler."""

    def __init__(self, binary, directory):
        self.directory = directory / "lab"
        self.log = open(directory / "lab.log", "wb")
        self.process = subprocess.Popen(
            [binary, "sim", "lab", "--nodes", str(DEPLOYS), "--install-seconds", str(INSTALL_S),
             "--out", self.directory],
            env=clean_environment(), stdout=self.log, stderr=self.log,
        )
        self.batch = self.directory / "lab.yaml"

    def __enter__(self):
        listed = self.directory / "enrol.sh"
        deadline = time.monotonic() + START_LIMIT_S
        while not (listed.exists() and listed.stat().st_size):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotRun("ferric sim lab did not start")
            time.sleep(0.1)
        config = tomllib.loads((self.directory / "ferric.toml").read_text())
        self.settings = {
            f"FERRIC__{section}__{key}".upper(): str(value)
            for section, values in flat(config) for key, value in values.items()
        }
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def flat(config):
    """The tables of a configuration, `[cobbler.lab]` as cobbler__lab."""
    for section, values in config.items():
        inner = {key: value for key, value in values.items() if isinstance(value, dict)}
        for name, table in inner.items():
            yield f"{section}__{name}", {key: str(value).lower() if isinstance(value, bool) else value
                                         for key, value in table.items()}
        if plain := {key: value for key, value in values.items() if key not in inner}:
            yield section, plain
