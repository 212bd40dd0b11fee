"""Runs ironic-tempest-plugin's own API tests, unchanged, against Ferric with `fake-hardware`.

A pytest plugin: `pytest -p plugin --pyargs ironic_tempest_plugin.tests.api`. It starts a Keystone for
the tokens and `ferric serve`, and keeps the tests that a real Ironic 39.0.0 passes under the same
set-up (ironic-39.0.0.txt). Those that are in not-yet.txt are skipped, with the reason there.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "clients"))

from lab import FERRIC  # noqa: E402
from processes import Program, free_port  # noqa: E402
import rest  # noqa: E402

START_LIMIT = 120
STARTED = []
LAST = {}

TEMPEST = """
[DEFAULT]
log_file = {folder}/tempest.log
[oslo_concurrency]
lock_path = {folder}/locks
[auth]
use_dynamic_credentials = false
test_accounts_file = {folder}/keystone/accounts.yaml
[identity]
uri_v3 = {keystone}
auth_version = v3
region = RegionOne
[identity-feature-enabled]
api_v2 = false
[service_available]
ironic = true
nova = false
neutron = false
glance = false
cinder = false
swift = false
horizon = false
[baremetal]
driver = fake-hardware
max_microversion = 1.115
enabled_hardware_types = fake-hardware
enabled_bios_interfaces = fake,no-bios
enabled_boot_interfaces = fake
enabled_console_interfaces = fake,no-console
enabled_deploy_interfaces = fake
enabled_inspect_interfaces = fake,no-inspect
enabled_management_interfaces = fake
enabled_power_interfaces = fake
enabled_raid_interfaces = fake,no-raid
enabled_rescue_interfaces = fake,no-rescue
"""


def listed(name: str) -> dict[str, str]:
    """The tests in a list, each with what stands behind it: `file::class::test  reason`."""
    lines = (HERE / name).read_text().splitlines()
    pairs = (line.split(None, 1) for line in lines if line and not line.startswith("#"))
    return {pair[0]: pair[1] if len(pair) > 1 else "" for pair in pairs}


def start(folder: Path):
    logs = Path(os.environ.get("FERRIC_TEST_LOGS", folder))
    identity, api = free_port(), free_port()
    keystone, ferric = f"http://127.0.0.1:{identity}/v3", f"http://127.0.0.1:{api}"
    command = [sys.executable, HERE / "identity.py", folder / "keystone", identity, ferric]
    served = Program(command, logs / "keystone.log")
    STARTED.append(served)
    environment = {
        "FERRIC__API__LISTEN": f"127.0.0.1:{api}",
        "FERRIC__DATABASE__STATE_DIR": str(folder / "ferric"),
    }
    service = Program([FERRIC, "serve"], logs / "ferric.log", environment)
    STARTED.append(service)
    service.wait_until(lambda: rest.answers(f"{ferric}/v1"), START_LIMIT, "Ferric's API")
    served.wait_until(lambda: rest.answers(keystone), START_LIMIT, "Keystone")
    (folder / "tempest.conf").write_text(TEMPEST.format(folder=folder, keystone=keystone))
    os.environ["TEMPEST_CONFIG_DIR"] = str(folder)
    os.environ["TEMPEST_CONFIG"] = "tempest.conf"


def pytest_configure():
    start(Path(tempfile.mkdtemp(prefix="ferric-tempest-")))


def pytest_runtest_setup(item):
    # Tempest doesn't give the users of a class back: it looks for them without their domain. One class
    # runs at a time.
    if LAST.get("class") is not item.cls:
        LAST["class"] = item.cls
        shutil.rmtree(Path(os.environ["TEMPEST_CONFIG_DIR"]) / "locks", ignore_errors=True)


def pytest_unconfigure():
    for program in STARTED:
        program.stop()


def pytest_collection_modifyitems(config, items):
    wanted, not_yet = listed("ironic-39.0.0.txt"), listed("not-yet.txt")
    unknown = sorted(set(not_yet) - set(wanted))
    if unknown:
        raise pytest.UsageError(f"in not-yet.txt, but a real Ironic doesn't pass them: {unknown}")
    chosen = {}
    for item in items:
        name = f"{item.path.name}::{item.nodeid.split('::', 1)[1]}"
        if name in wanted:
            chosen[name] = item
            if name in not_yet:
                item.add_marker(pytest.mark.skip(reason=not_yet[name] or "not there yet"))
    absent = sorted(set(wanted) - set(chosen))
    if absent:
        raise pytest.UsageError(f"{len(absent)} of the listed tests don't exist: {absent[:5]} …")
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen.values()])
    items[:] = list(chosen.values())
