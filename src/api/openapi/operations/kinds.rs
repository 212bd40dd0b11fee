//! The resources beside nodes and ports: what their tables say of all alike, and the paths that one
//! kind alone has.

use super::{DETAILED, Operation, delete, get, patch, post, put};
use crate::api::openapi::resources::component;
use crate::api::version::arguments;
use crate::api::version::resources::{
    ALLOCATION, CHASSIS, DEPLOY_TEMPLATE, INSPECTION_RULE, PORTGROUP, RUNBOOK, Table,
    VOLUME_CONNECTOR, VOLUME_TARGET,
};

/// A kind, and what its paths and sentences call one of it.
pub(super) struct Kind {
    pub(super) tag: &'static str,
    table: &'static Table,
    /// The path's variable.
    variable: &'static str,
    one: &'static str,
    many: &'static str,
}

/// Every kind, in the order of the router's page.
#[rustfmt::skip]
pub(super) fn all() -> [Kind; 8] {
    let kind = |tag, table, variable, one, many| Kind { tag, table, variable, one, many };
    [
        kind("portgroups", &PORTGROUP, "portgroup", "portgroup", "portgroups"),
        kind("chassis", &CHASSIS, "chassis", "chassis", "all-chassis"),
        kind("allocations", &ALLOCATION, "allocation", "allocation", "allocations"),
        kind("deploy-templates", &DEPLOY_TEMPLATE, "template", "deploy-template", "deploy-templates"),
        kind("runbooks", &RUNBOOK, "runbook", "runbook", "runbooks"),
        kind("inspection-rules", &INSPECTION_RULE, "rule", "inspection-rule", "inspection-rules"),
        kind("volumes", &VOLUME_CONNECTOR, "connector", "volume-connector", "volume-connectors"),
        kind("volumes", &VOLUME_TARGET, "target", "volume-target", "volume-targets"),
    ]
}

impl Kind {
    /// Its operations.
    pub(super) fn operations(&self) -> Vec<Operation> {
        let mut operations = self.collection();
        operations.extend(self.members());
        operations.extend(match self.variable {
            "portgroup" => portgroups(),
            "chassis" => chassis(),
            "runbook" => runbook_traits(),
            "rule" => inspection_rules(),
            "connector" | "target" => self.of_node(),
            _ => Vec::new(),
        });
        operations
    }

    fn collection(&self) -> Vec<Operation> {
        let (one, many) = (self.one, self.many);
        let words = many.replace('-', " ");
        let name = component(self.table);
        let path = format!("/v1/{}", self.table.path);
        let mut operations = vec![
            get(&path, &format!("list-{many}"))
                .says(format!("Lists {words}."))
                .asks(self.table.arguments)
                .answers(200, format!("{name}List"))
                .refuses(&[404]),
            post(&path, &format!("create-{one}"))
                .says(format!("Makes one of the {words}."))
                .takes(format!("New{name}"))
                .answers(201, name)
                .at_a_place(),
            patch(&path, &format!("change-{one}-without-ident"))
                .says("Refused: the path must name which.")
                .refuses(&[400]),
        ];
        if self.variable != "rule" {
            operations.push(
                delete(&path, &format!("delete-{one}-without-ident"))
                    .says("Refused: the path must name which.")
                    .refuses(&[400]),
            );
        }
        if matches!(self.variable, "portgroup" | "chassis") {
            operations.push(
                get(&format!("{path}/detail"), &format!("list-{many}-in-detail"))
                    .says(format!("Lists {words} with all fields."))
                    .asks(self.table.arguments)
                    .but(DETAILED)
                    .answers(200, format!("{name}ListInDetail"))
                    .refuses(&[404]),
            );
        }
        operations
    }

    fn members(&self) -> Vec<Operation> {
        let one = self.one;
        let words = one.replace('-', " ");
        let name = component(self.table);
        let path = format!("/v1/{}/{{{}}}", self.table.path, self.variable);
        vec![
            get(&path, &format!("show-{one}"))
                .says(format!("Shows a {words}."))
                .asks(arguments::ONE)
                .answers(200, format!("SomeOf{name}")),
            patch(&path, &format!("change-{one}"))
                .says(format!("Changes a {words} by a JSON patch."))
                .takes(format!("{name}Patch"))
                .answers(200, name)
                .newer(if self.variable == "allocation" {
                    57
                } else {
                    self.table.since
                }),
            delete(&path, &format!("delete-{one}"))
                .says(format!("Deletes a {words}."))
                .done(204),
        ]
    }

