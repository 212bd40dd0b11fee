//! Nodes and what is below them.

use super::{DETAILED, Operation, delete, get, patch, post, put};
use crate::api::nodes::{update, vmedia};
use crate::api::version::arguments;

pub(super) fn themselves() -> Vec<Operation> {
    vec![
        get("/v1/nodes", "list-nodes")
            .says("Lists nodes, the oldest first, with a few fields of each.")
            .asks(arguments::NODES)
            .answers(200, "Nodes")
            .refuses(&[404]),
        post("/v1/nodes", "create-node")
            .says("Enrols a node. Before 1.11 it is available at once, since then in `enroll`.")
            .takes("NewNode")
            .answers(201, "Node")
            .at_a_place(),
        patch("/v1/nodes", "change-node-without-ident")
            .says("Refused: the path must name the node.")
            .refuses(&[400]),
        delete("/v1/nodes", "delete-node-without-ident")
            .says("Refused: the path must name the node.")
            .refuses(&[400]),
        get("/v1/nodes/detail", "list-nodes-in-detail")
            .says("Lists nodes with all fields.")
            .asks(arguments::NODES)
            .but(DETAILED)
            .answers(200, "NodesInDetail")
            .refuses(&[404]),
        get("/v1/nodes/validate", "validate-named-node")
            .says("Says whether the interfaces of a node have what they need. The query names the node.")
            .asks(arguments::NODE_NAMED)
            .answers(200, "Validation")
            .refuses(&[404]),
        get("/v1/nodes/{node}", "show-node")
            .says("Shows a node.")
            .asks(arguments::ONE)
            .answers(200, "SomeOfNode"),
        patch("/v1/nodes/{node}", "change-node")
            .says("Changes a node by a JSON patch.")
            .asks(update::ARGUMENTS)
            .takes("NodePatch")
            .answers(200, "Node"),
        delete("/v1/nodes/{node}", "delete-node")
            .says("Deletes a node with its ports, portgroups and volumes.")
            .done(204)
            .refuses(&[403]),
        get("/v1/nodes/{node}/validate", "validate-node")
            .says("Says whether the interfaces of a node have what they need.")
            .answers(200, "Validation"),
        put("/v1/nodes/{node}/maintenance", "set-maintenance")
            .says("Takes a node out of Ferric's hands for maintenance.")
            .may_take("Maintenance")
            .done(202),
        delete("/v1/nodes/{node}/maintenance", "clear-maintenance")
            .says("Ends the maintenance of a node.")
            .done(202),
    ]
}

pub(super) fn states() -> Vec<Operation> {
    vec![
        get("/v1/nodes/{node}/states", "show-states")
            .says("Shows the states of a node, present and wanted.")
            .answers(200, "NodeStates"),
        get("/v1/nodes/states/{node}", "show-states-of")
            .says("The same; Ironic's router takes the node at the end as well.")
            .answers(200, "NodeStates"),
        put(
            "/v1/nodes/{node}/states/provision",
            "change-provision-state",
        )
        .says("Asks for a verb of the state machine. The outcome is seen in the node.")
        .takes("ProvisionChange")
        .done(202)
        .at_a_place()
        .refuses(&[403]),
        put("/v1/nodes/{node}/states/power", "change-power-state")
            .says("Asks for a change of power. The outcome is seen in the node.")
            .takes("PowerChange")
            .done(202)
            .at_a_place(),
        put("/v1/nodes/{node}/states/boot_mode", "change-boot-mode")
            .says("Sets whether a node boots by BIOS or UEFI.")
            .takes("BootModeChange")
            .done(202)
            .at_a_place(),
        put("/v1/nodes/{node}/states/secure_boot", "change-secure-boot")
            .says("Switches secure boot. The outcome is seen in the node.")
            .takes("SecureBootChange")
            .done(202)
            .at_a_place(),
        put("/v1/nodes/{node}/states/raid", "change-raid")
            .says("Keeps what arrays the node is to have.")
            .takes("RaidWish")
            .done(204),
        get("/v1/nodes/{node}/states/console", "show-console")
            .says("Says whether the console is on, and where it is.")
            .answers(200, "Console"),
        put("/v1/nodes/{node}/states/console", "change-console")
            .says("Switches the console.")
            .takes("ConsoleChange")
            .done(202)
            .at_a_place(),
        get("/v1/nodes/states/console/{node}", "show-console-of")
            .says("The same; Ironic's router takes the node at the end as well.")
            .answers(200, "Console"),
        put("/v1/nodes/states/console/{node}", "change-console-of")
            .says("The same; Ironic's router takes the node at the end as well.")
            .takes("ConsoleChange")
            .done(202)
            .at_a_place(),
    ]
}

