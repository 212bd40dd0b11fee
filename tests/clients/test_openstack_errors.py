"""What the user of the OpenStack client is told when something is wrong outside of us."""

import pytest

from lab import Service, install_info
from processes import free_port
from stock_client import OpenStack, Refused

NODES = 6


def failed_deploy(cli, lab, machine, info, **driver_info):
    """Deploys a node that cannot be deployed and returns it as the client shows it afterwards."""
    cli.available(machine.name, lab.driver_info(machine, **driver_info))
    cli.set_instance_info(machine.name, info)
    with pytest.raises(Refused):
        cli("node", "deploy", machine.name, "--wait", 180)
    node = cli.node(machine.name)
    assert node["provision_state"] == "deploy failed"
    return node


def refused_manage(cli, name, driver_info):
    """Manages a node whose controller cannot be used and returns it as it is afterwards."""
    cli.create(name, driver_info)
    with pytest.raises(Refused):
        cli("node", "manage", name, "--wait", 120)
    node = cli.node(name)
    assert node["provision_state"] == "enroll"
    return node


def contains(text, *words):
    missing = [word for word in words if word.lower() not in (text or "").lower()]
    assert not missing, f"{missing} not in {text!r}"


def test_wrong_cimc_password_leaves_the_node_in_enroll_and_says_so(lab, baremetal):
    machine = lab.take()
    info = lab.driver_info(machine, cimc_password="not-the-password")
    node = refused_manage(baremetal, machine.name, info)
    contains(node["last_error"], machine.address, "password")
    assert "not-the-password" not in str(node)


def test_unreachable_cimc_leaves_the_node_in_enroll_and_names_the_address(lab, baremetal):
    machine = lab.take()
    address = f"127.0.0.1:{free_port()}"
    node = refused_manage(baremetal, machine.name, lab.driver_info(machine, cimc_address=address))
    contains(node["last_error"], address)


def test_unknown_distro_fails_the_deploy_before_it_begins_and_names_the_distro(lab, baremetal, cobbler):
    machine = lab.take()
    info = install_info(machine, cobbler_distro="no-such-distro")
    node = failed_deploy(baremetal, lab, machine, info)
    contains(node["last_error"], "did not begin", "no-such-distro")
    assert lab.state(machine.name)["installs_started"] == 0


def test_mac_that_another_system_has_fails_the_deploy_and_names_that_system(lab, baremetal, cobbler):
    machine = lab.take()
    profile = next(iter(cobbler.profiles()))
    for number, mac in enumerate(machine.macs):
        cobbler.add_system(f"not-ours-{number}", profile, mac)
    before = cobbler.systems()
    node = failed_deploy(baremetal, lab, machine, install_info(machine))
    contains(node["last_error"], "ensure_system", "not-ours-")
    after = cobbler.systems()
    assert {name: after[name] for name in before} == before
    assert lab.state(machine.name)["installs_started"] == 0


def test_missing_instance_info_is_refused_before_anything_happens(lab, baremetal):
    machine = lab.take()
    baremetal.available(machine.name, lab.driver_info(machine))
    with pytest.raises(Refused, match="cobbler_"):
        baremetal("node", "deploy", machine.name, "--wait", 60)
    assert baremetal.node(machine.name)["provision_state"] == "available"


def test_wrong_cobbler_password_fails_the_deploy_and_says_so(lab, logs, tmp_path):
    section = lab.cobbler_section()[0].upper()
    env = {f"FERRIC__COBBLER__{section}__PASSWORD": "not-the-password"}
    service = Service(lab, tmp_path, logs, env)
    try:
        machine = lab.take()
        cli = OpenStack(service.url, "baremetal", logs / "commands.log")
        node = failed_deploy(cli, lab, machine, install_info(machine))
        contains(node["last_error"], "did not begin", "cobbler", "login")
        assert "not-the-password" not in str(node)
        assert "not-the-password" not in service.program.output()
    finally:
        service.stop()
