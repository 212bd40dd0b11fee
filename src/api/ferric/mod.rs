//! `/ferric/v1`: what isn't Ironic's.

pub(crate) mod cobblers;
pub(crate) mod evidence;
pub(crate) mod hardware;
pub(crate) mod install;
