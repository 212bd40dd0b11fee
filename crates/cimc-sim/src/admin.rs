//! A small page for other processes: what the machines of a rack are doing.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;

use crate::controller::{Controller, SessionCounters};
use crate::machine::{Counters, Disk, Phase};

/// One machine in the answer to `GET /machines`.
#[derive(Debug, Serialize)]
struct MachineView {
    name: String,
    serial: String,
    address: String,
    firmware: &'static str,
    model: &'static str,
    macs: Vec<String>,
    powered: bool,
    phase: Phase,
    /// The Cobbler system whose install is on the disk.
    installed: Option<String>,
    counters: Counters,
    sessions: SessionCounters,
}

pub(crate) fn router(controllers: Vec<Controller>) -> Router {
    Router::new()
        .route("/machines", get(machines))
        .with_state(controllers)
}

async fn machines(State(controllers): State<Vec<Controller>>) -> Json<Vec<MachineView>> {
    Json(controllers.iter().map(view).collect())
}

fn view(controller: &Controller) -> MachineView {
    let machine = controller.machine();
    MachineView {
        name: controller.name().to_owned(),
        serial: controller.serial().to_owned(),
        address: controller.address(),
        firmware: controller.personality().firmware(),
        model: controller.personality().model(),
        macs: controller.macs().to_vec(),
        powered: controller.is_powered(),
        phase: machine.phase,
        installed: match machine.disk {
            Disk::Installed(system) => Some(system.system),
            Disk::Empty => None,
        },
        counters: machine.counters,
        sessions: controller.sessions(),
    }
}
