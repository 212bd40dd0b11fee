//! Step 8: notice that it is done.

use async_trait::async_trait;

use super::wait_for_installer;
use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::evidence::{Verdict, judge};
use crate::model::InterfaceKind;
use crate::states::{PowerState, PowerTarget};

/// Waits for the installer's last word.
#[derive(Debug)]
pub struct WaitInstalled;

#[async_trait]
impl Step for WaitInstalled {
    fn name(&self) -> &'static str {
        "wait_installed"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        30
    }

    fn purpose(&self) -> &'static str {
        "wait until the evidence says that the installation is complete"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        match judge(ctx.evidence) {
            Verdict::Done => {
                ctx.changes.power_state = Some(PowerState::On);
                Ok(StepOutcome::Done)
            }
            Verdict::Failed(words) => Ok(StepOutcome::Fail {
                cause: format!(
                    "the installer gave up; its last words: {}",
                    if words.is_empty() { "none" } else { &words }
                ),
            }),
            Verdict::Loop(starts) => {
                // Each round wipes the disks again: stop it before anything else.
                ctx.power().request(PowerTarget::Off).await?;
                Ok(StepOutcome::Fail {
                    cause: format!(
                        "the server has started its installer {starts} times (a reinstall loop), so it was powered \
                         off; its boot order stays on the network, look at it in the CIMC"
                    ),
                })
            }
            Verdict::Installing {
                progress,
                last_seen,
            } => {
                ctx.changes.progress = Some(progress);
                Ok(wait_for_installer(
                    ctx,
                    last_seen,
                    "the installation to complete",
                    "look at the server's console for an error of the installer",
                ))
            }
            Verdict::Nothing => Ok(wait_for_installer(
                ctx,
                ctx.job.step_started_at,
                "the installation to complete",
                "look at the server's console for an error of the installer",
            )),
        }
    }
}
