"""Things for Schemathesis to find: made at the start, and again when it has deleted them."""

import json
import threading
import urllib.error
import urllib.request


def ident(kind, number):
    return f"{kind}0000000-0000-4000-8000-{number:012d}"


NODES = [ident(1, number) for number in range(1, 9)]
NAMES = ["n1", "n2", "n3"]
GONE = ident("f", 1)

# The variables of paths, and what they may stand for.
IDENTS = {
    "node": [*NODES, *NAMES, GONE, "no-such-node"],
    "port": [ident(4, 1), ident(4, 2), ident(4, 3), GONE],
    "portgroup": [ident(3, 1), ident(3, 2), GONE],
    "chassis": [ident(2, 1), ident(2, 2), GONE],
    "allocation": [ident(5, 1), ident(5, 2), "a1", GONE],
    "template": [ident(6, 1), ident(6, 2), "CUSTOM_T1", GONE],
    "runbook": [ident(7, 1), ident(7, 2), "CUSTOM_R1", GONE],
    "rule": [ident(8, 1), ident(8, 2), GONE],
    "connector": [ident(9, 1), ident(9, 2), GONE],
    "target": [ident("a", 1), ident("a", 2), GONE],
    "driver": ["fake-hardware", "cisco-ucs-standalone", "no-such-driver"],
    "hostname": ["schemathesis", "no-such-host"],
    "trait": ["CUSTOM_GPU", "CUSTOM_NVME", "HW_CPU_X86_VMX", "bad trait"],
    "vif": [ident("c", 1)],
    "indicator": ["led@system", "led-0@chassis", "no-such-led"],
    "setting": ["intelHyperThread"],
    "event": [ident("b", 1), "started", "packages", "done"],
    "token": ["wrong-token"],
    "shard": ["s1"],
    "name": ["lab"],
    "method": ["erase"],
}


def wanted():
    """(path, body), in the order in which they can be made."""
    step = {"interface": "bios", "step": "factory_reset", "args": {}}
    for number in (1, 2):
        yield "chassis", {"uuid": ident(2, number)}
    for number, uuid in enumerate(NODES, 1):
        yield "nodes", {
            "uuid": uuid,
            "driver": "fake-hardware",
            "name": f"n{number}",
            "resource_class": "small",
            "chassis_uuid": ident(2, 1),
        }
    for number in (1, 2):
        node = NODES[number]
        mac = f"00:25:b5:00:00:{number:02x}"
        yield "portgroups", {"uuid": ident(3, number), "node_uuid": node}
        yield "ports", {"uuid": ident(4, number), "node_uuid": node, "address": mac}
        yield "deploy_templates", {
            "uuid": ident(6, number),
            "name": f"CUSTOM_T{number}",
            "steps": [{**step, "priority": 50}],
        }
        yield "runbooks", {"uuid": ident(7, number), "name": f"CUSTOM_R{number}", "steps": [{**step, "order": 1}]}
        yield "inspection_rules", {
            "uuid": ident(8, number),
            "actions": [{"op": "log", "args": {"msg": "seen"}}],
        }
        yield "volume/connectors", {
            "uuid": ident(9, number),
            "node_uuid": node,
            "type": "iqn",
            "connector_id": f"iqn.2026-01.example.lab:{number}",
        }
        yield "volume/targets", {
            "uuid": ident("a", number),
            "node_uuid": node,
            "volume_type": "iscsi",
            "boot_index": number,
            "volume_id": str(number),
        }
        yield "allocations", {
            "uuid": ident(5, number),
            "name": f"a{number}",
            "resource_class": "small",
        }


class Keeper(threading.Thread):
    """Makes what is wanted, and again what has gone, until it is stopped."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url = url
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(1):
            self.make()

    def make(self):
        """Returns how many could be made."""
        return sum(self.post(path, body) for path, body in wanted())

    def post(self, path, body):
        request = urllib.request.Request(
            f"{self.url}/v1/{path}",
            data=json.dumps(body).encode(),
            headers={"X-OpenStack-Ironic-API-Version": "latest", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status == 201
        except (urllib.error.HTTPError, OSError):
            return False
