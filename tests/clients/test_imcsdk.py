"""Cisco's own SDK (imcsdk 0.9.17) is content with the simulated controllers of every generation."""

import time

import pytest
from imcsdk.apis.server import bios, boot, health, inventory, serveractions
from imcsdk.apis.v2.server import boot as boot_v2
from imcsdk.apis.v2.server import inventory as inventory_v2
from imcsdk.apis.v2.server import serveractions as serveractions_v2
from imcsdk.imcexception import ImcException, ImcLoginError
from imcsdk.imchandle import ImcHandle
from imcsdk.mometa.bios.BiosUnit import BiosUnit
from imcsdk.mometa.lsboot.LsbootDevPrecision import LsbootDevPrecision
from imcsdk.mometa.lsboot.LsbootHdd import LsbootHdd
from imcsdk.mometa.lsboot.LsbootPxe import LsbootPxe
from imcsdk.mometa.one.OneTimePrecisionBootDevice import OneTimePrecisionBootDevice

from cimc import PASSWORD, USER, Controller

# Every personality with the XML API, and its version as the SDK reads it: 1.5(1b) tells none at login.
FIRMWARE = {
    "1.4": "1.4(3c)",
    "1.5a": "ancient",
    "1.5": "1.5(4)",
    "2.0": "2.0(13e)",
    "3.0": "3.0(4a)",
    "4.0": "4.0(2f)",
    "4.1": "4.1(3i)",
    "4.2": "4.2(2a)",
    "4.3": "4.3(2.230270)",
    "4.3-m8": "4.3(5.250001)",
}
UNIT = "sys/rack-unit-1"
PRECISION = f"{UNIT}/boot-precision"


@pytest.fixture(scope="module", params=FIRMWARE)
def controller(request, logs):
    running = Controller(request.param, logs)
    running.firmware = request.param
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """The SDK sleeps whole seconds between looks; these machines need milliseconds."""
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.02)))


def sdk(controller, password=PASSWORD):
    return ImcHandle("127.0.0.1", USER, password, port=controller.port, secure=False)


@pytest.fixture
def handle(controller):
    """A logged-in handle; afterwards the SDK must have left no session behind."""
    sdk_handle = sdk(controller)
    assert sdk_handle.login()
    assert controller.sessions() == 1
    yield sdk_handle
    assert sdk_handle.logout()
    assert controller.sessions() == 0
    assert controller.machine()["sessions"]["most_open"] == 1


def generation(controller):
    return tuple(int(part) for part in controller.firmware[:3].split("."))


def has_precision(controller):
    return generation(controller) >= (2, 0)


def is_m8(controller):
    return controller.firmware == "4.3-m8"


def server(handle):
    [unit] = handle.query_classid("ComputeRackUnit")
    return unit


# Sessions.


def test_login_reads_version_and_model(handle, controller):
    assert str(handle.version) == FIRMWARE[controller.firmware]
    assert handle.model == controller.machine()["model"]
    assert handle.platform == "classic"


def test_wrong_password_is_refused_and_leaves_no_session(controller):
    with pytest.raises(ImcException, match="(?i)auth"):
        sdk(controller, "not-the-password").login()
    assert controller.sessions() == 0


def test_refresh_gives_another_cookie_for_the_same_session(handle, controller):
    before = handle.cookie
    assert handle._refresh()
    assert handle.cookie != before
    assert server(handle).serial == controller.machine()["serial"]
    assert controller.sessions() == 1


def test_the_open_session_is_listed(handle):
    [session] = handle.query_classid("AaaSession")
    assert session.user == USER


def test_the_fifth_session_is_refused(controller):
    controller.fault({"foreign_sessions": 4}, count=1)
    with pytest.raises(ImcException, match="(?i)maximum sessions"):
        sdk(controller).login()
    assert controller.sessions() == 0


# Power.


def is_on(controller, handle):
    assert serveractions.server_power_state_get(handle) == ("on" if controller.machine()["powered"] else "off")
    return controller.machine()["powered"]


def test_power_is_switched_on_and_off(handle, controller):
    serveractions.server_power_down(handle, interval=1)
    assert not is_on(controller, handle)
    serveractions_v2.server_power_up(handle, interval=1)
    assert is_on(controller, handle)
    serveractions_v2.server_power_down(handle, interval=1)
    assert not is_on(controller, handle)


def cycle(handle, controller):
    """The SDK waits for a power that is on before it goes off: the boot itself is waited for here."""
    posts = controller.count("post_began")
    serveractions.server_power_cycle(handle, interval=1)
    controller.wait_event("post_began", posts + 1)


def test_a_cycle_passes_through_off(handle, controller):
    serveractions.server_power_up(handle, interval=1)
    controller.wait_until("os_up")
    offs = controller.count("powered_off")
    cycle(handle, controller)
    controller.wait_until("os_up")
    assert controller.count("powered_off") == offs + 1


