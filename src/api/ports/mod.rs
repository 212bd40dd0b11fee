//! `/v1/ports`

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod rules;
pub(crate) mod shape;
pub(crate) mod show;
pub(crate) mod update;
pub(crate) mod wire;
