"""An install of many servers through a real Cobbler, and what it costs there. Needs root and PyPI.

The rack and the service are those of tests/clients, the Cobbler that of tests/cobbler.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from service import CannotRun, cpu_s

NODES = int(os.environ.get("COBBLER_NODES", "200"))
TESTS = pathlib.Path(__file__).parents[1] / "tests"
SCRIPT = TESTS / "cobbler" / "real-cobbler.sh"
LIMIT_S = 900
WRITES = ("xapi_", "save_", "new_", "modify_", "remove_", "write_")


def measure(binary):
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        dir_of_cobbler = directory / "cobbler"
        started = subprocess.run(
            ["bash", SCRIPT, "start", "--dir", dir_of_cobbler], capture_output=True, text=True, timeout=600
        )
        try:
            if started.returncode:
                raise CannotRun(f"no real Cobbler: {started.stderr[-500:]}")
            os.environ.update(line.split("=", 1) for line in started.stdout.split())
            yield from of_a_fleet(binary, directory, dir_of_cobbler)
        finally:
            subprocess.run(["bash", SCRIPT, "stop", "--dir", dir_of_cobbler], timeout=120)


def of_a_fleet(binary, directory, dir_of_cobbler):
    os.environ["FERRIC_BIN"] = str(binary)
    sys.path.insert(0, str(TESTS / "clients"))
    import fleet as fleets

    daemon = int((dir_of_cobbler / "cobblerd.pid").read_text())
    (directory / "fleet").mkdir()
    fleet = fleets.Fleet(directory / "fleet", directory, NODES)
    service = fleets.start_service(fleet, directory, FERRIC_LOG="warn")
    try:
        began, cpu = time.monotonic(), cpu_s(daemon)
        code = fleet.install(service.url, directory / "install").wait_exit(LIMIT_S)
        took, deployed = time.monotonic() - began, cpu_s(daemon) - cpu
        if code:
            raise CannotRun((directory / "install").read_text()[-2000:])
        there = scrape(service)
        began, cpu = time.monotonic(), cpu_s(daemon)
        fleets.ask_all(service, fleet.names, "deleted")
        for name in fleet.names:
            service.wait_state(name, "available", LIMIT_S)
        back, gone = time.monotonic() - began, cpu_s(daemon) - cpu
        all_calls = scrape(service)
    finally:
        service.stop()
        fleet.stop()
    title = f"{NODES} servers of 4 services through Cobbler {os.environ['COBBLER_VERSION']}"
    yield f"{title}, installers of {fleets.INSTALL_SECONDS} s", f"{took:.1f} s", "", True
    yield "calls a server", per_node(there), "", True
    yield "CPU time of cobblerd a server", f"{deployed / NODES:.3f} s", "", True
    for method, (count, seconds) in sorted(there.items(), key=lambda item: -item[1][1])[:5]:
        yield f"`{method}`, calls a server and mean time", f"{count / NODES:.2f}, {seconds / count * 1000:.0f} ms", "", True
    yield "tear-down of all", f"{back:.1f} s", "", True
    later = {m: (n - there.get(m, (0, 0))[0], s) for m, (n, s) in all_calls.items()}
    yield "calls a server", per_node(later), "", True
    yield "CPU time of cobblerd a server", f"{gone / NODES:.3f} s", "", True


def per_node(calls):
    total = sum(count for count, _ in calls.values())
    writes = sum(count for method, (count, _) in calls.items() if method.startswith(WRITES))
    return f"{total / NODES:.1f}, of which {writes / NODES:.1f} write"


def scrape(service):
    """Count and seconds of the calls to Cobbler, by method."""
    with urllib.request.urlopen(f"{service.url}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    found = {}
    pattern = r'^ferric_cobbler_call_duration_seconds_(sum|count)\{method="(\w+)"\} (\S+)$'
    for kind, method, value in re.findall(pattern, text, re.MULTILINE):
        found.setdefault(method, {})[kind] = float(value)
    return {method: (values["count"], values["sum"]) for method, values in found.items()}
