//! What is neither a node nor one of the kinds.

use super::{DETAILED, Operation, delete, get, patch, post, put};
use crate::api::continue_inspection;
use crate::api::version::arguments;

pub(super) fn root() -> Vec<Operation> {
    vec![
        get("/", "show-versions")
            .says("Says what service this is and which versions it has.")
            .answers(200, "Versions"),
        get("/v1", "show-v1")
            .says("Lists the resources of the version asked for.")
            .answers(200, "Root"),
    ]
}

pub(super) fn ports() -> Vec<Operation> {
    vec![
        get("/v1/ports", "list-ports")
            .says("Lists ports, the oldest first, with a few fields of each.")
            .asks(arguments::PORTS)
            .answers(200, "Ports")
            .refuses(&[403, 404]),
        post("/v1/ports", "create-port")
            .says("Makes a port of a node.")
            .takes("NewPort")
            .answers(201, "Port")
            .at_a_place()
            .refuses(&[403]),
        get("/v1/ports/detail", "list-ports-in-detail")
            .says("Lists ports with all fields.")
            .asks(arguments::PORTS)
            .but(DETAILED)
            .answers(200, "PortsInDetail")
            .refuses(&[403, 404]),
        get("/v1/ports/{port}", "show-port")
            .says("Shows a port.")
            .asks(arguments::ONE)
            .answers(200, "SomeOfPort"),
        patch("/v1/ports/{port}", "change-port")
            .says("Changes a port by a JSON patch.")
            .takes("PortPatch")
            .answers(200, "Port")
            .refuses(&[403]),
        delete("/v1/ports/{port}", "delete-port")
            .says("Deletes a port.")
            .done(204),
    ]
}

/// Methods of vendors: `fake-hardware` alone has some, and all of them are posted.
pub(super) fn vendor() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, of) in [
        ("/v1/nodes/{node}", "node"),
        ("/v1/drivers/{driver}", "driver"),
    ] {
        let path = format!("{path}/vendor_passthru");
        operations.push(
            get(
                &format!("{path}/methods"),
                &format!("list-{of}-vendor-methods"),
            )
            .says(format!("Lists the vendor's methods of a {of}."))
            .answers(200, "VendorMethods"),
        );
        for make in [get, post, put, patch, delete] {
            let by_argument = make(&path, "");
            let id = format!("{}-{of}-vendor-method-by-argument", by_argument.method);
            let by_argument = by_argument.asks(arguments::METHOD).requires(&["method"]);
            operations.push(Operation {
                id,
                ..calls(of, by_argument)
            });
            let by_path = make(&format!("{path}/{{method}}"), "");
            let id = format!("{}-{of}-vendor-method", by_path.method);
            operations.push(Operation {
                id,
                ..calls(of, by_path)
            });
        }
    }
    operations
}

fn calls(of: &str, operation: Operation) -> Operation {
    if of == "node" && operation.method == "post" {
        return operation
            .says("Calls a vendor's method of a node.")
            .may_take("VendorArguments")
            .answers(200, "VendorAnswer")
            .or_goes_on();
    }
    operation
        .says("Refused: there is no vendor's method that is called so.")
        .refuses(&[400])
}

pub(super) fn volumes() -> Vec<Operation> {
    vec![
        get("/v1/volume", "show-volume")
            .says("Says where volume connectors and targets are.")
            .answers(200, "Volume"),
        get("/v1/nodes/{node}/volume", "show-volume-of-node")
            .says("Says where the volume connectors and targets of a node are.")
            .answers(200, "Volume"),
    ]
}

pub(super) fn drivers() -> Vec<Operation> {
    vec![
        get("/v1/drivers", "list-drivers")
            .says("Lists the hardware types.")
            .asks(arguments::DRIVERS)
            .answers(200, "Drivers"),
        get("/v1/drivers/{driver}", "show-driver")
            .says("Shows a hardware type.")
            .asks(arguments::DRIVERS)
            .but(&["type", "detail"])
            .answers(200, "SomeOfDriver"),
        get("/v1/drivers/{driver}/properties", "list-driver-properties")
            .says("Lists what a hardware type wants in `driver_info`.")
            .answers(200, "Properties"),
        get(
            "/v1/drivers/{driver}/raid/logical_disk_properties",
            "list-logical-disk-properties",
        )
        .says("Lists what can be said of an array.")
        .answers(200, "Properties"),
    ]
}

pub(super) fn conductors() -> Vec<Operation> {
    vec![
        get("/v1/conductors", "list-conductors")
            .says("Lists the conductors.")
            .asks(arguments::CONDUCTORS)
            .answers(200, "Conductors")
            .refuses(&[404]),
        get("/v1/conductors/{hostname}", "show-conductor")
            .says("Shows a conductor.")
            .asks(arguments::ONE)
            .answers(200, "SomeOfConductor"),
    ]
}

pub(super) fn shards() -> Vec<Operation> {
    vec![
        get("/v1/shards", "list-shards")
            .says("Lists the shards with their numbers of nodes, the largest first.")
            .answers(200, "Shards")
            .refuses(&[400]),
        get("/v1/shards/{shard}", "show-shard")
            .says("Refused: shards are shown together alone.")
            .refuses(&[404]),
    ]
}

pub(super) fn ramdisk() -> Vec<Operation> {
    vec![
        post("/v1/events", "post-events")
            .says("Takes reports of a network service; the `noop` network waits for none.")
            .takes("Events")
            .done(204),
        post("/v1/continue_inspection", "continue-inspection")
            .says("Takes what a ramdisk found; no node waits for one, so that none is found.")
            .asks(continue_inspection::ARGUMENTS)
            .takes("InspectionData")
            .refuses(&[404]),
        get("/v1/lookup", "lookup")
            .says("Looks for the node of a ramdisk; there are no ramdisks, so that none is found.")
            .asks(arguments::LOOKUP)
            .refuses(&[404]),
        post("/v1/heartbeat", "heartbeat-of-body")
            .says("Takes a heartbeat whose body names the node.")
            .takes("NamedHeartbeat")
            .done(202),
        post("/v1/heartbeat/{node}", "heartbeat")
            .says(
                "Takes an installer's heartbeat; the install's one-time token is the agent token.",
            )
            .takes("Heartbeat")
            .done(202),
    ]
}
