"""Fixtures: a lab and a service that live as long as a test module, with their logs kept."""

import os
import signal
from pathlib import Path

import pytest

from cobbler import Cobbler
from lab import Lab, Service
from stock_client import OpenStack

# tests/run.sh ends a run that takes too long; the programs under test have to end with it.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def logs(tmp_path_factory):
    """Where output is kept: below .cache/logs when tests/run.sh runs us."""
    given = os.environ.get("FERRIC_TEST_LOGS")
    folder = Path(given) if given else tmp_path_factory.mktemp("logs")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def folder(request, tmp_path_factory):
    return tmp_path_factory.mktemp(request.module.__name__.removeprefix("test_"), numbered=True)


@pytest.fixture(scope="module")
def lab(request, folder, logs):
    """A rack of the size that the module asks for with NODES (default 12)."""
    running = Lab(folder, logs, getattr(request.module, "NODES", 12))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def service(lab, folder, logs):
    running = Service(lab, folder, logs)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def openstack(service, logs):
    """The client with the longer name, as most documents show it."""
    return OpenStack(service.url, "openstack", logs / "commands.log")


@pytest.fixture(scope="module")
def baremetal(service, logs):
    """The same client without the rest of OpenStack."""
    return OpenStack(service.url, "baremetal", logs / "commands.log")


@pytest.fixture(scope="module")
def cobbler(lab):
    return Cobbler.of_lab(lab)
