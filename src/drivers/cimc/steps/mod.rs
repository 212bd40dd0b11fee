//! The steps that a CIMC's interfaces offer for cleaning, service and deploys. All have priority 0:
//! they run when somebody asks for them. Each is backed by Cisco's guides or the metadata of Cisco's
//! SDK; which firmware can do what is the client's to know, and a step that it can't do fails with
//! what was seen.

mod boot_device;
mod boot_mode;
mod cache_bios;
mod locator_led;
mod reset_bmc;

use std::sync::Arc;

use serde_json::Value;

use crate::drivers::interfaces::Step;
use crate::model::{JsonMap, StepKind};

/// Those of the management interface.
pub(super) fn management(kind: StepKind) -> Vec<Arc<dyn Step>> {
    match kind {
        StepKind::Clean | StepKind::Service => vec![
            Arc::new(boot_mode::SetBootMode),
            Arc::new(boot_device::SetBootDevice),
            Arc::new(locator_led::SetLocatorLed),
            Arc::new(reset_bmc::ResetBmc),
        ],
        // A deploy sets the boot devices itself.
        StepKind::Deploy => vec![
            Arc::new(boot_mode::SetBootMode),
            Arc::new(locator_led::SetLocatorLed),
        ],
        StepKind::Verify => Vec::new(),
    }
}

/// Those of the BIOS interface.
pub(super) fn bios(kind: StepKind) -> Vec<Arc<dyn Step>> {
    match kind {
        StepKind::Clean | StepKind::Service => vec![Arc::new(cache_bios::CacheBiosSettings)],
        StepKind::Deploy | StepKind::Verify => Vec::new(),
    }
}

/// A text among a step's arguments that stands for one of a few things.
fn choice<T: std::str::FromStr>(args: &JsonMap, name: &str, these: &str) -> Result<T, String> {
    let text = args.get(name).and_then(Value::as_str);
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("{name} must be one of {these}"))
}

/// The same of the present step, whose arguments were looked at before the first step ran.
macro_rules! chosen {
    ($found:expr) => {
        match $found {
            Ok(found) => found,
            Err(cause) => return Ok(StepOutcome::Fail { cause }),
        }
    };
}
use chosen;
