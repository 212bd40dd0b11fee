"""Cisco's own SDK (imcsdk 0.9.17) is content with the simulated controllers of every generation."""

import pytest
from imcsdk.apis.server import boot, serveractions
from imcsdk.imcexception import ImcException
from imcsdk.imchandle import ImcHandle

from cimc import PASSWORD, USER, Controller

FIRMWARE = ["1.5", "2.0", "3.0", "4.0", "4.2"]


@pytest.fixture(scope="module", params=FIRMWARE)
def controller(request, logs):
    running = Controller(request.param, logs)
    running.firmware = request.param
    yield running
    running.stop()


@pytest.fixture
def handle(controller):
    """A logged-in handle; afterwards the SDK must have left no session behind."""
    sdk = ImcHandle("127.0.0.1", USER, PASSWORD, port=controller.port, secure=False)
    assert sdk.login()
    yield sdk
    sdk.logout()
    assert controller.sessions() == 0


def has_precision(controller):
    return not controller.firmware.startswith("1.")


def test_login_reads_the_firmware_version(handle, controller):
    assert str(handle.version).startswith(controller.firmware)


def test_wrong_password_is_refused_and_leaves_no_session(controller):
    sdk = ImcHandle("127.0.0.1", USER, "not-the-password", port=controller.port, secure=False)
    with pytest.raises(ImcException, match="(?i)auth"):
        sdk.login()
    assert controller.sessions() == 0


def test_open_session_is_listed(handle, controller):
    assert controller.sessions() == 1


@pytest.mark.parametrize("class_id", ["AdaptorHostEthIf", "NetworkAdapterEthIf"])
def test_nics_have_macs(class_id, handle):
    macs = [nic.mac.lower() for nic in handle.query_classid(class_id)]
    assert macs and len(set(macs)) == len(macs)
    assert all(len(mac.split(":")) == 6 for mac in macs)


def test_power_is_switched(handle):
    serveractions.server_power_down(handle, timeout=60, interval=1)
    assert serveractions.server_power_state_get(handle) == "off"
    serveractions.server_power_up(handle, timeout=60, interval=1)
    assert serveractions.server_power_state_get(handle) == "on"


def test_legacy_boot_order_is_changed(handle, controller):
    if has_precision(controller):
        assert boot.boot_order_policy_get(handle) == [], "from 2.0 on the legacy list is empty"
        return
    for first, second in (("lan", "storage"), ("storage", "lan")):
        wanted = [
            {"order": "1", "device-type": first, "name": first},
            {"order": "2", "device-type": second, "name": second},
        ]
        boot.boot_order_policy_set(handle, reboot_on_update="no", boot_devices=wanted)
        order = boot.boot_order_policy_get(handle)
        assert [device["device-type"] for device in order][:2] == [first, second]


def test_precision_boot_order_is_changed(handle, controller):
    if not has_precision(controller):
        with pytest.raises(ImcException, match="LsbootDevPrecision|lsbootDevPrecision"):
            handle.query_classid("LsbootDevPrecision")
        return
    for first, second in (("pxe", "hdd"), ("hdd", "pxe")):
        wanted = [
            {"order": "1", "device-type": first, "name": f"{first}-test"},
            {"order": "2", "device-type": second, "name": f"{second}-test"},
        ]
        boot.boot_order_precision_set(handle, reboot_on_update="no", boot_devices=wanted)
        configured = boot.boot_precision_configured_get(handle)
        assert [device["name"] for device in configured][:2] == [f"{first}-test", f"{second}-test"]


def test_inventory_names_model_and_serial(handle):
    [unit] = handle.query_classid("ComputeRackUnit")
    assert unit.model.startswith("UCS") and unit.serial
    assert int(unit.total_memory) > 0
