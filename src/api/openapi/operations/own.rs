//! Our own routes, which have no versions.

use super::{Operation, get, post};
use crate::api::version::arguments;

pub(super) fn all() -> Vec<Operation> {
    let node = "/ferric/v1/nodes/{node}";
    let install = format!("{node}/install/{{token}}");
    vec![
        get("/healthz", "healthz")
            .says("Answers while the process lives.")
            .answers(200, "Health"),
        get("/healthcheck", "healthcheck")
            .says("The same under Ironic's name.")
            .answers(200, "Health"),
        get("/readyz", "readyz")
            .says("Answers while the database does.")
            .answers(200, "Health"),
        get("/metrics", "show-metrics")
            .says("Gives the figures of this process in Prometheus' text format.")
            .answers(200, "Metrics"),
        get("/ferric/v1/openapi.json", "show-openapi")
            .says("Gives this document, of the newest version or of another.")
            .asks(arguments::OPENAPI)
            .answers(200, "OpenApi"),
        get("/ferric/v1/cobblers", "list-cobblers")
            .says("Lists the configured Cobbler servers.")
            .answers(200, "Cobblers"),
        get("/ferric/v1/cobblers/{name}/profiles", "list-profiles")
            .says("Asks a Cobbler server for the profiles that were made there for services.")
            .answers(200, "Profiles"),
        get(&format!("{node}/sensors"), "show-sensors")
            .says("Asks the controller for the readings of its sensors.")
            .answers(200, "Sensors")
            .refuses(&[409]),
        get(&format!("{node}/faults"), "show-faults")
            .says("Asks the controller for the faults that it has raised.")
            .answers(200, "Condition")
            .refuses(&[409]),
        get(&format!("{node}/evidence"), "show-evidence")
            .says("Shows what has been seen of the running or newest install, and what follows from it.")
            .answers(200, "Evidence"),
        get(&format!("{install}/script"), "show-install-script")
            .says("Gives an installer, who shows its one-time token, the script for its end.")
            .answers(200, "Script"),
        get(&format!("{install}/hooks"), "show-install-hooks")
            .says("Gives an installer, who shows its one-time token, the scripts for its start and end.")
            .answers(200, "Script"),
        post(&format!("{install}/{{event}}"), "report-install-event")
            .says("Takes an installer's report: a form with `message`, or plain text.")
            .may_take("Report")
            .done(204),
        get(&format!("{install}/{{event}}"), "report-install-event-by-get")
            .says("The same for installers that can't post.")
            .done(204),
    ]
}
