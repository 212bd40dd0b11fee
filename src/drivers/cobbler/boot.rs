//! `cobbler-pxe`: Cobbler serves the network boot of every system it knows.

use super::Cobblers;
use crate::drivers::DriverError;
use crate::drivers::interfaces::{BootInterface, Property};
use crate::model::Node;

/// Network boot served by the node's Cobbler.
#[derive(Debug)]
pub struct CobblerPxeBoot {
    cobblers: Cobblers,
}

impl CobblerPxeBoot {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }
}

impl BootInterface for CobblerPxeBoot {
    fn properties(&self) -> &'static [Property] {
        super::deploy::PROPERTIES
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        self.cobblers.of(node).map(drop)
    }
}
