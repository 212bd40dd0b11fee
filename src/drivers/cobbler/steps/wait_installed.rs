//! Step 8: notice that it is done.

use async_trait::async_trait;
use chrono::TimeDelta;

use super::listen;
use crate::drivers::cobbler::Cobblers;
use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::drivers::reach_power_since;
use crate::evidence::{Cause, Verdict, judge, last_resort, name};
use crate::model::{EvidenceKind, EvidenceSource, InterfaceKind, Time};
use crate::states::{PowerState, PowerTarget};

/// The note that says for which silence the node's address has been looked at.
const LOOKED: &str = "looked_for_silence_since";
/// The note that says when the loop was noticed.
const LOOP_SINCE: &str = "loop_noticed_at";

/// Waits for the installer's last word, and for the first boot from disk where that is asked for.
#[derive(Debug)]
pub struct WaitInstalled {
    cobblers: Cobblers,
}

impl WaitInstalled {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }

    /// Each round wipes the disks again: the power goes off before anything else, and the step fails
    /// only once it is off. Netboot is off since the first sign of the installer.
    async fn stop_loop(ctx: &mut StepContext<'_>, starts: usize) -> StepResult {
        let since = match ctx.noted(LOOP_SINCE).and_then(serde_json::Value::as_i64) {
            Some(millis) => Time::from_timestamp_millis(millis).unwrap_or(ctx.now),
            None => {
                ctx.note(LOOP_SINCE, ctx.now.timestamp_millis());
                ctx.now
            }
        };
        let what = format!(
            "{}: the server has started its installer {starts} times in this deploy",
            Cause::BootLoop
        );
        let cause = match reach_power_since(ctx, PowerTarget::Off, since).await? {
            StepOutcome::Done => format!(
                "{what}, so it was powered off. Netboot was switched off in Cobbler at the first start: look at the boot \
                 order in the CIMC, and at what answers its network boot or switches netboot on again"
            ),
            StepOutcome::Fail { cause } => format!("{what}, and could not be powered off: {cause}"),
            wait => return Ok(wait),
        };
        Ok(StepOutcome::Fail { cause })
    }

    /// The installer is done; the installed system has not been heard of yet.
    async fn first_boot(&self, ctx: &mut StepContext<'_>, since: Time) -> StepResult {
        let limit = TimeDelta::from_std(ctx.settings.first_boot_limit).unwrap_or(TimeDelta::MAX);
        let deadline = since.checked_add_signed(limit).unwrap_or(Time::MAX_UTC);
        ctx.changes.progress = Some("the installer is done".to_owned());
        if ctx.now < deadline {
            return Ok(StepOutcome::Wait {
                until: deadline,
                for_what: "the first boot from disk".to_owned(),
                on_installer: true,
            });
        }
        let answer = listen::look(ctx, &self.cobblers).await;
        if let Some((EvidenceSource::Ssh, what)) = answer {
            ctx.changes
                .warnings
                .push(format!("the first boot was not reported; {what}"));
            return Ok(done(ctx));
        }
        let trouble = listen::hardware_trouble(ctx).await?;
        let (cause, words) = trouble.unwrap_or((
            Cause::Unknown,
            "look at the server's console; conductor.installed_when = \"installer\" does not wait for this".to_owned(),
        ));
        Ok(StepOutcome::Fail {
            cause: format!(
                "{cause}: the installer is done, but the installed system did not report its first boot within {} s; \
                 {words}",
                limit.num_seconds()
            ),
        })
    }

    /// Nobody has said anything for too long.
    async fn silent(&self, ctx: &mut StepContext<'_>, last_seen: Time) -> StepResult {
        let this = last_seen.timestamp_millis();
        if ctx.noted(LOOKED).and_then(serde_json::Value::as_i64) != Some(this) {
            listen::look(ctx, &self.cobblers).await;
            ctx.note(LOOKED, this);
            return Ok(StepOutcome::Again);
        }
        if let Some(why) = last_resort(ctx.evidence) {
            ctx.changes.warnings.push(why);
            return Ok(done(ctx));
        }
        let trouble = listen::hardware_trouble(ctx).await?;
        let (cause, words) = trouble.unwrap_or((
            Cause::Unknown,
            "look at the server's console for an error of the installer".to_owned(),
        ));
        Ok(StepOutcome::Fail {
            cause: format!(
                "{cause}: nothing was heard of the installer for {} s, while waiting for the installation to complete; \
                 last seen: {}; {words}",
                (ctx.now - last_seen).num_seconds(),
                last_words(ctx),
            ),
        })
    }
}

/// The newest evidence, and what a look around has found.
fn last_words(ctx: &StepContext<'_>) -> String {
    let is_look = |kind| kind == EvidenceKind::Reachable;
    let newest = ctx.evidence.iter().rev().find(|e| !is_look(e.kind));
    let look = ctx.evidence.iter().rev().find(|e| is_look(e.kind));
    let mut said: Vec<String> = Vec::new();
    if let Some(e) = newest {
        let words = match e.message.as_str() {
            "" => String::new(),
            words => format!(" ({words})"),
        };
        said.push(format!(
            "{}{words} from {} at {}",
            e.kind,
            name(e.source),
            e.seen_at.format("%T UTC")
        ));
    }
    said.extend(look.map(|e| e.message.clone()));
    if ctx.evidence.iter().all(|e| e.kind != EvidenceKind::Fetched) {
        said.push("the node's script was never fetched".to_owned());
    }
    said.join(", ")
}

fn done(ctx: &mut StepContext<'_>) -> StepOutcome {
    ctx.changes.power_state = Some(PowerState::On);
    StepOutcome::Done
}

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
            Verdict::Done { booted, since } => {
                if booted || !ctx.settings.wait_for_first_boot {
                    return Ok(done(ctx));
                }
                self.first_boot(ctx, since).await
            }
            Verdict::Failed { cause, words } => Ok(StepOutcome::Fail {
                cause: format!(
                    "{cause}: the installer gave up; its last words: {}",
                    if words.is_empty() { "none" } else { &words }
                ),
            }),
            Verdict::Loop(starts) => Self::stop_loop(ctx, starts).await,
            verdict => {
                if listen::read_log(ctx, &self.cobblers).await {
                    return Ok(StepOutcome::Again);
                }
                let last_seen = match verdict {
                    Verdict::Installing {
                        progress,
                        last_seen,
                    } => {
                        ctx.changes.progress = Some(progress);
                        last_seen
                    }
                    _ => ctx.job.step_started_at,
                };
                let deadline = listen::deadline(ctx.settings, last_seen);
                if ctx.now >= deadline {
                    return self.silent(ctx, last_seen).await;
                }
                Ok(listen::wait(ctx, deadline, "the installation to complete"))
            }
        }
    }
}
