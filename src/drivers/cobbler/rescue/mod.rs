//! `cobbler`, the rescue interface: the server boots a profile of the customer's from the network
//! once, and its own disk again after that.
//!
//! Cobbler knows no rescue of its own. What the profile boots is the customer's choice (Anaconda's
//! `rescue` command in a kickstart, a live image); the node's system there is ours and points to it
//! for as long as the rescue lasts.

mod system;
mod wait;

use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::info::Info;
use super::request::connection;
use super::tear_down::Disarm;
use super::{Cobblers, script, steps};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{Property, RESCUE_PASSWORD, RescueInterface, Step};
use crate::model::Node;

/// The key of `instance_info`, or else of `driver_info`, with the profile.
const RESCUE_PROFILE: &str = "cobbler_rescue_profile";

const PROPERTIES: &[Property] = &[(
    RESCUE_PROFILE,
    "Name of a profile in Cobbler that boots a rescue system. Required for rescue, unless it is in instance_info.",
)];

/// Rescues by a profile of the customer's Cobbler.
#[derive(Debug)]
pub struct CobblerRescue {
    cobblers: Cobblers,
}

impl CobblerRescue {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }
}

/// The profile that a node is rescued with.
fn profile_of(node: &Node) -> Result<String, DriverError> {
    let named = match Info(&node.instance_info).text(RESCUE_PROFILE)? {
        Some(name) => Some(name),
        None => node.driver_text(RESCUE_PROFILE).map(str::to_owned),
    };
    named.ok_or_else(|| {
        DriverError::invalid(format!(
            "Neither instance_info/{RESCUE_PROFILE} nor driver_info/{RESCUE_PROFILE} is set; name a profile of your \
             Cobbler that boots a rescue system."
        ))
    })
}

impl RescueInterface for CobblerRescue {
    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        self.cobblers.of(node)?;
        connection(node)?;
        profile_of(node).map(drop)
    }

    fn rescue_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![
            Arc::new(system::LookFirst::new(self.cobblers.clone())),
            Arc::new(steps::PowerOff),
            Arc::new(steps::LearnMacs),
            Arc::new(system::RescueSystem::new(self.cobblers.clone())),
            Arc::new(steps::BootNetwork),
            Arc::new(steps::PowerOn::new(self.cobblers.clone())),
            Arc::new(wait::WaitRescued::new(self.cobblers.clone())),
        ]
    }

    fn unrescue_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![
            Arc::new(steps::PowerOff),
            Arc::new(system::OwnSystem::new(self.cobblers.clone())),
            Arc::new(wait::BootOwnDisk::new(self.cobblers.clone())),
            Arc::new(steps::PowerOn::new(self.cobblers.clone())),
        ]
    }

    fn clean_up_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::new(Disarm::new(self.cobblers.clone()))]
    }

    fn script(&self, node: &Node) -> Result<String, DriverError> {
        let password = Info(&node.instance_info).secret(RESCUE_PASSWORD)?;
        let password = password.ok_or_else(|| {
            DriverError::invalid(format!("instance_info/{RESCUE_PASSWORD} is not set."))
        })?;
        Ok(script::for_rescue(password.expose_secret()))
    }
}
