//! `/v1/chassis`: what nodes stand in.

use super::Kind;
use crate::api::schema::{self, Schema};
use crate::api::version::resources::{CHASSIS, Table};

/// Chassis.
pub(crate) enum Chassis {}

impl Kind for Chassis {
    const TABLE: &'static Table = &CHASSIS;

    fn schema() -> &'static Schema {
        &schema::CHASSIS
    }
}
