"""200 servers of four services through a real Cobbler that crashes in the middle, there and back."""

import base64
import collections
import os
from dataclasses import dataclass, field

import pytest

import rest
from fleet import DISTRO, PACKAGES, SECRETS, Fleet, ask_all, each_node, start_service
from lab import summary
from processes import wait_for
from real_cobbler import RealCobbler

pytestmark = pytest.mark.skipif(
    "COBBLER_URL" not in os.environ, reason="no real Cobbler: tests/run.sh real-cobbler-fleet starts one"
)
NODES = int(os.environ.get("FERRIC_FLEET_NODES", "200"))
LIMIT = 600
MARK = "ferric: "
# What the failing deploy has on top of the batch file's secrets.
CONFIGDRIVE = "canary-configdrive-4713"


@dataclass
class Seen:
    """What was to be seen, for the tests to judge."""

    before: dict = field(default_factory=dict)
    stored_before: dict = field(default_factory=dict)
    # How each run of `ferric install` ended; another repairs what failed.
    installs: list = field(default_factory=list)
    failures: dict = field(default_factory=dict)
    crashed_with: int = 0
    nodes: dict = field(default_factory=dict)
    machines: list = field(default_factory=list)
    systems: dict = field(default_factory=dict)
    profiles: dict = field(default_factory=dict)
    stored: dict = field(default_factory=dict)
    kickstarts: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    stored_after: dict = field(default_factory=dict)
    files: list = field(default_factory=list)

    def ours(self):
        return [system for system in self.systems.values() if system["comment"].startswith(MARK)]


@pytest.fixture(scope="module")
def fleet(folder, logs):
    running = Fleet(folder, logs, NODES)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def service(fleet, logs):
    running = start_service(fleet, logs)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def seen(fleet, service, logs):
    """The whole run; that it gets to its end is a test in itself."""
    cobbler, seen = RealCobbler(), Seen()
    # Some fields of an object look otherwise once Cobbler has read it from its disk.
    cobbler.crash_and_come_back()
    seen.before, seen.stored_before = cobbler.everything(), cobbler.stored()
    install(fleet, service, cobbler, seen, logs)
    seen.nodes, seen.machines = each_node(service), fleet.machines()
    seen.systems, seen.profiles, seen.stored = cobbler.systems(), cobbler.profiles(), cobbler.stored()
    for system in seen.ours()[:12]:
        seen.kickstarts[system["name"]] = cobbler.kickstart(system["name"])
    fail_on_purpose(service, fleet.names[0])
    seen.answers = all_answers(service, fleet.names[:6])
    seen.files = [(path, path.read_bytes()) for path in cobbler.files()]
    tear_down(fleet, service, cobbler)
    seen.after, seen.stored_after = cobbler.everything(), cobbler.stored()
    seen.files += [(path, path.read_bytes()) for path in cobbler.files()]
    return seen


