"""Nova's own driver for Ironic, unchanged: it lists, spawns, powers, rebuilds and destroys through Ferric."""

import uuid

import pytest
from nova import exception, objects
from nova.compute import power_state, provider_tree

import compute
from conftest import IMAGE
from processes import wait_for

CLASS = "CUSTOM_BM_UCS"
TRAIT = "CUSTOM_VIC"
PROPERTIES = {"cpus": 32, "memory_mb": 65536, "local_gb": 400, "cpu_arch": "x86_64"}


def enrolled(service, name, driver, **fields):
    """A node that Nova may use; its UUID."""
    body = {"name": name, "driver": driver, "resource_class": "bm.ucs", "properties": PROPERTIES, **fields}
    node = service.call("POST", "/v1/nodes", body)["uuid"]
    service.call("PUT", f"/v1/nodes/{name}/traits/{TRAIT}")
    service.provision(name, "manage")
    service.wait_state(name, "manageable")
    service.provision(name, "provide")
    service.wait_state(name, "available")
    # Nova leaves a node alone whose power it doesn't know.
    if service.node(name)["power_state"] is None:
        service.call("PUT", f"/v1/nodes/{name}/states/power", {"target": "power off"})
        wait_for(lambda: service.node(name)["power_state"], 30, "a power state")
    return node


@pytest.fixture(scope="module")
def fake(service):
    return enrolled(service, "fake", "fake-hardware")


@pytest.fixture(scope="module")
def machine(lab):
    return lab.take()


@pytest.fixture(scope="module")
def server(service, lab, machine):
    """A simulated UCS server."""
    return enrolled(service, machine.name, "cisco-ucs-standalone", driver_info=lab.driver_info(machine))


def inventory(driver, node):
    """What the driver reports of a node to Placement: (inventory, traits)."""
    driver.get_available_nodes()
    tree = provider_tree.ProviderTree()
    tree.new_root(node, node)
    driver.update_provider_tree(tree, node)
    reported = tree.data(node)
    return reported.inventory, reported.traits


def spawned(driver, node, mac, name):
    """What nova-compute does from the claim to the spawn; (instance, network)."""
    network = compute.network(mac, "10.8.0.40")
    wanted = compute.instance(node, IMAGE, name, network, **{f"trait:{TRAIT}": "required"})
    driver.prepare_for_spawn(wanted)
    driver.prepare_networks_before_block_device_mapping(wanted, network)
    assert driver.get_volume_connector(wanted)["host"]
    driver.spawn(compute.admin(), wanted, compute.image(IMAGE), [], "admin-pass", {}, network, {})
    return wanted, network


def rebuilt(driver, wanted, network):
    wanted.task_state = "rebuilding"
    wanted.save()
    bdms = objects.BlockDeviceMappingList()
    driver.rebuild(
        compute.admin(), wanted, compute.image(IMAGE), [], "admin-pass", {}, bdms, None, None, network_info=network
    )


def state(driver, wanted):
    return driver.get_info(wanted, use_cache=False).state


def test_free_nodes_are_listed_with_class_traits_and_architecture(driver, fake, server):
    assert {fake, server} <= set(driver.get_available_nodes())
    for node in (fake, server):
        assert driver.node_is_available(node)
        resource = driver.get_available_resource(node)
        assert resource["resource_class"] == "bm.ucs"
        assert resource["stats"]["cpu_arch"] == "x86_64"
        stock, traits = inventory(driver, node)
        assert (stock[CLASS]["total"], stock[CLASS]["reserved"]) == (1, 0)
        assert traits == {TRAIT}
    assert driver.is_node_deleted(str(uuid.uuid4()))