pub(super) fn management() -> Vec<Operation> {
    vec![
        get(
            "/v1/nodes/{node}/management/boot_device",
            "show-boot-device",
        )
        .says("Asks the controller what the node boots from.")
        .answers(200, "BootDevice")
        .refuses(&[409]),
        put("/v1/nodes/{node}/management/boot_device", "set-boot-device")
            .says("Sets what the node boots from, once or for good.")
            .takes("BootDeviceChange")
            .done(204),
        get(
            "/v1/nodes/{node}/management/boot_device/supported",
            "list-boot-devices",
        )
        .says("Lists what the node can be made to boot from.")
        .answers(200, "BootDevices"),
        put("/v1/nodes/{node}/management/inject_nmi", "inject-nmi")
            .says("Sends the node a non-maskable interrupt.")
            .done(204),
        get("/v1/nodes/{node}/management/indicators", "list-indicators")
            .says("Lists the lamps of the node.")
            .answers(200, "Indicators"),
        get(
            "/v1/nodes/{node}/management/indicators/{indicator}",
            "show-indicator",
        )
        .says("Asks the controller for the state of a lamp.")
        .answers(200, "IndicatorState")
        .refuses(&[409]),
        put(
            "/v1/nodes/{node}/management/indicators/{indicator}",
            "set-indicator",
        )
        .says("Switches a lamp.")
        .takes("IndicatorChange")
        .done(204),
        get("/v1/nodes/{node}/vmedia", "show-vmedia")
            .says("Asks for attached media, which no hardware type here has.")
            .refuses(&[400])
            .newer(93),
        post("/v1/nodes/{node}/vmedia", "attach-vmedia")
            .says("Takes an image to attach; `last_error` tells that no hardware type here can.")
            .takes("VirtualMedia")
            .done(204),
        delete("/v1/nodes/{node}/vmedia", "detach-vmedia")
            .says("Detaches media; `last_error` tells that no hardware type here can.")
            .asks(vmedia::ARGUMENTS)
            .done(204),
    ]
}

pub(super) fn parts() -> Vec<Operation> {
    vec![
        get("/v1/nodes/{node}/traits", "list-traits")
            .says("Lists the traits of a node.")
            .answers(200, "Traits"),
        put("/v1/nodes/{node}/traits", "set-traits")
            .says("Sets all traits of a node.")
            .takes("NewTraits")
            .done(204),
        delete("/v1/nodes/{node}/traits", "clear-traits")
            .says("Takes all traits off a node.")
            .done(204),
        put("/v1/nodes/{node}/traits/{trait}", "add-trait")
            .says("Gives a node one more trait.")
            .done(204)
            .at_a_place(),
        delete("/v1/nodes/{node}/traits/{trait}", "remove-trait")
            .says("Takes a trait off a node.")
            .done(204),
        get("/v1/nodes/{node}/ports", "list-ports-of-node")
            .says("Lists the ports of a node.")
            .asks(arguments::PORTS)
            .but(&["node", "node_uuid", "portgroup", "shard"])
            .answers(200, "Ports")
            .refuses(&[403]),
        get(
            "/v1/nodes/{node}/ports/detail",
            "list-ports-of-node-in-detail",
        )
        .says("Lists the ports of a node with all fields.")
        .asks(arguments::PORTS)
        .but(&[
            "fields",
            "detail",
            "node",
            "node_uuid",
            "portgroup",
            "shard",
        ])
        .answers(200, "PortsInDetail")
        .refuses(&[403]),
        get("/v1/nodes/{node}/vifs", "list-vifs")
            .says("Lists attached virtual interfaces; the `noop` network keeps none.")
            .answers(200, "Vifs"),
        post("/v1/nodes/{node}/vifs", "attach-vif")
            .says("Attaches a virtual interface; the `noop` network takes it and keeps nothing.")
            .takes("NewVif")
            .done(204),
        delete("/v1/nodes/{node}/vifs/{vif}", "detach-vif")
            .says("Detaches a virtual interface.")
            .done(204),
        get("/v1/nodes/{node}/children", "list-children")
            .says("Lists the nodes that are parts of a node.")
            .answers(200, "Children"),
        get("/v1/nodes/{node}/allocation", "show-allocation-of-node")
            .says("Shows the allocation that a node has been chosen for.")
            .asks(arguments::ONE)
            .answers(200, "SomeOfAllocation"),
        delete("/v1/nodes/{node}/allocation", "delete-allocation-of-node")
            .says("Deletes the allocation that a node has been chosen for.")
            .done(204),
    ]
}

pub(super) fn hardware() -> Vec<Operation> {
    vec![
        get("/v1/nodes/{node}/history", "list-history")
            .says("Lists what went wrong with a node.")
            .asks(arguments::HISTORY)
            .answers(200, "History"),
        get("/v1/nodes/{node}/history/{event}", "show-history-entry")
            .says("Shows one entry of the history.")
            .answers(200, "HistoryEntry"),
        get("/v1/nodes/{node}/inventory", "show-inventory")
            .says("Shows what the newest inspection found.")
            .answers(200, "Inventory"),
        get("/v1/nodes/{node}/bios", "list-bios-settings")
            .says("Lists the BIOS settings as last read.")
            .answers(200, "BiosSettings"),
        get("/v1/nodes/{node}/bios/{setting}", "show-bios-setting")
            .says("Shows one BIOS setting.")
            .answers(200, "OneBiosSetting"),
        get("/v1/nodes/{node}/firmware", "list-firmware")
            .says("Lists the firmware of the node's components as last read.")
            .answers(200, "FirmwareComponents"),
    ]
}