def install(fleet, service, cobbler, seen, logs):
    """Cobbler crashes once two fifths of the systems are there; `ferric install` again repairs what fails."""
    first = fleet.install(service.url, logs / "fleet-install.log")
    there = lambda: cobbler.stored_systems() - len(seen.before["systems"])
    first.wait_until(lambda: there() >= NODES * 2 // 5, LIMIT, "two fifths of the systems")
    seen.crashed_with = there()
    cobbler.crash_and_come_back()
    running = first
    while True:
        seen.installs.append(running.wait_exit(LIMIT))
        failed = {name: node["last_error"] for name, node in each_node(service).items() if node["last_error"]}
        if not failed or len(seen.installs) == 3:
            break
        seen.failures.update(failed)
        running = fleet.install(service.url, logs / "fleet-install.log")
    # A node is active with its installer's last word; the machine still has to end it.
    booted = lambda: all(machine["counters"]["installs_finished"] for machine in fleet.machines())
    wait_for(booted, 60, "the ends of all installers")


def fail_on_purpose(service, name):
    """A deploy that fails with every secret in hand, so that there is an error to look at."""
    service.provision(name, "deleted")
    service.wait_state(name, "available", LIMIT)
    service.call(
        "PATCH",
        f"/v1/nodes/{name}",
        [
            {"op": "add", "path": "/instance_info/cobbler_distro", "value": "no-such-distro"},
            {"op": "add", "path": "/instance_info/root_password", "value": SECRETS["root password"]},
            {"op": "add", "path": "/instance_info/user_data", "value": f"#!/bin/sh\n# {SECRETS['user data']}\n"},
        ],
    )
    drive = {"meta_data": {"admin_pass": CONFIGDRIVE}, "user_data": CONFIGDRIVE}
    service.provision(name, "active", configdrive=drive)
    wait_for(
        lambda: service.node(name)["provision_state"] == "deploy failed",
        LIMIT,
        lambda: f"the failure: {summary(service.node(name))}",
    )


def all_answers(service, names):
    paths = ["/", "/v1", "/v1/ports/detail", "/v1/conductors", "/v1/nodes/detail?limit=1000"]
    paths += ["/metrics", "/ferric/v1/cobblers"]
    for name in names:
        paths += [f"/v1/nodes/{name}", f"/v1/nodes/{name}/history?detail=True", f"/v1/nodes/{name}/states"]
    return {path: str(rest.request("GET", f"{service.url}{path}")) for path in paths}


def tear_down(fleet, service, cobbler):
    """Cobbler crashes again when half of the systems are gone; what fails is asked for again."""
    had = cobbler.stored_systems()
    ask_all(service, fleet.names, "deleted")
    half = lambda: cobbler.stored_systems() <= had - NODES // 2
    wait_for(half, LIMIT, "half of the systems are gone", every=0.05)
    cobbler.crash_and_come_back()

    def all_available():
        states = {name: node["provision_state"] for name, node in each_node(service).items()}
        failed = [name for name, state in states.items() if state == "error"]
        ask_all(service, failed, "deleted")
        return set(states.values()) == {"available"}

    wait_for(all_available, LIMIT, lambda: str(each_node(service)), every=1)


def test_all_are_active_or_failed_with_a_reason_that_a_retry_repairs(seen, fleet):
    assert 0 < seen.crashed_with < NODES, "Cobbler crashed before or after the run"
    assert seen.installs[-1] == 0, seen.failures
    reasons = ("Cobbler", "nothing was heard of the installer")
    assert all(any(part in why for part in reasons) for why in seen.failures.values()), seen.failures
    states = collections.Counter(node["provision_state"] for node in seen.nodes.values())
    assert states == {"active": NODES}
    assert set(seen.nodes) == set(fleet.names)


def test_each_server_is_installed_once(seen):
    retried = len(seen.failures)
    started = sum(machine["counters"]["installs_started"] for machine in seen.machines)
    assert all(machine["counters"]["installs_finished"] >= 1 for machine in seen.machines)
    assert NODES <= started <= NODES + retried


def test_there_is_a_profile_for_each_service(seen):
    ours = {name: item for name, item in seen.profiles.items() if item["comment"].startswith(MARK)}
    assert len(ours) == len(PACKAGES) == 4
    assert {profile["distro"] for profile in ours.values()} == {DISTRO}
    assert {system["profile"] for system in seen.ours()} == set(ours)


def test_there_is_a_system_for_each_server_none_lost_and_none_doubled(seen, fleet):
    ours = seen.ours()
    assert {system["name"] for system in ours} == {node["uuid"] for node in seen.nodes.values()}
    assert len(seen.systems) == len(seen.before["systems"]) + NODES
    macs = [port["mac_address"] for system in ours for port in system["interfaces"].values()]
    assert len(macs) == len(set(macs)) == NODES
    for name, node in seen.nodes.items():
        system = seen.systems[node["uuid"]]
        [mac] = [port["mac_address"] for port in system["interfaces"].values()]
        assert mac in fleet.macs_of[name], name
        assert system["hostname"] == f"{name}.fleet.example"
        assert fleet.service_of[name] in system["profile"], name


def test_no_server_would_install_itself_again(seen):
    assert [system["name"] for system in seen.ours() if system["netboot_enabled"]] == []


def test_what_belongs_to_others_is_as_it_was_to_the_byte(seen):
    assert seen.stored_before
    now = {path: seen.stored.get(path) for path in seen.stored_before}
    assert now == seen.stored_before
    systems = {name: seen.systems.get(name) for name in seen.before["systems"]}
    assert systems == seen.before["systems"]
    profiles = {name: seen.profiles.get(name) for name in seen.before["profiles"]}
    assert profiles == seen.before["profiles"]


def test_after_the_tear_down_nothing_of_ours_is_left(seen):
    assert seen.after == seen.before
    assert seen.stored_after == seen.stored_before


@pytest.mark.parametrize("what", [*SECRETS, "configdrive"])
def test_a_secret_is_nowhere_in_cobbler(what, seen):
    assert seen.files and seen.kickstarts
    found = [str(path) for path, text in seen.files if holds(text, what)]
    found += [name for name, text in seen.kickstarts.items() if holds(text.encode(), what)]
    found += [name for name, item in {**seen.systems, **seen.profiles}.items() if holds(str(item).encode(), what)]
    assert found == []


@pytest.mark.parametrize("what", [*SECRETS, "configdrive"])
def test_a_secret_is_in_no_log_of_ours_and_no_answer(what, seen, service, fleet, logs):
    places = {path: text.encode() for path, text in seen.answers.items()}
    places |= {str(path): path.read_bytes() for path in (service.log, logs / "fleet-install.log")}
    places |= {f"the error of {name}": why.encode() for name, why in seen.failures.items()}
    assert any("no-such-distro" in text for text in seen.answers.values()), "there was an error to look at"
    assert [place for place, text in places.items() if holds(text, what)] == []


def test_no_log_has_a_link_of_an_installer(seen, service):
    links = [system["autoinstall_meta"]["ferric_report"] for system in seen.ours()]
    tokens = {link.rsplit("/", 1)[1] for link in links}
    assert len(tokens) == NODES
    log = service.log.read_text(errors="replace")
    assert [token for token in tokens if token in log] == []


def holds(text, what):
    secret = SECRETS.get(what, CONFIGDRIVE)
    assert len(secret) > 10
    return any(form in text for form in forms(secret))


def forms(secret):
    """As it is, and as it looks inside base64, which depends on where it begins."""
    encoded = (base64.b64encode(b"x" * before + secret.encode()) for before in range(3))
    # The ends depend on what stands beside.
    return [secret.encode(), *(whole[4:-4] for whole in encoded)]
