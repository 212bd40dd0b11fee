//! The picture of the provision states.

use ferric::states::{ProvisionState, TRANSITIONS, Verb};
use strum::IntoEnumIterator as _;

use crate::cells::code;
use crate::page;

/// The transitions as a diagram in Mermaid's language.
pub(crate) fn diagram() -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n");
    for state in ProvisionState::iter() {
        let name = state.to_string();
        if name != id(state) {
            text.push_str(&format!("    state \"{name}\" as {}\n", id(state)));
        }
    }
    text.push_str(&format!("    [*] --> {}\n", id(ProvisionState::Enroll)));
    for from in ProvisionState::iter() {
        for to in ProvisionState::iter() {
            let events: Vec<String> = TRANSITIONS
                .iter()
                .filter(|t| t.from == from && t.to == to)
                .map(|t| t.on.to_string())
                .collect();
            if !events.is_empty() {
                text.push_str(&format!(
                    "    {} --> {} : {}\n",
                    id(from),
                    id(to),
                    events.join(", ")
                ));
            }
        }
    }
    text.push_str("```\n");
    text
}

/// Mermaid's identifiers have no spaces.
fn id(state: ProvisionState) -> String {
    state.to_string().replace([' ', '-'], "_")
}

/// What a client may ask for in each state.
pub(crate) fn table() -> String {
    let rows: Vec<[String; 4]> = ProvisionState::iter()
        .map(|state| {
            let verbs: Vec<String> = Verb::iter()
                .filter(|verb| verb.is_legal_in(state))
                .map(|verb| code(&verb.to_string()))
                .collect();
            let yes = |is: bool| if is { "yes" } else { "" }.to_owned();
            [
                state.to_string(),
                state.target().map(|t| t.to_string()).unwrap_or_default(),
                verbs.join(", "),
                yes(state.allows_delete()),
            ]
        })
        .collect();
    page::table(["state", "on its way to", "verbs", "can be deleted"], &rows)
}
