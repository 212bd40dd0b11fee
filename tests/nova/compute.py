"""What nova-compute has around its Ironic driver: configuration, database, instances, networks.

All of it is Nova's own, on an SQLite database; only what belongs to other services is made up here: the
image's record (Glance), the network's (Neutron) and the security groups.
"""

import base64
from pathlib import Path
from unittest import mock

import nova.conf
from nova import config, context, objects
from nova.db.main import api as database
from nova.db.main import models
from nova.network import model
from nova.virt.ironic.driver import IronicDriver
from oslo_utils import uuidutils

HOST = "compute-of-the-tests"
CONF = nova.conf.CONF
# What nova-compute is sent together with an instance.
WITH_THE_INSTANCE = ["metadata", "system_metadata", "flavor", "info_cache", "security_groups", "numa_topology"]
USER_DATA = "#!/bin/sh\necho nova-was-here\n"


def start(folder: Path, url: str) -> IronicDriver:
    """A driver that talks to the Ironic at `url`."""
    config.parse_args(["nova-compute"], default_config_files=[], configure_db=False)
    CONF.set_override("host", HOST)
    CONF.set_override("instances_path", str(folder))
    CONF.set_override("lock_path", str(folder / "locks"), group="oslo_concurrency")
    CONF.set_override("connection", f"sqlite:///{folder}/nova.sqlite", group="database")
    CONF.set_override("auth_type", "none", group="ironic")
    CONF.set_override("endpoint_override", url, group="ironic")
    CONF.set_override("api_retry_interval", 1, group="ironic")
    database.configure(CONF)
    objects.register_all()
    models.BASE.metadata.create_all(database.get_engine())
    mock.patch("nova.api.metadata.base.security_group_api.get_instance_security_groups", return_value=[]).start()
    driver = IronicDriver(mock.Mock())
    driver.init_host(HOST)
    return driver


def admin():
    return context.RequestContext("user-1", "project-1", is_admin=True, user_name="ann", project_name="lab")


def image(identity: str, **properties) -> objects.ImageMeta:
    """An image as Glance describes it."""
    return objects.ImageMeta.from_dict({"id": identity, "name": "EL 9", "status": "active", "properties": properties})


def instance(node: str, image_id: str, name: str, ports: model.NetworkInfo, **extra_specs) -> objects.Instance:
    """A server that somebody has asked for, scheduled to a node; it has a row in Nova's database."""
    flavor = objects.Flavor(
        name="bm.ucs", flavorid="bm-ucs", memory_mb=65536, vcpus=32, root_gb=400, ephemeral_gb=0, swap=0,
        extra_specs=extra_specs, is_public=True, disabled=False, rxtx_factor=1.0, vcpu_weight=0, id=1,
    )
    wanted = objects.Instance(
        context=admin(), uuid=uuidutils.generate_uuid(), host=HOST, node=node, compute_id=1, flavor=flavor,
        image_ref=image_id,
        user_id="user-1", project_id="project-1", display_name=name, hostname=name, vm_state="building",
        task_state="spawning", config_drive="True", memory_mb=65536, vcpus=32, root_gb=400, ephemeral_gb=0,
        user_data=base64.b64encode(USER_DATA.encode()).decode(), system_metadata={"image_base_image_ref": image_id},
    )
    wanted.create()
    created = objects.Instance.get_by_uuid(admin(), wanted.uuid, expected_attrs=WITH_THE_INSTANCE)
    created.info_cache.network_info = ports
    created.info_cache.save()
    return created


def network(mac: str, address: str) -> model.NetworkInfo:
    """One Neutron port with a fixed address, as the driver gets it."""
    fixed = model.FixedIP(address=address)
    subnet = model.Subnet(
        cidr="10.8.0.0/24", dns=[], gateway=model.IP(address="10.8.0.1"), ips=[fixed], routes=[], version=4
    )
    lab = model.Network(id=uuidutils.generate_uuid(), bridge="br0", label="lab", subnets=[subnet])
    port = model.VIF(id=uuidutils.generate_uuid(), address=mac, network=lab, vnic_type="baremetal")
    return model.NetworkInfo([port])