    /// The same below a node.
    fn of_node(&self) -> Vec<Operation> {
        let path = format!("/v1/nodes/{{node}}/{}", self.table.path);
        vec![
            get(&path, &format!("list-{}-of-node", self.many))
                .says(format!(
                    "Lists the {} of a node.",
                    self.many.replace('-', " ")
                ))
                .asks(self.table.arguments)
                .but(&["node"])
                .answers(200, format!("{}List", component(self.table))),
            too_long(&format!("{path}/{{{}}}", self.variable), self.one),
        ]
    }
}

/// A path that says too much.
fn too_long(path: &str, one: &str) -> Operation {
    let parent = path.split('/').nth(2).unwrap_or_default();
    get(path, &format!("show-{one}-below-{parent}"))
        .says("Refused: one is shown at its own path alone.")
        .refuses(&[400])
}

fn portgroups() -> Vec<Operation> {
    vec![
        get(
            "/v1/portgroups/{portgroup}/ports",
            "list-ports-of-portgroup",
        )
        .says("Lists the ports of a portgroup.")
        .asks(arguments::PORTS)
        .but(&["node", "node_uuid", "portgroup", "shard"])
        .answers(200, "Ports")
        .refuses(&[403]),
        get(
            "/v1/portgroups/{portgroup}/ports/detail",
            "list-ports-of-portgroup-in-detail",
        )
        .says("Lists the ports of a portgroup with all fields.")
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
        too_long("/v1/portgroups/{portgroup}/ports/{port}", "port"),
        get("/v1/nodes/{node}/portgroups", "list-portgroups-of-node")
            .says("Lists the portgroups of a node.")
            .asks(PORTGROUP.arguments)
            .but(&["node", "address", "shard", "conductor_groups"])
            .answers(200, "PortgroupList"),
        get(
            "/v1/nodes/{node}/portgroups/detail",
            "list-portgroups-of-node-in-detail",
        )
        .says("Lists the portgroups of a node with all fields.")
        .asks(PORTGROUP.arguments)
        .but(&[
            "fields",
            "detail",
            "node",
            "address",
            "shard",
            "conductor_groups",
        ])
        .answers(200, "PortgroupListInDetail"),
        too_long("/v1/nodes/{node}/portgroups/{portgroup}", "portgroup"),
    ]
}

fn chassis() -> Vec<Operation> {
    vec![
        get("/v1/chassis/{chassis}/nodes", "list-nodes-of-chassis")
            .says("Lists the nodes of a chassis.")
            .asks(arguments::NODES)
            .but(&["chassis_uuid"])
            .answers(200, "Nodes"),
        get(
            "/v1/chassis/{chassis}/nodes/detail",
            "list-nodes-of-chassis-in-detail",
        )
        .says("Lists the nodes of a chassis with all fields.")
        .asks(arguments::NODES)
        .but(&["fields", "detail", "chassis_uuid"])
        .answers(200, "NodesInDetail"),
        too_long("/v1/chassis/{chassis}/nodes/{node}", "node"),
    ]
}

fn inspection_rules() -> Vec<Operation> {
    vec![
        delete("/v1/inspection_rules", "delete-all-inspection-rules")
            .says("Deletes all inspection rules.")
            .done(204),
    ]
}

fn runbook_traits() -> Vec<Operation> {
    let all = "/v1/runbooks/{runbook}/traits";
    let one = "/v1/runbooks/{runbook}/traits/{trait}";
    vec![
        get(all, "list-runbook-traits")
            .says("Lists the traits by which nodes may have a runbook run on them.")
            .answers(200, "Traits"),
        put(all, "set-runbook-traits")
            .says("Sets all traits of a runbook.")
            .takes("NewRunbookTraits")
            .done(204),
        delete(all, "clear-runbook-traits")
            .says("Takes all traits off a runbook.")
            .done(204),
        put(one, "add-runbook-trait")
            .says("Gives a runbook one more trait.")
            .done(204)
            .at_a_place(),
        delete(one, "remove-runbook-trait")
            .says("Takes a trait off a runbook.")
            .done(204),
    ]
}
