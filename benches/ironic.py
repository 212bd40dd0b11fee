"""Ferric beside a real Ironic: CPU time a request and memory, both with 10,000 nodes."""

import itertools
import os
import pathlib
import random
import sys
import tempfile

import peer
from load import Client, run, tree_memory_mib
from service import Serve

NODES = int(os.environ.get("IRONIC_NODES", "10000"))
CLIENTS = 4
PAGE = 1000
CPU_SHARE = 1 / 30
MEMORY_SHARE = 1 / 8

# What is asked, how often of Ironic and how often of Ferric: enough for the clock's ticks of 10 ms.
KINDS = {
    "GET of a node": (200, 4000),
    "list of 1000": (20, 200),
    "detail of 1000": (10, 100),
    "POST of a node": (100, 1000),
    "PATCH of a node": (60, 1000),
}


def measure(binary):
    with tempfile.TemporaryDirectory(prefix="ferric-bench.") as name:
        directory = pathlib.Path(name)
        # The account of PostgreSQL must reach its directory.
        directory.chmod(0o755)
        with peer.mariadb(directory) as (database, kind), peer.Ironic(directory, database) as ironic:
            add(Client(ironic.port), 0)
            ironic.fill(database, NODES)
            say(f"Ironic {peer.IRONIC} on {kind}")
            theirs = loads(ironic.port, ironic.pid, 0)
        ours = {"SQLite": of_ferric(binary, directory / "sqlite", "SQLite")}
        with peer.postgres(directory) as url:
            ours["PostgreSQL"] = of_ferric(binary, directory / "own", "PostgreSQL", FERRIC__DATABASE__URL=url)
    for side, figures in ours.items():
        for what, (value, text, unit) in figures.items():
            share = MEMORY_SHARE if unit == "MiB" else CPU_SHARE
            ratio = theirs[what][0] / max(value, 1e-3)
            yield (f"{what}, {side}", f"{text}; Ironic on {kind} {theirs[what][1]}: 1/{ratio:.0f}",
                   f"≤ 1/{1 / share:.0f}", ratio >= 1 / share)


def of_ferric(binary, directory, side, **settings):
    directory.mkdir()
    settings["FERRIC__CONDUCTOR__POWER_SYNC_INTERVAL_SECONDS"] = "0"
    with Serve(binary, directory, **settings) as serve:
        serve.first_answer()
        client = Client(serve.port)
        for number in range(NODES):
            add(client, number)
        say(f"Ferric on {side}")
        return loads(serve.port, serve.process.pid, 1)


def loads(port, pid, side):
    """Figure, text and unit of each kind of request, then of the memory after all of them."""
    uuids = all_nodes(Client(port))
    pages = itertools.cycle(["", *(f"&marker={uuid}" for uuid in uuids[PAGE - 1:-1:PAGE])])
    pick = random.Random(1)
    makers = {
        "GET of a node": lambda n: ("GET", f"/v1/nodes/{pick.choice(uuids)}"),
        "list of 1000": lambda n: ("GET", f"/v1/nodes?limit={PAGE}{next(pages)}"),
        "detail of 1000": lambda n: ("GET", f"/v1/nodes/detail?limit={PAGE}{next(pages)}"),
        "POST of a node": lambda n: ("POST", "/v1/nodes", body(NODES + n)),
        "PATCH of a node": lambda n: ("PATCH", f"/v1/nodes/{uuids[n]}", change(n)),
    }
    found = {}
    for kind, counts in KINDS.items():
        requests = [makers[kind](number) for number in range(counts[side])]
        load = run(port, pid, requests, CLIENTS)
        text = f"{load.cpu_ms:.2f} ms (p99 {load.p99_ms:.0f} ms)"
        say(f"  {kind}: {text}")
        found[f"CPU of a {kind}"] = (load.cpu_ms, text, "ms")
    rss, pss = tree_memory_mib(pid, "Rss"), tree_memory_mib(pid, "Pss")
    say(f"  memory: {rss:.0f} MiB, shared pages once {pss:.0f} MiB")
    found["memory after the load"] = (pss, f"{pss:.0f} MiB", "MiB")
    return found


def all_nodes(client):
    found, marker = [], ""
    while True:
        page = client.get(f"/v1/nodes?fields=uuid&limit={PAGE}{marker}")["nodes"]
        found += [node["uuid"] for node in page]
        if len(page) < PAGE:
            return found
        marker = f"&marker={found[-1]}"


def add(client, number):
    client.send("POST", "/v1/nodes", body(number))


def body(number):
    return {
        "name": f"node-{number}", "driver": "fake-hardware", "resource_class": f"class-{number % 4}",
        "driver_info": {"address": f"198.51.100.{number % 250}", "username": "admin", "password": "secret"},
        "properties": {"cpus": 8, "memory_mb": 65536, "local_gb": 480, "cpu_arch": "x86_64"},
        "extra": {"rack": f"r{number % 40}", "slot": number % 42},
    }


def change(number):
    return [{"op": "replace", "path": "/extra/rack", "value": f"moved-{number}"}]


def say(text):
    print(text, file=sys.stderr, flush=True)
