"""Starts Ferric with fake-hardware, fills it, and lets Schemathesis loose on it, version by version.

run.py PROGRAM REPORTS SECONDS [VERSION...]

Every operation is first asked for at every boundary of what it takes, however long that is; then requests
are made up, alone and in sequences, for as many seconds as are given, shared out among the versions. Writes
JUnit files into REPORTS.
"""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import resources

HERE = pathlib.Path(__file__).parent

# The boundaries are tried in the first, which is mentioned twice for its share of the time.
VERSIONS = ["latest", "latest", "1.61"]

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "use_after_free",
    "ensure_resource_availability",
]

START_LIMIT = 60


def free_port():
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


@contextlib.contextmanager
def service(program, folder):
    """A service on a database of its own; gives its URL."""
    port = free_port()
    environment = {
        **os.environ,
        "FERRIC__API__LISTEN": f"127.0.0.1:{port}",
        "FERRIC__DATABASE__STATE_DIR": str(folder),
        "FERRIC__CONDUCTOR__HOST": "schemathesis",
    }
    log = open(folder / "service.log", "w", encoding="utf-8")
    process = subprocess.Popen([program, "serve"], env=environment, stdout=log, stderr=log)
    try:
        yield await_ready(process, f"http://127.0.0.1:{port}", folder)
        if process.poll() is not None:
            raise SystemExit(f"the service ended by itself, with {process.returncode}")
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def await_ready(process, url, folder):
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
            return url
        time.sleep(0.1)
    raise SystemExit("the service didn't start:\n" + (folder / "service.log").read_text())


def attack(url, version, phases, report, *limits):
    """Lets Schemathesis loose; returns its exit code."""
    print(f"--- version {version}: {phases}", flush=True)
    document = f"{url}/ferric/v1/openapi.json?version={version}"
    command = [
        pathlib.Path(sys.executable).with_name("schemathesis"),
        "run",
        document,
        f"--url={url}",
        f"--header=X-OpenStack-Ironic-API-Version: {version}",
        f"--checks={','.join(CHECKS)}",
        f"--phases={phases}",
        *limits,
        "--continue-on-failure",
        "--request-timeout=30",
        "--suppress-health-check=all",
        "--warnings=off",
        "--no-color",
        "--report=junit",
        f"--report-junit-path={report}",
    ]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
    }
    # It keeps what it found in the folder that it is run in.
    return subprocess.run(command, env=environment, check=False, cwd=report.parent).returncode


def main():
    program, reports, seconds, *versions = sys.argv[1:]
    program, reports = pathlib.Path(program).resolve(), pathlib.Path(reports).resolve()
    reports.mkdir(parents=True, exist_ok=True)
    versions = versions or VERSIONS
    with tempfile.TemporaryDirectory() as folder, service(program, pathlib.Path(folder)) as url:
        keeper = resources.Keeper(url)
        made = keeper.make()
        if made < len(list(resources.wanted())):
            raise SystemExit(f"only {made} things could be made beforehand")
        keeper.start()
        code = attack(url, versions[0], "examples,coverage", reports / f"{versions[0]}-boundaries.xml")
        for version in dict.fromkeys(versions):
            share = float(seconds) * versions.count(version) / len(versions)
            limit = f"--max-time={max(1, int(share))}"
            code = max(code, attack(url, version, "fuzzing,stateful", reports / f"{version}.xml", limit))
        keeper.stopped.set()
        (reports / "service.log").write_bytes((pathlib.Path(folder) / "service.log").read_bytes())
    sys.exit(code)


if __name__ == "__main__":
    main()
