"""Installs through a real Cobbler 3.3.10, looked at from outside with Python's own XML-RPC client."""

import os

import pytest

from cobbler import Cobbler
from lab import DEPLOY_LIMIT, Lab, Service, install_info
from processes import wait_for

pytestmark = pytest.mark.skipif(
    "COBBLER_URL" not in os.environ, reason="no real Cobbler: tests/run.sh real-cobbler starts one"
)
DISTRO = "el9-x86_64"
NOT_OURS = "somebody-elses-system"


@pytest.fixture(scope="module")
def lab(folder, logs):
    """Simulated servers that boot from the real Cobbler; slow enough to look in the middle."""
    running = Lab(folder, logs, 6, cobbler=os.environ["COBBLER_BASE"], install_seconds=5)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def service(lab, folder, logs):
    section = lab.cobbler_section()[0].upper()
    env = {
        f"FERRIC__COBBLER__{section}__USERNAME": os.environ["COBBLER_USER"],
        f"FERRIC__COBBLER__{section}__PASSWORD": os.environ["COBBLER_PASSWORD"],
    }
    running = Service(lab, folder, logs, env)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cobbler():
    """The real one, with an object of somebody else in it."""
    server = Cobbler(os.environ["COBBLER_URL"], os.environ["COBBLER_USER"], os.environ["COBBLER_PASSWORD"])
    assert DISTRO in server.everything()["distros"]
    server.add_system(NOT_OURS, DISTRO, "52:54:00:0e:15:e1")
    yield server
    server.remove_system(NOT_OURS)


def deploy(service, lab, machine):
    body = {
        "name": machine.name,
        "driver": "cisco-ucs-standalone",
        "driver_info": lab.driver_info(machine),
    }
    service.call("POST", "/v1/nodes", body)
    service.provision(machine.name, "manage")
    service.wait_state(machine.name, "manageable")
    service.provision(machine.name, "provide")
    service.wait_state(machine.name, "available")
    change = {"op": "add", "path": "/instance_info", "value": install_info(machine)}
    service.call("PATCH", f"/v1/nodes/{machine.name}", [change])
    service.provision(machine.name, "active")


def system_of(cobbler, machine):
    return next((found for mac in machine.macs if (found := cobbler.system_with_mac(mac))), None)


@pytest.mark.parametrize("firmware", ["1.5", "2.0", "4."])
def test_deploy_makes_profile_and_system_and_undeploy_removes_them(firmware, service, lab, cobbler):
    machine = lab.take(firmware)
    before = cobbler.everything()
    deploy(service, lab, machine)

    system = wait_for(
        lambda: system_of(cobbler, machine), DEPLOY_LIMIT, lambda: str(service.node(machine.name))
    )
    assert system["netboot_enabled"], "the network comes first until the installer runs"
    service.wait_state(machine.name, "active")

    system = system_of(cobbler, machine)
    assert not system["netboot_enabled"], "the next boot must not install again"
    assert system["hostname"] == f"{machine.name}.lab.example"
    assert isinstance(system["autoinstall_meta"], dict) and system["autoinstall_meta"]
    assert lab.password not in str(system), "whatever stands in Cobbler is public"
    profile = cobbler.profiles()[system["profile"]]
    assert profile["distro"] == DISTRO
    kickstart = cobbler.remote.generate_autoinstall("", system["name"])
    assert "nginx" in kickstart and "chrony" in kickstart
    lab.wait_installed_once(machine.name)

    service.provision(machine.name, "deleted")
    service.wait_state(machine.name, "available")
    assert cobbler.everything() == before


def test_nodes_of_one_service_share_a_profile_until_the_last_is_gone(service, lab, cobbler):
    before = cobbler.everything()
    first, second = lab.take(), lab.take()
    for machine in (first, second):
        deploy(service, lab, machine)
    for machine in (first, second):
        service.wait_state(machine.name, "active")
    shared = {system_of(cobbler, machine)["profile"] for machine in (first, second)}
    assert len(shared) == 1

    service.provision(first.name, "deleted")
    service.wait_state(first.name, "available")
    assert shared <= set(cobbler.profiles())
    service.provision(second.name, "deleted")
    service.wait_state(second.name, "available")
    assert cobbler.everything() == before
