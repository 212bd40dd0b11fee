"""Two virtual machines from nothing to installed and back, with OpenStack's client and a real Cobbler."""

import pytest

from processes import wait_for
from rack import Rack


@pytest.fixture(scope="module")
def rack(logs):
    running = Rack(logs, 2)
    yield running
    running.stop()


def user_data(server):
    return f"#!/bin/sh\necho '{server.name} says $(this) \"unchanged\"' >/root/from-user-data\n"


def test_two_servers_of_different_firmware_are_installed_side_by_side_and_given_back(rack):
    servers = rack.servers
    assert len({server.firmware for server in servers}) == 2
    for server in servers:
        rack.openstack.available(server.name, rack.driver_info(server))
        rack.openstack.set_instance_info(
            server.name, rack.install_info(server, user_data=user_data(server))
        )
    rack.openstack("node", "deploy", *[server.name for server in servers])
    for server in servers:
        rack.wait_state(server.name, "active")

    boots = {}
    for server in servers:
        boots[server.name] = server.wait_ssh()
        assert server.said("hostname") == f"{server.name}.lab.example"
        assert server.said("cat /root/.ssh/authorized_keys") == rack.key
        assert server.said("cat /root/from-user-data") == f'{server.name} says $(this) "unchanged"'
        assert "tree" in server.said("tree --version")
        assert "root=/dev/vda1" in server.said("cat /proc/cmdline")
        assert rack.baremetal.json("node", "boot", "device", "show", server.name)["boot_device"] == "disk"
        assert "localboot" in server.pxe_file(), "Cobbler's own file must not install again"
    assert len({server.said("cat /etc/ssh/ssh_host_ed25519_key.pub") for server in servers}) == 2

    for server in servers:
        server.said("echo kept >/root/marker && sync")
        rack.openstack("node", "reboot", server.name)
    for server in servers:
        server.wait_ssh(other_boot_than=boots[server.name])
        assert server.said("cat /root/marker") == "kept", "the second boot is from the same disk"

    for server in servers:
        rack.openstack("node", "undeploy", server.name)
    for server in servers:
        node = rack.wait_state(server.name, "available")
        assert node["power_state"] == "power off"
        assert server.pxe_file() is None
        wait_for(lambda: server.process() is None, 30, f"no QEMU of {server.name}")
