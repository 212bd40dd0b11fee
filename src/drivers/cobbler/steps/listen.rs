//! What the steps that wait for an installer share: to read Cobbler's own install log, to wait, and
//! to look around when everybody is silent.

use chrono::{DateTime, TimeDelta};
use cobbler_client::{CobblerError, InstallLog};
use serde_json::{Value, json};

use crate::drivers::cobbler::autoinstall::Family;
use crate::drivers::cobbler::{Cobblers, INSTALL_TOKEN, INSTALLER, InstallRequest, SYSTEM};
use crate::drivers::interfaces::{StepContext, StepOutcome};
use crate::drivers::reach::{self, Answer};
use crate::drivers::{DriverError, Settings};
use crate::evidence::Cause;
use crate::model::{EvidenceKind as Kind, EvidenceSource as Source, Time};
use crate::states::PowerState;

/// The note with what Cobbler's log last said of the node's system, so that only news counts.
const LOG: &str = "cobbler_log";

/// Notes what Cobbler's log says before the server is powered on: all of it is of earlier installs.
pub(in crate::drivers::cobbler) async fn note_log_before(
    ctx: &mut StepContext<'_>,
    cobblers: &Cobblers,
) {
    if ctx.noted(LOG).is_none()
        && let Some(log) = log_of(ctx, cobblers).await
    {
        ctx.note(LOG, json!({"started": log.started, "ended": log.ended}));
    }
}

/// Takes in what is new in Cobbler's log. A log that could not be read before the power-on, or can't
/// be read now, says nothing: the hooks do.
pub(in crate::drivers::cobbler) async fn read_log(
    ctx: &mut StepContext<'_>,
    cobblers: &Cobblers,
) -> bool {
    let Some(before) = ctx.noted(LOG).cloned() else {
        return false;
    };
    let Some(log) = log_of(ctx, cobblers).await else {
        return false;
    };
    let mut news = false;
    for (key, kind, at) in [
        ("started", Kind::Started, log.started),
        ("ended", Kind::Done, log.ended),
    ] {
        if let Some(at) = at.filter(|at| is_new(&before[key], *at)) {
            news |= ctx.saw(
                Source::Cobbler,
                kind,
                format!("at {} by its clock", clock(at)),
            );
        }
    }
    if news {
        ctx.note(LOG, json!({"started": log.started, "ended": log.ended}));
    }
    news
}

async fn log_of(ctx: &StepContext<'_>, cobblers: &Cobblers) -> Option<InstallLog> {
    let system = ctx.node.internal_text(SYSTEM)?;
    let log = cobblers
        .install_log(ctx.node, ctx.settings.install_log_poll)
        .await?;
    Some(log.get(system).copied().unwrap_or_default())
}

fn is_new(before: &Value, at: f64) -> bool {
    before.as_f64().is_none_or(|before| at > before)
}

fn clock(seconds: f64) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "thousandths of a second are enough for a person"
    )]
    let millis = (seconds * 1000.0) as i64;
    DateTime::from_timestamp_millis(millis).map_or_else(
        || seconds.to_string(),
        |at| at.format("%F %T%.3f UTC").to_string(),
    )
}

/// When the silence since then has lasted too long.
pub(in crate::drivers::cobbler) fn deadline(settings: &Settings, last_seen: Time) -> Time {
    let limit = TimeDelta::from_std(settings.install_silence_limit).unwrap_or(TimeDelta::MAX);
    last_seen.checked_add_signed(limit).unwrap_or(Time::MAX_UTC)
}

/// Waits for word of the installer. Every report wakes the node; the time is for Cobbler's log, and
/// for the word that never comes.
pub(in crate::drivers::cobbler) fn wait(
    ctx: &StepContext<'_>,
    deadline: Time,
    for_what: &str,
) -> StepOutcome {
    let poll = TimeDelta::from_std(ctx.settings.install_log_poll).unwrap_or(TimeDelta::MAX);
    let next = ctx.now.checked_add_signed(poll).unwrap_or(deadline);
    StepOutcome::Wait {
        until: deadline.min(next),
        for_what: for_what.to_owned(),
        on_installer: true,
    }
}

