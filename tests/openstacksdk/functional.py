"""Runs openstacksdk's own functional tests for bare metal, unchanged, against Ferric with `fake-hardware`.

A pytest plugin: `pytest -p functional --pyargs openstack.tests.functional.baremetal`. It starts `ferric
serve` and describes it in a clouds.yaml. A real Ironic 39.0.0 passes all 96 tests of openstacksdk 4.22.0
under the same set-up, so each has to pass here, and none may skip itself. The exceptions are in
not-yet.txt, with the reason there; one that passes after all fails the run until its line is gone.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "clients"))

import rest  # noqa: E402
from lab import FERRIC, START_LIMIT  # noqa: E402
from processes import Program, free_port  # noqa: E402

STARTED = []
# One cloud plays every part: without authentication all users are the same.
PARTS = ["OS_CLOUD", "OPENSTACKSDK_DEMO_CLOUD", "OPENSTACKSDK_DEMO_CLOUD_ALT", "OPENSTACKSDK_OPERATOR_CLOUD"]
PARTS += ["OPENSTACKSDK_SYSTEM_ADMIN_CLOUD"]
CLOUDS = """
clouds:
  ferric:
    auth_type: none
    auth: {{endpoint: "{url}"}}
    baremetal_endpoint_override: "{url}"
    has_compute: false
    has_image: false
"""
# Of a single test, in seconds; the suite's own is meant for unit tests.
TEST_LIMIT = "120"


def not_yet() -> dict[str, str]:
    """The tests that Ferric doesn't pass yet, each with its reason: `file::class::test  reason`."""
    lines = (HERE / "not-yet.txt").read_text().splitlines()
    return dict(line.split(None, 1) for line in lines if line and not line.startswith("#"))


def name_of(item) -> str:
    return f"{item.path.name}::{item.nodeid.split('::', 1)[1]}"


def pytest_configure(config):
    # The workers of pytest-xdist use what their parent has started.
    if not hasattr(config, "workerinput"):
        start(Path(tempfile.mkdtemp(prefix="ferric-openstacksdk-")))


def start(folder: Path):
    logs = Path(os.environ.get("FERRIC_TEST_LOGS", folder))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "FERRIC__API__LISTEN": f"127.0.0.1:{port}",
        "FERRIC__DATABASE__STATE_DIR": str(folder),
    }
    service = Program([FERRIC, "serve"], logs / "ferric.log", environment)
    STARTED.append(service)
    service.wait_until(lambda: rest.answers(f"{url}/v1"), START_LIMIT, "Ferric's API")
    clouds = folder / "clouds.yaml"
    clouds.write_text(CLOUDS.format(url=url))
    os.environ.update({part: "ferric" for part in PARTS}, OS_CLIENT_CONFIG_FILE=str(clouds))
    os.environ.update(OS_TEST_TIMEOUT=TEST_LIMIT, OS_LOG_CAPTURE="true")


def pytest_unconfigure():
    for program in STARTED:
        program.stop()


def pytest_collection_modifyitems(items):
    listed = not_yet()
    unknown = sorted(set(listed) - {name_of(item) for item in items})
    if unknown:
        raise pytest.UsageError(f"in not-yet.txt, but not in the suite: {unknown}")
    for item in items:
        if reason := listed.get(name_of(item)):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("xfail") is None:
        report.outcome = "failed"
        report.longrepr = f"skipped itself, which a real Ironic gives no cause for: {report.longrepr[2]}"
    return report
