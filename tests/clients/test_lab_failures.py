"""Installations that fail for real in the lab within a minute or two, and what the service says of them."""

import os
import signal

import pytest

from processes import find_process, wait_for
from rack import INSTALL_LIMIT, Rack, assert_told


@pytest.fixture(scope="module")
def rack(logs):
    running = Rack(logs, 2)
    for server in running.servers:
        running.baremetal.available(server.name, running.driver_info(server))
    yield running
    running.stop()


@pytest.fixture
def first(rack):
    return rack.servers[0]


def test_a_failing_post_script_and_a_missing_disk_are_each_told_with_their_cause(rack):
    post, disk = rack.servers
    rack.deploy(post, user_data="#!/bin/sh\necho 'the licence server says no' >&2\nexit 7\n")
    rack.deploy(disk, disks=["sdz"])
    said = rack.verdict(disk)
    assert_told(said, "no disk: the installer gave up", 'Disk "sdz" given in ignoredisk command does not exist')
    # The list of causes has none for a script; what it said is quoted.
    assert_told(rack.verdict(post), "unknown: the installer gave up", "the licence server says no", "%post")


def test_a_repository_that_dies_half_way_is_named(rack, first):
    log = rack.run / "repository.log"
    before = log.read_text().count("GET /core.tar")
    rack.deploy(first)
    wait_for(
        lambda: log.read_text().count("GET /core.tar") > before,
        INSTALL_LIMIT,
        lambda: f"the packages are fetched\n{first.console()[-2000:]}",
    )
    os.kill(repository(rack), signal.SIGKILL)
    said = rack.verdict(first)
    assert_told(said, "mirror error: the installer gave up", "Cannot download core.tar from http://172.31.250.1:8080")


def repository(rack):
    image = str(rack.run.parent / "image" / "repo")
    found = find_process(lambda words: "http.server" in words and image in words)
    assert found, "the repository does not run"
    return found