def test_instance_lives_on_fake_hardware_from_spawn_to_destroy(driver, service, fake):
    wanted, network = spawned(driver, fake, "52:54:00:aa:00:01", "on-fake")
    node = service.node("fake")
    assert (node["provision_state"], node["instance_uuid"]) == ("active", wanted.uuid)
    assert node["instance_info"]["display_name"] == "on-fake"
    assert node["instance_info"]["traits"] == [TRAIT]
    assert inventory(driver, fake)[0][CLASS]["reserved"] == 1
    assert wanted.uuid in driver.list_instance_uuids()
    assert driver.instance_exists(wanted)

    other = compute.instance(fake, IMAGE, "too-late", network)
    with pytest.raises(exception.ComputeResourcesUnavailable):
        driver.prepare_for_spawn(other)

    driver.power_off(wanted)
    assert state(driver, wanted) == power_state.SHUTDOWN
    driver.power_on(compute.admin(), wanted, network)
    assert state(driver, wanted) == power_state.RUNNING
    for kind in ("SOFT", "HARD"):
        driver.reboot(compute.admin(), wanted, network, kind)
        assert state(driver, wanted) == power_state.RUNNING
    [extra] = compute.network("52:54:00:aa:00:02", "10.8.0.41")
    driver.attach_interface(compute.admin(), wanted, compute.image(IMAGE), extra)
    driver.detach_interface(compute.admin(), wanted, extra)
    rebuilt(driver, wanted, network)
    assert service.node("fake")["provision_state"] == "active"

    driver.destroy(compute.admin(), wanted, network)
    service.wait_state("fake", "available")
    assert not driver.instance_exists(wanted)
    assert state(driver, wanted) == power_state.NOSTATE
    assert inventory(driver, fake)[0][CLASS]["reserved"] == 0


def test_instance_is_rescued_and_comes_back(driver, service):
    node = enrolled(service, "rescued", "fake-hardware")
    wanted, network = spawned(driver, node, "52:54:00:aa:00:03", "to-rescue")
    driver.rescue(compute.admin(), wanted, network, compute.image(IMAGE), "words", None, None)
    assert service.node("rescued")["provision_state"] == "rescue"
    driver.unrescue(compute.admin(), wanted)
    assert service.node("rescued")["provision_state"] == "active"


def test_spawn_installs_a_server_and_destroy_leaves_nothing_of_it(driver, service, lab, cobbler, machine, server):
    before = cobbler.systems(), cobbler.profiles()
    wanted, network = spawned(driver, server, machine.macs[0], "on-ucs")
    node = service.node(machine.name)
    assert (node["provision_state"], node["power_state"]) == ("active", "power on")
    lab.wait_installed_once(machine.name)
    system = next(found for mac in machine.macs if (found := cobbler.system_with_mac(mac)))
    assert not system["netboot_enabled"]
    assert state(driver, wanted) == power_state.RUNNING

    driver.power_off(wanted, timeout=20)
    assert state(driver, wanted) == power_state.SHUTDOWN
    driver.power_on(compute.admin(), wanted, network)
    driver.reboot(compute.admin(), wanted, network, "SOFT")
    assert state(driver, wanted) == power_state.RUNNING
    assert lab.state(machine.name)["installs_started"] == 1

    rebuilt(driver, wanted, network)
    finished = lambda: lab.state(machine.name)["installs_finished"] == 2
    wait_for(finished, 60, lambda: f"a second install: {lab.state(machine.name)}")

    driver.destroy(compute.admin(), wanted, network)
    node = service.wait_state(machine.name, "available")
    assert (node["instance_uuid"], node["instance_info"]) == (None, {})
    assert (cobbler.systems(), cobbler.profiles()) == before


def test_image_that_nobody_knows_fails_the_spawn_with_a_reason_and_frees_the_node(driver, service, lab):
    machine = lab.take()
    node = enrolled(service, machine.name, "cisco-ucs-standalone", driver_info=lab.driver_info(machine))
    unknown = str(uuid.uuid4())
    network = compute.network(machine.macs[0], "10.8.0.42")
    wanted = compute.instance(node, unknown, "nothing-to-install", network)
    driver.prepare_for_spawn(wanted)
    driver.prepare_networks_before_block_device_mapping(wanted, network)
    with pytest.raises(exception.ValidationError, match=f"image_source.*{unknown}|{unknown}.*image_source"):
        driver.spawn(compute.admin(), wanted, compute.image(unknown), [], None, {}, network, {})
    node = service.node(machine.name)
    assert (node["provision_state"], node["instance_uuid"]) == ("available", None)
    assert lab.state(machine.name)["installs_started"] == 0
