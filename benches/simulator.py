"""The memory of many simulated controllers in one process."""

import concurrent.futures
import http.client
import json
import pathlib
import subprocess
import tempfile
import time

from service import STOP_LIMIT_S, CannotRun, free_port, memory_mib

SIMULATED = 10_000
SIMULATOR_MIB = 1024
SIMULATOR_START_LIMIT_S = 60


def measure(binary):
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
            idle = memory_mib(process.pid, "VmRSS")
            addresses = [controller["address"] for controller in json.loads(listed.read_bytes())]
            with concurrent.futures.ThreadPoolExecutor(32) as pool:
                list(pool.map(switch_on, addresses))
            time.sleep(1)
            used = memory_mib(process.pid, "VmRSS")
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
