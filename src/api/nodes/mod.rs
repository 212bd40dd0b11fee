//! `/v1/nodes`: a file for each verb or sub-resource; [`shape`] makes answers of nodes, [`wire`]
//! nodes of bodies, [`rules`] says what may be changed when.

pub(crate) mod boot_device;
pub(crate) mod boot_mode;
pub(crate) mod children;
mod columns;
pub(crate) mod console;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod firmware;
pub(crate) mod hardware;
pub(crate) mod history;
pub(crate) mod indicators;
pub(crate) mod job;
pub(crate) mod list;
pub(crate) mod maintenance;
pub(crate) mod power;
pub(crate) mod provision;
pub(crate) mod provision_request;
pub(crate) mod raid;
pub(crate) mod rules;
mod runbook_approval;
mod runbook_steps;
pub(crate) mod shape;
pub(crate) mod show;
pub(crate) mod states;
mod stream;
pub(crate) mod traits;
pub(crate) mod update;
pub(crate) mod validate;
pub(crate) mod vendor;
pub(crate) mod vifs;
pub(crate) mod vmedia;
pub(crate) mod wire;
