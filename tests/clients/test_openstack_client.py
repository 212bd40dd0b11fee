"""A node's whole life through the stock OpenStack client, on controllers of three generations."""

import re

import pytest

from lab import install_info
from stock_client import Refused

# One firmware with each of the three boot order dialects; the longer client name once is enough.
GENERATIONS = [("1.5", "baremetal"), ("2.0", "baremetal"), ("4.", "openstack")]


@pytest.mark.parametrize(("firmware", "client"), GENERATIONS)
def test_node_lives_from_create_to_delete(firmware, client, lab, cobbler, request):
    cli = request.getfixturevalue(client)
    machine = lab.take(firmware)
    name = machine.name

    created = cli.create(name, lab.driver_info(machine), resource_class="ucs")
    assert created["provision_state"] == "enroll"
    assert created["driver_info"]["cimc_password"] == "******"

    cli("node", "manage", name, "--wait", 60)
    managed = cli.node(name)
    assert managed["provision_state"] == "manageable"
    assert managed["power_state"] in ("power on", "power off")

    cli("node", "provide", name, "--wait", 60)
    cli.set_instance_info(name, install_info(machine))
    checks = {row["Interface"]: row for row in cli.json("node", "validate", name)}
    for interface in ("power", "management", "boot", "deploy"):
        assert checks[interface]["Result"] is True, checks[interface]

    cli("node", "deploy", name, "--wait", 180)
    assert cli.node(name)["provision_state"] == "active"
    assert cli.node(name)["power_state"] == "power on"
    lab.wait_installed_once(name)
    ports = cli.json("port", "list", "--node", name)
    assert sorted(port["address"] for port in ports) == sorted(machine.macs)
    system = next(found for mac in machine.macs if (found := cobbler.system_with_mac(mac)))
    assert not system["netboot_enabled"]
    device = cli.json("node", "boot", "device", "show", name)
    assert device["boot_device"] == "disk"

    # A second run of the installer would show here.
    cli("node", "power", "off", name, "--soft", "--power-timeout", 30)
    cli.wait_power(name, "power off")
    cli("node", "power", "on", name)
    cli.wait_power(name, "power on")
    cli("node", "reboot", name)
    cli.wait_power(name, "power on")
    assert lab.state(name)["installs_started"] == 1

    cli("node", "undeploy", name, "--wait", 120)
    gone = cli.node(name)
    assert gone["provision_state"] == "available"
    assert gone["instance_info"] == {}
    assert all(cobbler.system_with_mac(mac) is None for mac in machine.macs)

    # A controller has four sessions in all; they belong to people too.
    sessions = lab.state(name)["sessions"]
    assert sessions["open"] == 0 and sessions["most_open"] <= 2, sessions

    cli("node", "delete", name)
    with pytest.raises(Refused, match=f"(?i){re.escape(name)}.*not be found"):
        cli("node", "show", name)


@pytest.fixture(scope="module")
def managed(lab, baremetal):
    """A node that is manageable, for the tests that need no install."""
    machine = lab.take()
    baremetal.create(machine.name, lab.driver_info(machine))
    baremetal("node", "manage", machine.name, "--wait", 60)
    return machine


def test_power_can_be_switched_off_and_on(managed, baremetal):
    for command, state in (("off", "power off"), ("on", "power on"), ("off", "power off")):
        baremetal("node", "power", command, managed.name)
        baremetal.wait_power(managed.name, state)


@pytest.mark.parametrize("device", ["pxe", "disk"])
def test_boot_device_that_was_set_is_shown(device, managed, baremetal):
    supported = baremetal.json("node", "boot", "device", "show", "--supported", managed.name)
    assert device in supported["supported_boot_devices"].split(", ")
    baremetal("node", "boot", "device", "set", managed.name, device, "--persistent")
    shown = baremetal.json("node", "boot", "device", "show", managed.name)
    assert shown == {"boot_device": device, "persistent": True}


def test_boot_device_that_no_controller_has_is_refused(managed, baremetal):
    with pytest.raises(Refused, match="(?s)wanboot.*HTTP 400"):
        baremetal("node", "boot", "device", "set", managed.name, "wanboot")


def test_maintenance_is_set_with_a_reason_and_unset(managed, baremetal):
    baremetal("node", "maintenance", "set", managed.name, "--reason", "new fans")
    node = baremetal.node(managed.name)
    assert (node["maintenance"], node["maintenance_reason"]) == (True, "new fans")
    baremetal("node", "maintenance", "unset", managed.name)
    node = baremetal.node(managed.name)
    assert (node["maintenance"], node["maintenance_reason"]) == (False, None)


def test_traits_are_added_listed_and_removed(managed, baremetal):
    baremetal("node", "add", "trait", managed.name, "CUSTOM_RACK_7", "CUSTOM_VIC")
    listed = baremetal.json("node", "trait", "list", managed.name)
    assert [row["traits"] for row in listed] == ["CUSTOM_RACK_7", "CUSTOM_VIC"]
    baremetal("node", "remove", "trait", managed.name, "CUSTOM_VIC")
    listed = baremetal.json("node", "trait", "list", managed.name)
    assert [row["traits"] for row in listed] == ["CUSTOM_RACK_7"]


def test_node_list_shows_the_node_with_its_states(managed, baremetal):
    rows = {row["name"]: row for row in baremetal.json("node", "list")}
    assert rows[managed.name]["provision_state"] == "manageable"


def test_port_made_by_hand_is_not_made_again(lab, baremetal):
    machine = lab.take()
    node = baremetal.create(machine.name, lab.driver_info(machine))
    baremetal("port", "create", "--node", node["uuid"], machine.macs[0])
    baremetal("node", "manage", machine.name, "--wait", 60)
    baremetal("node", "provide", machine.name, "--wait", 60)
    baremetal.set_instance_info(machine.name, install_info(machine))
    baremetal("node", "deploy", machine.name, "--wait", 180)
    ports = baremetal.json("port", "list", "--node", machine.name)
    assert sorted(port["address"] for port in ports) == sorted(machine.macs)


def test_same_mac_cannot_belong_to_two_nodes(lab, baremetal):
    first, second = lab.take(), lab.take()
    one = baremetal.create(first.name, lab.driver_info(first))
    two = baremetal.create(second.name, lab.driver_info(second))
    baremetal("port", "create", "--node", one["uuid"], "52:54:00:aa:bb:cc")
    with pytest.raises(Refused, match="52:54:00:aa:bb:cc"):
        baremetal("port", "create", "--node", two["uuid"], "52:54:00:aa:bb:cc")
