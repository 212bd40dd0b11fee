//! The XML API: one request element in, one answer element out.

mod answer;
mod config;
mod lies;
mod object;
mod resolve;
mod session;

use crate::chassis::Chassis;
use crate::fault::Fault;
use crate::release::Release;
use crate::xml::Element;
use answer::Refusal;

/// The first release with `configConfMos`: it is missing from the 0.7.2 SDK, which goes to
/// 2.0(4c), and is in 0.9.17.
const CONF_MOS_SINCE: Release = Release::new(3, 0, 0, ' ');

/// Answers the body of one POST to `/nuova`.
pub(crate) fn answer(chassis: &Chassis, body: &str) -> String {
    let request = match Element::parse(body.trim_matches(['\0', ' ', '\r', '\n', '\t'])) {
        Ok(request) => request,
        Err(why) => {
            return Refusal::Parse(why)
                .element(&Element::default(), chassis.personality().parse_error_code)
                .render();
        }
    };
    chassis.journal.note_xml(&request);
    let answer = dispatch(chassis, &request, body)
        .unwrap_or_else(|r| r.element(&request, chassis.personality().parse_error_code));
    lies::tell(chassis, body, answer).render()
}

fn dispatch(chassis: &Chassis, request: &Element, body: &str) -> Result<Element, Refusal> {
    if let Some((code, text)) = chassis.faults.take(body, |fault| match fault {
        Fault::Error { code, text } => Some((code.clone(), text.clone())),
        _ => None,
    }) {
        return Err(Refusal::operation(code, text));
    }
    if chassis.faults.strikes(body, &Fault::NotInSchema) {
        let what = request.attribute("classId").unwrap_or(&request.name);
        return Err(Refusal::Parse(format!("no class named {what}")));
    }
    if chassis.faults.strikes(body, &Fault::SessionLost) {
        chassis.state().sessions.close_all();
    }
    match request.name.as_str() {
        "aaaLogin" => session::login(chassis, request, body),
        "aaaLogout" => session::logout(chassis, request, body),
        "aaaRefresh" => session::refresh(chassis, request, body),
        "aaaKeepAlive" => session::keep_alive(chassis, request),
        "aaaGetComputeAuthTokens" => session::auth_tokens(chassis, request),
        "configResolveDn" => resolve::dn(chassis, request),
        "configResolveClass" => resolve::class(chassis, request),
        "configResolveChildren" => resolve::children(chassis, request),
        "configResolveParent" => resolve::parent(chassis, request),
        "configConfMo" => config::conf_mo(chassis, request, body),
        "configConfMos" if chassis.personality().release >= CONF_MOS_SINCE => {
            config::conf_mos(chassis, request, body)
        }
        "configConfMos" | "eventSubscribe" | "eventUnsubscribe" => {
            Err(Refusal::operation("2009", "Method not supported."))
        }
        other => Err(Refusal::Parse(format!("no class named {other}"))),
    }
}