/// What the controller and Cobbler say when nobody has heard of the installer.
///
/// # Errors
/// Those of the driver that say nothing of the server: no free session, a refusal.
pub(in crate::drivers::cobbler) async fn never_started(
    ctx: &StepContext<'_>,
    cobblers: &Cobblers,
) -> Result<(Cause, String), DriverError> {
    if let Some(trouble) = hardware_trouble(ctx).await? {
        return Ok(trouble);
    }
    let Some(system) = ctx.node.internal_text(SYSTEM) else {
        return Ok((Cause::Unknown, "it has no system in Cobbler".to_owned()));
    };
    let token = ctx.node.internal_text(INSTALL_TOKEN).unwrap_or_default();
    let words = match cobblers.of(ctx.node)?.render_system(system).await {
        Ok(text) if !text.contains(token) => format!(
            "the file that Cobbler renders for system {system} has no link to this service any more; somebody has \
             changed its template there"
        ),
        Ok(_) => {
            return Ok((
                Cause::NoDhcp,
                "the server is on and Cobbler has its file ready, so it got no DHCP answer, or did not boot from the \
                 network at all; look at its console"
                    .to_owned(),
            ));
        }
        Err(CobblerError::NotFound { .. }) => {
            format!(
                "Cobbler has no system {system} any more, so there was no file for it; deploy again"
            )
        }
        Err(error @ CobblerError::Render { .. }) => {
            format!(
                "Cobbler can't render its file ({error}); correct the template, then deploy again"
            )
        }
        Err(error) => {
            let words = format!("whether its file is there could not be asked ({error})");
            return Ok((Cause::Unknown, words));
        }
    };
    Ok((Cause::KickstartNotFetched, words))
}

/// Whether the server itself is the reason for the silence.
///
/// # Errors
/// As [`never_started`].
pub(in crate::drivers::cobbler) async fn hardware_trouble(
    ctx: &StepContext<'_>,
) -> Result<Option<(Cause, String)>, DriverError> {
    match ctx.power().state().await {
        Ok(PowerState::Off) => Ok(Some((
            Cause::Unknown,
            "the server's power is off, and nobody here switched it off; look at its controller's event log".to_owned(),
        ))),
        Ok(_) => Ok(None),
        Err(DriverError::Transient(error)) => Ok(Some((
            Cause::BmcGone,
            format!("its controller does not answer either: {error}"),
        ))),
        Err(error) => Err(error),
    }
}

/// Looks once whether something answers at the node's address, if that is known. Gives what it is,
/// and the words for a person.
pub(in crate::drivers::cobbler) async fn look(
    ctx: &mut StepContext<'_>,
    cobblers: &Cobblers,
) -> Option<(Source, String)> {
    let request = InstallRequest::read(ctx.node, cobblers).ok()?;
    let (address, _) = request.network.address?;
    let at = std::net::SocketAddr::from((address, ctx.settings.ssh_port));
    let installers = may_be_the_installers(ctx, &request);
    let (source, words) = match reach::look(at).await? {
        Answer::Ssh(version) if installers => (
            Source::Tcp,
            format!("{version} answers at {at}, which may be the installer's own"),
        ),
        Answer::Ssh(version) => (Source::Ssh, format!("{version} answers at {at}")),
        Answer::Open => (
            Source::Tcp,
            format!("{at} takes connections without a greeting"),
        ),
    };
    ctx.saw(source, Kind::Reachable, words.clone());
    Some((source, words))
}

/// Ubuntu's installer always runs an SSH server, Anaconda one if it is told so.
fn may_be_the_installers(ctx: &StepContext<'_>, request: &InstallRequest) -> bool {
    let family = ctx
        .node
        .internal_text(INSTALLER)
        .and_then(|f| f.parse().ok());
    family == Some(Family::Ubuntu)
        || request
            .kernel_options
            .keys()
            .any(|option| option.ends_with("sshd"))
}
