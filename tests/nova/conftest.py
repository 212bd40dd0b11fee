"""Fixtures: a rack of simulated servers, the service, and Nova's driver for it."""

import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "clients"))

import compute  # noqa: E402
from cobbler import Cobbler  # noqa: E402
from lab import Lab, Service  # noqa: E402

# tests/run.sh ends a run that takes too long; the programs under test have to end with it.
signal.signal(signal.SIGTERM, signal.default_int_handler)

# What Glance would have given the image; Ferric knows by its configuration what it stands for.
IMAGE = "5f1bcd7e-3c5e-4f0a-9d8e-2f6f3a1f9c11"
IMAGES = f"""
[images]
"{IMAGE}" = "cobbler://distro/el9-x86_64"
"""


@pytest.fixture(scope="session")
def logs(tmp_path_factory):
    given = os.environ.get("FERRIC_TEST_LOGS")
    place = Path(given) if given else tmp_path_factory.mktemp("logs")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("nova")


@pytest.fixture(scope="session")
def lab(folder, logs):
    running = Lab(folder, logs, 2, firmware="4.2")
    configuration = folder / "ferric.toml"
    configuration.write_text(configuration.read_text() + IMAGES)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def service(lab, folder, logs):
    running = Service(lab, folder, logs)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def driver(service, folder):
    return compute.start(folder, service.url)


@pytest.fixture(scope="session")
def cobbler(lab):
    return Cobbler.of_lab(lab)