def test_a_graceful_shutdown_is_obeyed_by_the_system_on_disk(handle, controller):
    serveractions.server_power_up(handle, interval=1)
    controller.wait_until("os_up")
    serveractions.server_power_down_gracefully(handle, interval=1)
    controller.wait_until("off")


def test_a_reset_and_an_interrupt_leave_the_power_on(handle, controller):
    serveractions.server_power_up(handle, interval=1)
    controller.wait_until("os_up")
    offs = controller.count("powered_off")
    for command, event in (("hard-reset-immediate", "post_began"), ("diagnostic-interrupt", "interrupted")):
        before = controller.count(event)
        unit = server(handle)
        unit.admin_power = command
        handle.set_mo(unit)
        controller.wait_event(event, before + 1)
        assert server(handle).admin_power == "policy"
    assert controller.count("powered_off") == offs


# Boot order.


def test_legacy_boot_order_is_changed_below_2_0(handle, controller):
    if has_precision(controller):
        assert boot.boot_order_policy_get(handle) == [], "from 2.0 on the legacy list is empty"
        return
    for first, second in (("lan", "storage"), ("storage", "lan")):
        wanted = [
            {"order": "1", "device-type": first, "name": first},
            {"order": "2", "device-type": second, "name": second},
        ]
        boot.boot_order_policy_set(handle, reboot_on_update="no", boot_devices=wanted)
        for api in (boot, boot_v2):
            order = api.boot_order_policy_get(handle)
            assert [device["device-type"] for device in order][:2] == [first, second]


def test_the_newer_legacy_call_removes_what_its_own_metadata_calls_permanent(handle, controller):
    """A named exception: `LsbootVirtualMedia` has the verbs Add and Get and no Remove, and the newer
    call removes every device first (in the older one that line is commented out)."""
    if not has_precision(controller):
        with pytest.raises(ImcException, match="can't be deleted"):
            boot_v2.boot_order_policy_set(handle, boot_devices=[])
        assert boot.boot_order_policy_get(handle)


@pytest.mark.parametrize("api", [boot, boot_v2], ids=["v1", "v2"])
def test_precision_boot_order_is_changed_from_2_0_on(handle, controller, api):
    if not has_precision(controller):
        with pytest.raises(ImcException, match="(?i)lsbootDevPrecision"):
            handle.query_classid("LsbootDevPrecision")
        return
    for first, second in (("pxe", "hdd"), ("hdd", "pxe")):
        wanted = [
            {"order": "1", "device-type": first, "name": f"{first}-test", "state": "Enabled"},
            {"order": "2", "device-type": second, "name": f"{second}-test", "state": "Enabled"},
        ]
        for device in wanted:
            if device["device-type"] == "pxe":
                device |= {"slot": "L", "port": "1"}
                if api is boot_v2:
                    device["interface_source"] = "port"
        set_order = lambda **mode: api.boot_order_precision_set(
            handle, reboot_on_update="no", boot_devices=[dict(device) for device in wanted], **mode
        )
        if is_m8(controller):
            # A UEFI-only board takes no boot mode, which the SDK always sends.
            with pytest.raises(ImcException, match="configuredBootMode"):
                set_order()
            # The newer call has deleted all devices before it is refused: the server has no order.
            assert (api.boot_precision_configured_get(handle) == []) == (api is boot_v2)
            for order, device in enumerate((LsbootHdd(PRECISION, "disk"), LsbootPxe(PRECISION, "net")), 1):
                device.order, device.state = str(order), "Enabled"
                handle.add_mo(device)
            return
        set_order()
        configured = api.boot_precision_configured_get(handle)
        assert [device["name"] for device in configured][:2] == [f"{first}-test", f"{second}-test"]
        assert api.boot_order_precision_exists(handle, boot_devices=wanted, server_id=1)[0]


def test_the_actual_order_follows_at_the_next_boot(handle, controller):
    serveractions.server_power_down(handle, interval=1)
    if has_precision(controller):
        configured = [device["name"] for device in boot.boot_precision_configured_get(handle)]
    else:
        configured = [device["device-type"] for device in boot.boot_order_policy_get(handle)]
    serveractions.server_power_up(handle, interval=1)
    controller.wait_until("os_up")
    if has_precision(controller):
        assert [device["name"] for device in boot.boot_order_precision_get(handle)] == configured
    else:
        assert len(handle.query_classid("BiosBootDev")) == len(configured)


def test_one_boot_from_another_device_from_3_0_on(handle, controller):
    if generation(controller) < (3, 0):
        with pytest.raises(ImcException, match="(?i)oneTimePrecisionBootDevice|no class"):
            handle.query_classid("OneTimePrecisionBootDevice")
        return
    last = boot.boot_precision_configured_get(handle)[-1]["name"]
    chosen = lambda: handle.query_classid("OneTimePrecisionBootDevice")[0].device
    handle.set_mo(OneTimePrecisionBootDevice(UNIT, device=last, reboot_on_update="no"))
    assert chosen() == last
    handle.set_mo(OneTimePrecisionBootDevice(UNIT, admin_action="clear-one-time-boot-device"))
    assert not chosen()
    handle.set_mo(OneTimePrecisionBootDevice(UNIT, device=last, reboot_on_update="no"))
    cycle(handle, controller)
    controller.wait_until("os_up")
    assert not chosen(), "used up by the boot"


