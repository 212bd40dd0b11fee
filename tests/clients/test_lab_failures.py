"""Installations that fail for real in the lab, and what the service says of them.

The three that are quick always run; the others wait for silence, and run with FERRIC_LAB=all.
"""

import os
import shutil
import signal
from pathlib import Path

import pytest

from processes import wait_for
from rack import INSTALL_LIMIT, Rack, wait_console

# Longer than an emulated machine takes from power to its installer's first word, and from there to its last.
SILENCE = 300
long = pytest.mark.skipif(os.environ.get("FERRIC_LAB") != "all", reason="takes minutes: FERRIC_LAB=all")


@pytest.fixture(scope="module")
def rack(logs):
    running = Rack(logs, 2, "--silence", SILENCE)
    for server in running.servers:
        running.baremetal.available(server.name, running.driver_info(server))
    yield running
    running.stop()


@pytest.fixture
def first(rack):
    return rack.servers[0]


def deploy(rack, server, **changes):
    rack.baremetal.set_instance_info(server.name, rack.install_info(server, **changes))
    rack.baremetal("node", "deploy", server.name)


def verdict(rack, server):
    """The last error of a deploy that failed; the node is given back for the next test."""

    def failed():
        node = rack.baremetal.node(server.name)
        assert node["provision_state"] != "active", f"{server.name} is active\n{server.console()[-3000:]}"
        return node["last_error"] if node["provision_state"] == "deploy failed" else None

    said = wait_for(
        failed, INSTALL_LIMIT + SILENCE, lambda: f"a verdict on {server.name}\n{server.console()[-3000:]}", every=2
    )
    rack.baremetal("node", "undeploy", server.name)
    rack.wait_state(server.name, "available", 300)
    return said


def test_a_failing_post_script_and_a_missing_disk_are_each_told_with_their_cause(rack):
    post, disk = rack.servers
    deploy(rack, post, user_data="#!/bin/sh\necho 'the licence server says no' >&2\nexit 7\n")
    deploy(rack, disk, disks=["sdz"])
    said = verdict(rack, disk)
    assert "the disk sdz" in said and "does not exist" in said, said
    said = verdict(rack, post)
    assert "%post" in said, said


def test_a_repository_that_dies_half_way_is_named(rack, first):
    log = rack.run / "repository.log"
    before = log.read_text().count("GET /core.tar")
    deploy(rack, first)
    wait_for(
        lambda: log.read_text().count("GET /core.tar") > before,
        INSTALL_LIMIT,
        lambda: f"the packages are fetched\n{first.console()[-2000:]}",
    )
    os.kill(repository(rack), signal.SIGKILL)
    said = verdict(rack, first)
    assert "core.tar" in said and "http://172.31.250.1:8080" in said, said


def repository(rack):
    image = str(rack.run.parent / "image" / "repo")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "http.server" in words and image in words:
            return int(folder.name)
    raise AssertionError("the repository does not run")


@pytest.fixture
def fresh(logs):
    """A rack of its own, for what nobody repairs."""
    running = Rack(logs, 1, "--silence", SILENCE)
    [server] = running.servers
    running.baremetal.available(server.name, running.driver_info(server))
    yield running
    running.stop()


@long
def test_no_dhcp_answer(fresh):
    [server] = fresh.servers
    # dnsmasq answers those that are listed; another address in the list is another machine.
    (fresh.run / "hosts" / "lab").write_text("")
    restart_dnsmasq(fresh)
    deploy(fresh, server)
    said = verdict(fresh, server)
    assert "DHCP" in said, said


def restart_dnsmasq(rack):
    """It forgets what it has read from the folder when it reads it again."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "dnsmasq" in words[0] and f"--conf-file={rack.run}/dnsmasq.conf" in words:
            os.kill(int(folder.name), signal.SIGHUP)
            return
    raise AssertionError("dnsmasq does not run")


@long
def test_a_kickstart_that_cannot_be_fetched(fresh):
    [server] = fresh.servers
    deploy(fresh, server)
    # Before it was switched on, Cobbler's file was looked at; now its owner loses the templates.
    wait_for(server.process, INSTALL_LIMIT, "the server is on")
    shutil.rmtree(fresh.run / "cobbler/root/lib/templates")
    said = verdict(fresh, server)
    assert "kickstart" in said, said
    # What Cobbler sent in its place is no kickstart.
    assert "the file has no autopart" in server.console()


@long
def test_power_that_is_cut_in_the_middle_of_partitioning(fresh):
    [server] = fresh.servers
    deploy(fresh, server)
    wait_console(server, "partitioning /dev/vda")
    os.kill(server.process(), signal.SIGKILL)
    said = verdict(fresh, server)
    assert "nothing was heard of the installer" in said, said
