//! The verbs of `states/provision`: every one is asked for in every state that takes it.

use axum::http::StatusCode;
use ferric::api::version::verbs::since;
use ferric::states::{ProvisionState, Verb};
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;
use uuid::Uuid;

use crate::cells::{code, minor};
use crate::harness::Api;
use crate::page;

/// Other names of verbs.
const ALIASES: [(Verb, &str); 2] = [(Verb::Active, "deploy"), (Verb::Deleted, "undeploy")];

/// The verbs, and in which states each is carried out.
pub(crate) async fn table() -> String {
    let api = Api::start().await;
    let mut rows = Vec::new();
    for verb in Verb::iter() {
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        for state in ProvisionState::iter().filter(|state| verb.is_legal_in(*state)) {
            match is_taken(&api, verb, state).await {
                true => taken.push(state.to_string()),
                false => refused.push(state.to_string()),
            }
        }
        assert!(taken.len() + refused.len() > 0, "no state takes {verb}");
        let alias = ALIASES.iter().find(|(of, _)| *of == verb).map(|(_, name)| {
            assert_eq!(name.parse(), Ok(verb));
            format!(" ({} since {})", code(name), minor(since(name)))
        });
        let name = verb.to_string();
        rows.push([
            format!("{}{}", code(&name), alias.unwrap_or_default()),
            minor(since(&name)),
            or_none(&taken),
            or_none(&refused),
        ]);
    }
    page::table(
        ["verb", "since", "carried out in", "400, not supported, in"],
        &rows,
    )
}

fn or_none(states: &[String]) -> String {
    match states.is_empty() {
        true => "–".to_owned(),
        false => states.join(", "),
    }
}

/// Asks for it. The engine doesn't run, so that nothing comes of it.
async fn is_taken(api: &Api, verb: Verb, state: ProvisionState) -> bool {
    let name = format!("{verb}-{}", state.to_string().replace(' ', "-"));
    api.node_in(&Uuid::new_v4().to_string(), &name, state).await;
    let path = format!("/v1/nodes/{name}/states/provision");
    let answer = api.call("latest", "PUT", &path, body(verb)).await;
    match answer.status {
        StatusCode::ACCEPTED => true,
        StatusCode::BAD_REQUEST if answer.words().contains("does not support") => false,
        _ => panic!("{verb} in {state}: {answer:?}"),
    }
}

/// What Ironic wants with it.
fn body(verb: Verb) -> Value {
    let steps = json!([{"interface": "deploy", "step": "erase_devices"}]);
    match verb {
        Verb::Clean => json!({"target": "clean", "clean_steps": steps}),
        Verb::Service => json!({"target": "service", "service_steps": steps}),
        Verb::Rescue => json!({"target": "rescue", "rescue_password": "secret"}),
        verb => json!({"target": verb.to_string()}),
    }
}
