//! What clients of 1.110 may ask for and isn't there: each row is asked for, and what the program
//! answers is put down.

use std::collections::BTreeSet;

use ferric::states::ProvisionState;
use serde_json::json;

use crate::cells::{code, minor};
use crate::harness::Api;
use crate::page;
use crate::routes;

/// A part of Ironic's API up to 1.110 (Ironic 39.0.0, `api/controllers/v1`).
struct Missing {
    what: &'static str,
    methods: &'static [&'static str],
    path: &'static str,
    since: u16,
}

const fn m(
    what: &'static str,
    methods: &'static [&'static str],
    path: &'static str,
    since: u16,
) -> Missing {
    Missing {
        what,
        methods,
        path,
        since,
    }
}

#[rustfmt::skip]
const MISSING: &[Missing] = &[
    m("chassis", &["GET", "POST"], "/v1/chassis", 1),
    m("chassis", &["GET"], "/v1/chassis/detail", 1),
    m("chassis", &["GET", "PATCH", "DELETE"], "/v1/chassis/{chassis}", 1),
    m("chassis", &["GET"], "/v1/chassis/{chassis}/nodes", 1),
    m("allocations", &["GET", "POST"], "/v1/allocations", 52),
    m("allocations", &["GET", "PATCH", "DELETE"], "/v1/allocations/{allocation}", 52),
    m("allocations", &["DELETE"], "/v1/nodes/{node}/allocation", 52),
    m("deploy templates", &["GET", "POST"], "/v1/deploy_templates", 55),
    m("deploy templates", &["GET", "PATCH", "DELETE"], "/v1/deploy_templates/{template}", 55),
    m("runbooks", &["GET", "POST"], "/v1/runbooks", 92),
    m("runbooks", &["GET", "PATCH", "DELETE"], "/v1/runbooks/{runbook}", 92),
    m("inspection rules", &["GET", "POST", "DELETE"], "/v1/inspection_rules", 96),
    m("inspection rules", &["GET", "PATCH", "DELETE"], "/v1/inspection_rules/{rule}", 96),
    m("inspection by a ramdisk", &["POST"], "/v1/continue_inspection", 84),
    m("events", &["POST"], "/v1/events", 54),
    m("shards", &["GET"], "/v1/shards", 82),
    m("portgroup writes", &["POST"], "/v1/portgroups", 23),
    m("portgroup writes", &["PATCH", "DELETE"], "/v1/portgroups/{portgroup}", 23),
    m("portgroups", &["GET"], "/v1/portgroups/{portgroup}/ports", 24),
    m("volume writes", &["POST"], "/v1/volume/connectors", 32),
    m("volume writes", &["GET", "PATCH", "DELETE"], "/v1/volume/connectors/{connector}", 32),
    m("volume writes", &["POST"], "/v1/volume/targets", 32),
    m("volume writes", &["GET", "PATCH", "DELETE"], "/v1/volume/targets/{target}", 32),
    m("virtual media", &["GET"], "/v1/nodes/{node}/vmedia", 93),
    m("virtual media", &["POST", "DELETE"], "/v1/nodes/{node}/vmedia", 89),
    m("RAID", &["PUT"], "/v1/nodes/{node}/states/raid", 12),
    m("RAID", &["GET"], "/v1/drivers/{driver}/raid/logical_disk_properties", 12),
    m("vendor passthru", &["GET", "POST", "PUT", "PATCH", "DELETE"], "/v1/nodes/{node}/vendor_passthru", 1),
    m("vendor passthru", &["GET", "POST", "PUT", "PATCH", "DELETE"], "/v1/drivers/{driver}/vendor_passthru", 1),
];

/// The node that is asked about.
const NODE: &str = "5ba8fc7d-5b85-4767-bded-f1690b109653";

/// What isn't there, and what asking for it gives.
pub(crate) async fn table() -> String {
    let api = Api::start().await;
    api.node_in(NODE, "n1", ProvisionState::Manageable).await;
    let there = routes::all();
    let mut rows = Vec::new();
    for missing in MISSING {
        let mut answers = BTreeSet::new();
        for method in missing.methods {
            let is_there = there.iter().any(|route| {
                route.path == missing.path
                    && route
                        .handlers
                        .iter()
                        .any(|(m, _)| m.eq_ignore_ascii_case(method))
            });
            assert!(
                !is_there,
                "{method} {} is there: take it out of the list",
                missing.path
            );
            let path = missing
                .path
                .replace("{node}", NODE)
                .replace("{driver}", "fake-hardware")
                .replace(['{', '}'], "");
            let answer = api.call("latest", method, &path, json!({})).await;
            let status = answer.status.as_u16();
            assert!(
                matches!(status, 404 | 405),
                "{method} {path} answers {status}: {}",
                answer.body
            );
            answers.insert(status.to_string());
        }
        rows.push([
            missing.what.to_owned(),
            code(missing.path),
            missing.methods.join(", "),
            minor(missing.since),
            answers.into_iter().collect::<Vec<_>>().join(" or "),
        ]);
    }
    page::table(["what", "path", "methods", "since", "answer"], &rows)
}
