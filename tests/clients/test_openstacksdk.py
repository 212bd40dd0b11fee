"""openstacksdk's baremetal proxy, as Ansible and scripts use it."""

import openstack as sdk
import pytest

from lab import install_info

NODES = 2


@pytest.fixture(scope="module")
def connection(service):
    return sdk.connect(
        load_yaml_config=False,
        load_envvars=False,
        auth_type="none",
        baremetal_endpoint_override=service.url,
        endpoint=service.url,
    )


def test_node_is_deployed_and_taken_down_again(connection, lab):
    machine = lab.take()
    api = connection.baremetal
    node = api.create_node(
        name=machine.name, driver="cisco-ucs-standalone", driver_info=lab.driver_info(machine)
    )
    assert node.provision_state == "enroll"
    node = api.set_node_provision_state(node, "manage", wait=True, timeout=60)
    node = api.set_node_provision_state(node, "provide", wait=True, timeout=60)
    node = api.update_node(node, instance_info=install_info(machine))
    assert api.validate_node(node, required=("power", "management", "deploy"))

    api.set_node_provision_state(node, "active")
    [node] = api.wait_for_nodes_provision_state([node], "active", timeout=180)
    lab.wait_installed_once(machine.name)
    assert {port.address for port in api.ports(node=node.id)} == set(machine.macs)

    node = api.set_node_provision_state(node, "deleted", wait=True, timeout=120)
    assert node.provision_state == "available"
    api.delete_node(node)
    assert api.find_node(machine.name) is None


def test_power_state_is_changed_and_waited_for(connection, lab):
    machine = lab.take()
    api = connection.baremetal
    node = api.create_node(
        name=machine.name, driver="cisco-ucs-standalone", driver_info=lab.driver_info(machine)
    )
    node = api.set_node_provision_state(node, "manage", wait=True, timeout=60)
    for target in ("power on", "power off"):
        api.set_node_power_state(node, target, wait=True, timeout=60)
        assert api.get_node(node.id).power_state == target
