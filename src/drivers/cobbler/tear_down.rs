//! Taking back what a deploy made in Cobbler: for tear-down, and after a deploy that failed.

use cobbler_client::CobblerError;
use serde_json::Value;

use super::servers::from_cobbler;
use super::{Cobblers, FIRST_BOOT, INSTALL_TOKEN, INSTALLER, PROFILE, PXE_MAC, SYSTEM};
use crate::drivers::interfaces::{StepContext, StepOutcome, StepResult};

/// The frame that steps on these servers share: the rest is `act`.
macro_rules! step {
    ($(#[$doc:meta])* $type:ident, $interface:ident, $name:literal, $priority:literal, $purpose:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(super) struct $type {
            cobblers: Cobblers,
        }

        impl $type {
            /// On these servers.
            pub(super) fn new(cobblers: Cobblers) -> Self {
                Self { cobblers }
            }
        }

        #[async_trait::async_trait]
        impl $crate::drivers::interfaces::Step for $type {
            fn name(&self) -> &'static str {
                $name
            }

            fn interface(&self) -> $crate::model::InterfaceKind {
                $crate::model::InterfaceKind::$interface
            }

            fn priority(&self) -> u32 {
                $priority
            }

            fn purpose(&self) -> &'static str {
                $purpose
            }

            async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
                self.act(ctx).await
            }
        }
    };
}

pub(super) use step;

step!(
    /// Removes the node's system.
    RemoveSystem, Deploy, "remove_system", 90, "remove the server's system from Cobbler"
);
step!(
    /// The same, when somebody asks for it by a cleaning: a system that a deploy left behind.
    RemoveCobblerSystem, Deploy, "remove_cobbler_system", 0, "remove the server's system from Cobbler"
);
step!(
    /// Removes the profile if no node uses it any more.
    RemoveProfile, Deploy, "remove_unused_profile", 80, "remove the service's profile from Cobbler if nothing uses it"
);
step!(
    /// Makes a failed deploy harmless: the server must not install itself at its next boot.
    Disarm, Deploy, "netboot_off", 100, "switch netboot off in Cobbler"
);

fn noted<'a>(ctx: &StepContext<'a>, key: &str) -> Option<&'a str> {
    ctx.node.internal_text(key)
}

impl RemoveSystem {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        remove_system(&self.cobblers, ctx).await
    }
}

impl RemoveCobblerSystem {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        remove_system(&self.cobblers, ctx).await
    }
}

/// Removes the node's system, which has to be tagged as ours.
async fn remove_system(cobblers: &Cobblers, ctx: &mut StepContext<'_>) -> StepResult {
    // A deploy that died between saving the system there and noting it here left one of the node's
    // own name.
    let name = noted(ctx, SYSTEM).map_or_else(|| ctx.node.uuid.to_string(), str::to_owned);
    cobblers
        .of(ctx.node)?
        .remove_system(&name)
        .await
        .map_err(|error| from_cobbler(&error))?;
    for key in [SYSTEM, INSTALL_TOKEN, FIRST_BOOT, INSTALLER, PXE_MAC] {
        ctx.changes
            .internal_info
            .insert(key.to_owned(), Value::Null);
    }
    Ok(StepOutcome::Done)
}

impl RemoveProfile {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let Some(name) = noted(ctx, PROFILE) else {
            return Ok(StepOutcome::Done);
        };
        let cobbler = self.cobblers.of(ctx.node)?;
        match cobbler.remove_profile(name).await {
            Ok(_) => {
                match cobbler.remove_template(&format!("{name}.ks")).await {
                    // Another node's deploy has just made the profile again.
                    Ok(_) | Err(CobblerError::InUse { .. }) => {}
                    Err(error) => return Err(from_cobbler(&error)),
                }
                ctx.changes
                    .internal_info
                    .insert(PROFILE.to_owned(), Value::Null);
                Ok(StepOutcome::Done)
            }
            Err(CobblerError::InUse { .. }) => {
                // After a failed deploy it is the node's own system that uses it.
                if noted(ctx, SYSTEM).is_none() {
                    ctx.changes
                        .internal_info
                        .insert(PROFILE.to_owned(), Value::Null);
                }
                Ok(StepOutcome::Done)
            }
            Err(error) => Err(from_cobbler(&error)),
        }
    }
}

impl Disarm {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        if let Some(name) = noted(ctx, SYSTEM) {
            match self.cobblers.of(ctx.node)?.set_netboot(name, false).await {
                Ok(_) | Err(CobblerError::NotFound { .. }) => {}
                Err(error) => return Err(from_cobbler(&error)),
            }
        }
        ctx.changes
            .internal_info
            .insert(INSTALL_TOKEN.to_owned(), Value::Null);
        Ok(StepOutcome::Done)
    }
}
