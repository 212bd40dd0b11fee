"""Installations that fail for real in the lab, and take minutes to do so: most wait for silence.

Each has a rack of its own, since nobody repairs it. They run with FERRIC_LAB=all.
"""

import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from processes import Program, find_process, wait_for
from rack import COBBLER, INSTALL_LIMIT, Rack, assert_told, wait_console

pytestmark = pytest.mark.skipif(os.environ.get("FERRIC_LAB") != "all", reason="takes minutes: FERRIC_LAB=all")


def one_server(logs, **options):
    running = Rack(logs, 1, **options)
    [server] = running.servers
    running.baremetal.available(server.name, running.driver_info(server))
    return running


@pytest.fixture
def fresh(logs):
    running = one_server(logs)
    yield running
    running.stop()


def test_no_dhcp_answer(fresh):
    [server] = fresh.servers
    # dnsmasq answers those that are listed.
    (fresh.run / "hosts" / "lab").write_text("")
    restart_dnsmasq(fresh)
    fresh.deploy(server)
    assert_told(fresh.verdict(server), "no DHCP seen", "the server is on and Cobbler has its file ready")


def restart_dnsmasq(rack):
    """It forgets what it has read from the folder when it reads it again."""
    configuration = f"--conf-file={rack.run}/dnsmasq.conf"
    found = find_process(lambda words: "dnsmasq" in words[0] and configuration in words)
    assert found, "dnsmasq does not run"
    os.kill(found, signal.SIGHUP)


def test_a_kickstart_that_cannot_be_fetched(fresh):
    [server] = fresh.servers
    fresh.deploy(server)
    # Before it was switched on, Cobbler's file was looked at; now its owner loses the templates.
    wait_for(server.process, INSTALL_LIMIT, "the server is on")
    shutil.rmtree(fresh.run / "cobbler/root/lib/templates")
    assert_told(fresh.verdict(server), "kickstart not fetched", "has no link to this service any more")
    # What Cobbler sent in its place is no kickstart.
    assert "the file has no" in server.console()


def test_power_that_is_cut_in_the_middle_of_partitioning(fresh):
    [server] = fresh.servers
    fresh.deploy(server)
    wait_console(server, "partitioning /dev/vda")
    os.kill(server.process(), signal.SIGKILL)
    said = fresh.verdict(server)
    assert_told(said, "unknown: nothing was heard of the installer", "the server's power is off, and nobody here")


@pytest.fixture
def looping(logs):
    """A rack whose service waits for the first boot from disk: a loop is noticed before the node is active."""
    running = one_server(logs, env={"FERRIC__CONDUCTOR__INSTALLED_WHEN": "booted"})
    yield running
    running.stop()


@pytest.fixture
def netboot_stays_on(looping, logs):
    """Automation of Cobbler's owner that switches netboot on wherever it finds it off."""
    script = Path(__file__).with_name("netboot_on.py")
    program = Program([*looping.enter, sys.executable, "-u", script, COBBLER], logs / "netboot-on.log")
    yield program
    program.stop()


def test_boot_order_that_is_ignored_while_netboot_is_switched_on_again(looping, netboot_stays_on):
    [server] = looping.servers
    looping.set_quirks(server, "ignores_boot_order")
    looping.deploy(server)
    said = looping.failure(server)
    assert_told(said, "boot loop: the server has started its installer 3 times in this deploy", "it was powered off")
    assert looping.baremetal.node(server.name)["power_state"] == "power off"
    wait_for(lambda: server.process() is None, 30, "no QEMU")
    # The disk was complete twice, and first in the controller's order.
    assert len(re.findall(r"^lab: [\d.]+ installed\s*$", server.console(), re.MULTILINE)) == 2
    assert looping.baremetal.json("node", "boot", "device", "show", server.name)["boot_device"] == "disk"
    assert "netboot on again" in netboot_stays_on.output()