def test_boot_mode_is_read_and_written_from_2_0_on(handle, controller):
    if not has_precision(controller):
        return
    order = handle.query_dn(PRECISION)
    assert order.configured_boot_mode == ("Uefi" if is_m8(controller) else "Legacy")
    wanted = LsbootDevPrecision(UNIT, configured_boot_mode="Uefi")
    if is_m8(controller):
        with pytest.raises(ImcException, match="not supported"):
            handle.set_mo(wanted)
        return
    handle.set_mo(wanted)
    assert handle.query_dn(PRECISION).configured_boot_mode == "Uefi"
    assert handle.query_dn(f"{UNIT}/bios/bdgep/boot-mode").actual_boot_mode == "Legacy", "not before a boot"
    cycle(handle, controller)
    controller.wait_until("os_up")
    assert handle.query_dn(f"{UNIT}/bios/bdgep/boot-mode").actual_boot_mode == "Uefi"
    handle.set_mo(LsbootDevPrecision(UNIT, configured_boot_mode="Legacy"))


def test_bios_setup_is_entered_once_from_2_0_on(handle, controller):
    if not has_precision(controller):
        return
    handle.set_mo(BiosUnit(UNIT, admin_action="enter-bios-setup"))
    cycle(handle, controller)
    controller.wait_until("setup")
    cycle(handle, controller)
    controller.wait_until("os_up")


# Inventory.


@pytest.mark.parametrize("class_id", ["AdaptorHostEthIf", "NetworkAdapterEthIf"])
def test_nics_have_macs_from_1_5_on(class_id, handle, controller):
    if controller.firmware == "1.4":
        with pytest.raises(ImcException, match="no class named"):
            handle.query_classid(class_id)
        return
    macs = {nic.mac.lower() for nic in handle.query_classid(class_id)}
    assert len(macs) == 2
    assert macs <= set(controller.machine()["macs"])


def test_the_server_names_model_and_serial(handle, controller):
    unit, truth = server(handle), controller.machine()
    assert (unit.model, unit.serial) == (truth["model"], truth["serial"])
    assert int(unit.total_memory) > 0


@pytest.mark.parametrize("api", [inventory, inventory_v2], ids=["v1", "v2"])
def test_the_inventory_is_complete(handle, controller, api):
    known = ["cpu", "memory", "psu", "pci", "vic", "lom", "storage", "disks", "vNICs", "vHBAs"]
    if controller.firmware == "1.4":
        known = ["cpu", "storage"]
    if has_precision(controller):
        known.append("tpm")
    if generation(controller) < (1, 5):
        # The properties of a controller, which this component reads too, came with 1.5.
        known.remove("storage")
    found = api.inventory_get(handle, component=known)["127.0.0.1"]
    counts = {"cpu": 2, "memory": 8, "psu": 2, "disks": 2, "vNICs": 2, "vic": 1, "lom": 1, "tpm": 1, "vHBAs": 0}
    for name in known:
        assert len(found[name]) == counts.get(name, len(found[name])), name
        assert found[name] or counts.get(name) == 0, name


def test_bios_tokens_are_read_from_1_5_on(handle, controller):
    if controller.firmware == "1.4":
        return
    assert bios.bios_tokens_exist(handle, {"baudRate": "115200"})
    assert not bios.bios_tokens_exist(handle, {"baudRate": "9600"})


# Condition.


def test_the_locator_led_is_switched(handle):
    state = lambda: handle.query_dn(f"{UNIT}/locator-led").oper_state
    serveractions.locator_led_on(handle)
    assert state() == "on"
    serveractions_v2.locator_led_off(handle)
    assert state() == "off"


def test_a_fault_of_the_server_is_listed(handle, controller):
    serveractions.server_power_down(handle, interval=1)
    assert [fault for fault in health.faults_get(handle) if fault.code == "F0310"] == []
    controller.fault("power_fails_back", count=1)
    unit = server(handle)
    unit.admin_power = "up"
    handle.set_mo(unit)
    controller.wait_until("off")
    deadline = time.monotonic() + 20
    while not (found := [fault for fault in health.faults_get(handle) if fault.code == "F0310"]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert found[0].severity == "critical"


# What the SDK can't.


@pytest.fixture(scope="module")
def m2(logs):
    running = Controller("1.4-m2", logs)
    yield running
    running.stop()


def test_the_sdk_refuses_the_models_of_the_m1_and_m2_generation(m2):
    """The named exception: it knows servers by names that begin with UCSC and the like, and
    calls an `R210-2121605W` no supported server. That its logins leave no session, it sees to."""
    with pytest.raises(ImcLoginError, match="Not a supported server"):
        sdk(m2).login()
    assert m2.sessions() == 0
