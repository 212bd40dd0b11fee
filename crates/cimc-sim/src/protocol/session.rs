//! Login, logout and what keeps a session alive.

use secrecy::ExposeSecret;

use super::answer::{Refusal, authorize, only, required, respond};
use crate::chassis::{Availability, Chassis};
use crate::fault::Fault;
use crate::session::Role;
use crate::xml::Element;

/// Seconds without activity after which a session ends, as every release tells it.
const REFRESH_PERIOD: &str = "600";

pub(super) fn login(chassis: &Chassis, request: &Element, body: &str) -> Result<Element, Refusal> {
    only(request, &["inName", "inPassword"])?;
    let (user, role) = authenticate(chassis, request)?;
    let foreign = chassis.faults.take(body, |fault| match fault {
        Fault::ForeignSessions(count) => Some(*count),
        _ => None,
    });
    let (cookie, id) = chassis
        .state()
        .sessions
        .open(user, role, foreign.unwrap_or(0))
        .ok_or_else(Refusal::too_many_sessions)?;
    Ok(granted(chassis, request, &cookie, id, role))
}

pub(super) fn refresh(
    chassis: &Chassis,
    request: &Element,
    body: &str,
) -> Result<Element, Refusal> {
    only(request, &["inCookie", "inName", "inPassword"])?;
    let cookie = required(request, "inCookie")?;
    let (_, role) = authenticate(chassis, request)?;
    let keeps = chassis.faults.strikes(body, &Fault::RefreshKeepsCookie);
    let mut state = chassis.state();
    let refreshed = match keeps {
        true => state
            .sessions
            .touch(cookie)
            .map(|session| (cookie.to_owned(), session.id)),
        false => state.sessions.refresh(cookie),
    };
    drop(state);
    let (cookie, id) = refreshed.ok_or_else(Refusal::session_not_found)?;
    Ok(granted(chassis, request, &cookie, id, role))
}

pub(super) fn logout(chassis: &Chassis, request: &Element, body: &str) -> Result<Element, Refusal> {
    only(request, &["inCookie"])?;
    let cookie = required(request, "inCookie")?;
    if !chassis.faults.strikes(body, &Fault::LogoutLeaks) && !chassis.state().sessions.close(cookie)
    {
        return Err(Refusal::session_not_found());
    }
    Ok(respond(request).with("outStatus", "success"))
}

pub(super) fn keep_alive(chassis: &Chassis, request: &Element) -> Result<Element, Refusal> {
    only(request, &[])?;
    authorize(chassis, request)?;
    Ok(respond(request))
}

pub(super) fn auth_tokens(chassis: &Chassis, request: &Element) -> Result<Element, Refusal> {
    only(request, &[])?;
    authorize(chassis, request)?;
    let tokens = format!("{},{}", rand::random::<u32>(), rand::random::<u32>());
    Ok(respond(request).with("outTokens", tokens))
}

fn authenticate<'a>(chassis: &'a Chassis, request: &Element) -> Result<(&'a str, Role), Refusal> {
    let user = required(request, "inName")?;
    let password = required(request, "inPassword")?;
    if chassis.availability() == Availability::NoUsers {
        return Err(Refusal::authentication_failed());
    }
    chassis
        .accounts
        .iter()
        .find(|a| a.user == user && a.password.expose_secret() == password)
        .map(|a| (a.user.as_str(), a.role))
        .ok_or_else(Refusal::authentication_failed)
}

fn granted(chassis: &Chassis, request: &Element, cookie: &str, id: u32, role: Role) -> Element {
    let mut answer = respond(request)
        .with("outCookie", cookie)
        .with("outRefreshPeriod", REFRESH_PERIOD)
        .with("outPriv", role.as_str());
    if chassis.personality().tells_version {
        answer = answer
            .with("outSessionId", id.to_string())
            .with("outVersion", chassis.personality().firmware);
    }
    answer
}
