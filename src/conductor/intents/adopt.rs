//! `adopt`: a server that somebody else has installed becomes `active`.

use crate::model::Node;

/// What an adoption that failed leaves: as in Ironic 39.0.0, the power state that it went by is no
/// longer believed.
pub(in crate::conductor) fn not_adopted(node: &mut Node) {
    node.power_state = None;
}
