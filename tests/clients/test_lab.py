"""Two virtual machines from nothing to installed and back, with OpenStack's client and a real Cobbler."""

import json

import pytest

from processes import wait_for
from rack import BOOT_LIMIT, INSTALL_LIMIT, Rack


@pytest.fixture(scope="module")
def rack(logs):
    running = Rack(logs, 2, silence=INSTALL_LIMIT)
    yield running
    running.stop()


# One that cloud-init alone understands, and one that is run where there is no cloud-init.
CLOUD_CONFIG = """#cloud-config
write_files:
- path: /root/from-user-data
  content: "%(name)s says $(this) 'unchanged'"
runcmd:
- [cp, /proc/sys/kernel/random/boot_id, /root/run-once]
"""
SCRIPT = """#!/bin/sh
printf '%%s' "%(name)s says \\$(this) 'unchanged'" >/root/from-user-data
"""


def user_data(server):
    text = {"bios": CLOUD_CONFIG, "uefi": SCRIPT}[server.boot_mode]
    return text % {"name": server.name}


def cloud_init_result(server):
    """What cloud-init says of its work in this boot, once it is done."""
    told = lambda: server.ssh("cat /run/cloud-init/result.json").stdout
    return json.loads(wait_for(told, BOOT_LIMIT, lambda: f"cloud-init\n{server.console()[-2000:]}", every=2))["v1"]


def fetched(rack, server):
    """What has been sent to it by TFTP."""
    end = f" to {server.address}"
    lines = (rack.run / "dnsmasq.log").read_text().splitlines()
    return [line.removesuffix(end) for line in lines if "sent " in line and line.endswith(end)]


def test_two_servers_of_different_firmware_are_installed_side_by_side_and_given_back(rack):
    servers = rack.servers
    assert len({server.firmware for server in servers}) == 2
    assert [server.boot_mode for server in servers] == ["bios", "uefi"]
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
        if server.boot_mode == "bios":
            result = cloud_init_result(server)
            assert "NoCloud" in result["datasource"] and result["errors"] == [], result
            assert server.said("cat /root/run-once") == boots[server.name]
        assert server.said("cat /root/from-user-data") == f"{server.name} says $(this) 'unchanged'"
        assert "tree" in server.said("tree --version")
        root = {"bios": "/dev/vda1", "uefi": "/dev/vda2"}[server.boot_mode]
        assert f"root={root}" in server.said("cat /proc/cmdline")
        assert server.said("test -d /sys/firmware/efi && echo uefi || echo bios") == server.boot_mode
        assert rack.baremetal.json("node", "boot", "device", "show", server.name)["boot_device"] == "disk"
        assert server.pxe_file() and not server.netboots(), "Cobbler's own file must not install again"
        for file in server.boot_files():
            assert any(sent.endswith(f"/{file}") for sent in fetched(rack, server)), file
    assert len({server.said("cat /etc/ssh/ssh_host_ed25519_key.pub") for server in servers}) == 2

    for server in servers:
        server.said("echo kept >/root/marker && sync")
        rack.openstack("node", "reboot", server.name)
    for server in servers:
        server.wait_ssh(other_boot_than=boots[server.name])
        assert server.said("cat /root/marker") == "kept", "the second boot is from the same disk"
        if server.boot_mode == "bios":
            cloud_init_result(server)
            assert server.said("cat /root/run-once") == boots[server.name], "user data is applied once"

    for server in servers:
        rack.openstack("node", "undeploy", server.name)
    for server in servers:
        node = rack.wait_state(server.name, "available")
        assert node["power_state"] == "power off"
        assert server.pxe_file() is None
        wait_for(lambda: server.process() is None, 30, f"no QEMU of {server.name}")
