"""The service is killed in the middle of a rack's installs, several times; the installs go on."""

from lab import DEPLOY_LIMIT, install_info, summary
from processes import wait_for

NODES = 12
LIMIT = 300


def each_state(service):
    found = service.call("GET", "/v1/nodes/detail")["nodes"]
    return {node["name"]: node for node in found}


def describe(service):
    return "\n".join(f"{name}: {summary(node)}" for name, node in each_state(service).items())


def started(lab):
    return sum(machine["installs_started"] for machine in lab.machines())


def finished(lab):
    return sum(machine["installs_finished"] for machine in lab.machines())


def systems_of(cobbler, machines):
    ours = {mac for machine in machines for mac in machine.macs}
    return [
        system
        for system in cobbler.systems().values()
        if any(port.get("mac_address", "").lower() in ours for port in system["interfaces"].values())
    ]


# Moments in the life of a rack, from the first trace in Cobbler to the last installs.
MOMENTS = [
    ("the first system is in Cobbler", lambda s, lab, cob, ms: len(systems_of(cob, ms)) >= 1),
    ("the first installer runs", lambda s, lab, cob, ms: started(lab) >= 1),
    ("half of the installers run", lambda s, lab, cob, ms: started(lab) >= NODES // 2),
    ("the first install is over", lambda s, lab, cob, ms: finished(lab) >= 1),
    (
        "the first node is active",
        lambda s, lab, cob, ms: any(node["provision_state"] == "active" for node in each_state(s).values()),
    ),
]


def test_installs_and_tear_downs_survive_kill_9_and_no_install_runs_twice(lab, service, cobbler):
    machines = [lab.take() for _ in range(NODES)]
    for machine in machines:
        body = {
            "name": machine.name,
            "driver": "cisco-ucs-standalone",
            "driver_info": lab.driver_info(machine),
            "instance_info": install_info(machine),
        }
        service.call("POST", "/v1/nodes", body)
        service.provision(machine.name, "manage")
    for machine in machines:
        service.wait_state(machine.name, "manageable")
        service.provision(machine.name, "provide")
    for machine in machines:
        service.wait_state(machine.name, "available")
        service.provision(machine.name, "active")

    kills = 0
    for what, condition in MOMENTS:
        wait_for(
            lambda condition=condition: condition(service, lab, cobbler, machines),
            DEPLOY_LIMIT,
            lambda what=what: f"{what}\n{describe(service)}",
            every=0.05,
        )
        on_the_way = [
            name for name, node in each_state(service).items() if node["provision_state"] != "active"
        ]
        service.program.kill()
        kills += bool(on_the_way)
        service.start()

    assert kills >= 3, "the installs were over before the service was killed often enough"
    for machine in machines:
        service.wait_state(machine.name, "active", LIMIT)
    for machine in machines:
        lab.wait_installed_once(machine.name)
    assert len(systems_of(cobbler, machines)) == NODES

    # The same once more for the way back: one test, because it needs the nodes that the first part made.
    for machine in machines:
        service.provision(machine.name, "deleted")
    service.program.kill()
    service.start()
    for machine in machines:
        service.wait_state(machine.name, "available", LIMIT)
    assert systems_of(cobbler, machines) == []
