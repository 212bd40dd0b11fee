"""Measures a ferric program; benches/run.sh is the way to call it. Linux, standard library only."""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import cobbler
import deploys
import ironic
import power_sync
import simulator
from service import STOP_LIMIT_S, CannotRun, Serve, clean_environment

# Targets. The demo's holds on two cores, of which its simulated controllers, machines and Cobbler
# take their part.
IDLE_RSS_MIB = 40
FIRST_ANSWER_S = 1.0
DEMO_S = 45

DEMO_NODES = 200
DEMO_INSTALL_S = 30
STARTS = 5
REQUESTS = 100

# What a client of an idle service asks for.
PATHS = ["/", "/v1", "/v1/nodes", "/v1/nodes/detail", "/v1/drivers", "/v1/conductors", "/v1/ports"]

# Nothing waits longer.
DEMO_LIMIT_S = 240


def memory(binary):
    """Resident memory: one second after the first answer, and after some requests."""
    with tempfile.TemporaryDirectory() as directory, Serve(binary, pathlib.Path(directory)) as serve:
        serve.first_answer()
        time.sleep(1)
        idle = serve.rss_mib()
        for number in range(REQUESTS):
            path = PATHS[number % len(PATHS)]
            if (status := serve.get(path)) != 200:
                raise CannotRun(f"GET {path} gives {status}")
        used = serve.rss_mib()
    yield "memory of an idle service", f"{idle:.1f} MiB", f"< {IDLE_RSS_MIB} MiB", idle < IDLE_RSS_MIB
    yield f"the same after {REQUESTS} requests", f"{used:.1f} MiB", f"< {IDLE_RSS_MIB} MiB", used < IDLE_RSS_MIB


def start(binary):
    """Time to the first answer: with a new database each time, and with the one that is there."""
    fresh, again = [], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as directory:
            for times in (fresh, again):
                with Serve(binary, pathlib.Path(directory)) as serve:
                    times.append(serve.first_answer())
    for name, times in (("new database", fresh), ("existing database", again)):
        median = statistics.median(times)
        figure = f"{median * 1000:.0f} ms ({min(times) * 1000:.0f} to {max(times) * 1000:.0f})"
        yield f"first answer, {name}", figure, f"< {FIRST_ANSWER_S:.0f} s", median < FIRST_ANSWER_S


def demo(binary):
    """An install of many servers, the simulated ones in the same process."""
    environment = clean_environment()
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(
            [binary, "demo", "--nodes", str(DEMO_NODES), "--once", "--install-seconds", str(DEMO_INSTALL_S)],
            env=environment, stdout=output, stderr=output,
        )
        deadline = started + DEMO_LIMIT_S
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            wall = time.monotonic() - started
            if pid:
                break
            if time.monotonic() > deadline:
                process.terminate()
                try:
                    process.wait(STOP_LIMIT_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                raise CannotRun(f"the demo did not end within {DEMO_LIMIT_S} s")
            time.sleep(0.02)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        output.seek(0)
        last = output.read().decode().splitlines()[-12:]
    if code != 0:
        raise CannotRun("the demo ended with exit code {}:\n{}".format(code, "\n".join(last)))
    cpu = usage.ru_utime + usage.ru_stime
    name = f"demo, {DEMO_NODES} servers, installers of {DEMO_INSTALL_S} s"
    yield name, f"{wall:.1f} s", f"< {DEMO_S} s", wall < DEMO_S
    yield "its CPU time, simulators included", f"{cpu:.1f} s", "", True
    yield "its peak memory, simulators included", f"{usage.ru_maxrss / 1024:.0f} MiB", "", True


SECTIONS = {
    "memory": memory,
    "start": start,
    "demo": demo,
    "simulator-memory": simulator.measure,
    "power-sync": power_sync.measure,
    "deploys": deploys.measure,
}
# Only by name: what they need is not everywhere.
BY_NAME = {"cobbler": cobbler.measure, "ironic": ironic.measure}


def machine():
    cpu = "unknown CPU"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {cpu}, Linux {os.uname().release.split('-')[0]}"


def main(binary, names):
    unknown = [name for name in names if name not in {**SECTIONS, **BY_NAME}]
    if unknown or not os.access(binary, os.X_OK):
        what = f"no such measurement: {unknown[0]}" if unknown else f"no such program: {binary}"
        print(f"{what} (there are: {' '.join({**SECTIONS, **BY_NAME})})", file=sys.stderr)
        return 2
    print(f"{machine()}; program of {os.path.getsize(binary) / 2**20:.1f} MiB\n")
    print("| what | measured | target | met | load before |\n| --- | --- | --- | --- | --- |")
    missed = 0
    for name in names or SECTIONS:
        load = os.getloadavg()[0]
        try:
            rows = list({**SECTIONS, **BY_NAME}[name](binary))
        except CannotRun as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 2
        for what, figure, target, met in rows:
            verdict = ("yes" if met else "NO") if target else ""
            print(f"| {what} | {figure} | {target} | {verdict} | {load:.1f} |", flush=True)
            missed += not met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
