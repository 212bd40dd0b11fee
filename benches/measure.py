"""Measures a ferric program; benches/run.sh is the way to call it. Linux, standard library only."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

# Targets. The demo's holds on two cores, of which its simulated controllers, machines and Cobbler
# take their part.
IDLE_RSS_MIB = 40
FIRST_ANSWER_S = 1.0
DEMO_S = 45
SIMULATOR_MIB = 1024

DEMO_NODES = 200
DEMO_INSTALL_S = 30
SIMULATED = 10_000
STARTS = 5
REQUESTS = 100

# What a client of an idle service asks for.
PATHS = ["/", "/v1", "/v1/nodes", "/v1/nodes/detail", "/v1/drivers", "/v1/conductors", "/v1/ports"]

# Nothing waits longer.
START_LIMIT_S = 20
STOP_LIMIT_S = 20
DEMO_LIMIT_S = 240
SIMULATOR_START_LIMIT_S = 60


class CannotRun(Exception):
    """The measurement itself failed."""


class Serve:
    """A running `ferric serve` on a port and a state directory of its own."""

    def __init__(self, binary, directory):
        self.port = free_port()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FERRIC")}
        environment["FERRIC__DATABASE__STATE_DIR"] = str(directory)
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
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"x-openstack-ironic-api-version": "latest"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def rss_mib(self):
        return rss_mib(self.process)


def rss_mib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FERRIC")}
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


def simulator_memory(binary):
    """Resident memory of many simulated controllers: idle, and once all have been switched on."""
    # Their ports are below 32768, where the system begins to take those of outgoing connections.
    with tempfile.TemporaryDirectory() as directory:
        listed = pathlib.Path(directory) / "controllers.json"
        log = open(pathlib.Path(directory) / "log", "a+b")
        process = subprocess.Popen(
            [binary, "sim", "cimc", "--firmware", "mix", "--count", str(SIMULATED), "--out", listed]
            + ["--listen", f"127.0.0.1:{10_000 + free_port() % 20_000}", "--per-address", "1000"]
            + ["--time-factor", "0.01"],
            stdout=log, stderr=log,
        )
        try:
            started = time.monotonic()
            while not listed.exists() or not listed.read_bytes().endswith(b"]"):
                if process.poll() is not None or time.monotonic() > started + SIMULATOR_START_LIMIT_S:
                    log.seek(0)
                    raise CannotRun(f"the simulator does not start: {log.read().decode()[-2000:]}")
                time.sleep(0.05)
            took = time.monotonic() - started
            time.sleep(1)
            idle = rss_mib(process)
            addresses = [controller["address"] for controller in json.loads(listed.read_bytes())]
            with concurrent.futures.ThreadPoolExecutor(32) as pool:
                list(pool.map(switch_on, addresses))
            time.sleep(1)
            used = rss_mib(process)
        finally:
            process.terminate()
            try:
                process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()
    name = f"{SIMULATED:,} simulated controllers"
    yield f"start of {name}", f"{took:.1f} s", "", True
    yield f"memory of {name}, idle", f"{idle:.0f} MiB", f"< {SIMULATOR_MIB} MiB", idle < SIMULATOR_MIB
    yield "the same with all switched on", f"{used:.0f} MiB", f"< {SIMULATOR_MIB} MiB", used < SIMULATOR_MIB


def switch_on(address):
    """Login, power on, a read of the server, logout: each on a connection of its own."""
    server = "sys/rack-unit-1"
    answer = post(address, '<aaaLogin inName="admin" inPassword="password" />')
    cookie = answer.partition('outCookie="')[2].partition('"')[0]
    try:
        post(address, f'<configConfMo cookie="{cookie}" dn="{server}"><inConfig>'
                      '<computeRackUnit adminPower="up" /></inConfig></configConfMo>')
        post(address, f'<configResolveDn cookie="{cookie}" dn="{server}" />')
    finally:
        post(address, f'<aaaLogout inCookie="{cookie}" />')


def post(address, body):
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request("POST", "/nuova", body=body, headers={"connection": "close"})
        answer = connection.getresponse().read().decode()
    finally:
        connection.close()
    if "errorCode" in answer:
        raise CannotRun(f"{address} answers {answer[:300]}")
    return answer


SECTIONS = {"memory": memory, "start": start, "demo": demo, "simulator-memory": simulator_memory}


def machine():
    cpu = "unknown CPU"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {cpu}, Linux {os.uname().release.split('-')[0]}"


def main(binary, names):
    unknown = [name for name in names if name not in SECTIONS]
    if unknown or not os.access(binary, os.X_OK):
        what = f"no such measurement: {unknown[0]}" if unknown else f"no such program: {binary}"
        print(f"{what} (there are: {' '.join(SECTIONS)})", file=sys.stderr)
        return 2
    print(f"{machine()}; program of {os.path.getsize(binary) / 2**20:.1f} MiB\n")
    print("| what | measured | target | met | load before |\n| --- | --- | --- | --- | --- |")
    missed = 0
    for name in names or SECTIONS:
        load = os.getloadavg()[0]
        try:
            rows = list(SECTIONS[name](binary))
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
