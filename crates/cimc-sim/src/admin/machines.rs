//! What the machines are doing, and what a person beside them would do.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Name, Rack, Refused, find, read};
use crate::controller::{Controller, SessionCounters};
use crate::event::LogEntry;
use crate::machine::{Counters, Disk, Phase, Quirk};
use crate::personality::Personality;
use crate::qemu::GuestState;

/// One machine in the answer to `GET /machines`.
#[derive(Debug, Serialize)]
pub(super) struct MachineView {
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
    /// The QEMU guest, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<GuestState>,
}

pub(super) async fn list(State(controllers): Rack) -> Json<Vec<MachineView>> {
    Json(controllers.iter().map(view).collect())
}

pub(super) async fn show(
    State(controllers): Rack,
    Path(name): Name,
) -> Result<Json<MachineView>, Refused> {
    Ok(Json(view(find(&controllers, &name)?)))
}

pub(super) async fn events(
    State(controllers): Rack,
    Path(name): Name,
) -> Result<Json<Vec<LogEntry>>, Refused> {
    Ok(Json(find(&controllers, &name)?.events()))
}

pub(super) async fn press(
    State(controllers): Rack,
    Path(name): Name,
) -> Result<StatusCode, Refused> {
    find(&controllers, &name)?.press_power_button();
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn restart(
    State(controllers): Rack,
    Path(name): Name,
) -> Result<StatusCode, Refused> {
    find(&controllers, &name)?.restart();
    Ok(StatusCode::ACCEPTED)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Upgrade {
    firmware: String,
}

pub(super) async fn upgrade(
    State(controllers): Rack,
    Path(name): Name,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let controller = find(&controllers, &name)?;
    let Upgrade { firmware } = read(&body)?;
    let personality = Personality::by_name(&firmware).ok_or_else(|| {
        let known = Personality::names().collect::<Vec<_>>().join(", ");
        let text = format!("firmware {firmware:?} is not known; write one of {known}");
        Refused(StatusCode::BAD_REQUEST, text)
    })?;
    controller.upgrade(personality);
    Ok(StatusCode::ACCEPTED)
}

/// How the machine misbehaves from now on, in place of how it did: a list, which may be empty.
pub(super) async fn set_quirks(
    State(controllers): Rack,
    Path(name): Name,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let controller = find(&controllers, &name)?;
    controller.set_quirks(read::<Vec<Quirk>>(&body)?);
    Ok(StatusCode::NO_CONTENT)
}

/// The rack as a whole.
#[derive(Debug, Default, Serialize)]
pub(super) struct RackView {
    controllers: usize,
    powered: usize,
    sessions: SessionCounters,
    faults_struck: u64,
}

pub(super) async fn counters(State(controllers): Rack) -> Json<RackView> {
    let mut rack = RackView::default();
    for controller in controllers.iter() {
        let sessions = controller.sessions();
        rack.controllers += 1;
        rack.powered += usize::from(controller.is_powered());
        rack.sessions.open += sessions.open;
        // At any one controller: what matters is its four slots.
        rack.sessions.most_open = rack.sessions.most_open.max(sessions.most_open);
        rack.sessions.logins += sessions.logins;
        rack.faults_struck += controller.faults().struck();
    }
    Json(rack)
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
            Disk::Empty | Disk::Image => None,
        },
        counters: machine.counters,
        sessions: controller.sessions(),
        guest: controller.guest(),
    }
}
