//! What a walk asks the API for, and what must hold whatever the answer is.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use ferric::api::{ApiState, router};
use ferric::states::Verb;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;
use tower::ServiceExt as _;

use super::plan::Patch;
use super::rules::{RESCUE_PASSWORD, changes};
use super::world::World;

impl World {
    /// The verb of that number among those that the node's state takes.
    pub(super) async fn legal(&mut self, number: u8) -> Option<Verb> {
        let node = self.look().await.ok()?;
        let legal: Vec<Verb> = Verb::iter()
            .filter(|verb| verb.is_legal_in(node.provision_state))
            .collect();
        legal.get(usize::from(number) % legal.len().max(1)).copied()
    }

    /// Asks for a verb; whether it was accepted.
    pub(super) async fn say(&mut self, verb: Verb, steps: u8) -> Result<bool, String> {
        let before = self.look().await?;
        let accepted = self
            .ask("PUT", "/states/provision", body_of(verb, steps))
            .await?;
        let state = before.provision_state;
        match accepted {
            true if !verb.is_legal_in(state) => Err(format!("{verb} was accepted in {state}")),
            true if before.maintenance && matches!(verb, Verb::Active | Verb::Rebuild) => {
                Err(format!("{verb} was accepted in maintenance"))
            }
            accepted => Ok(accepted),
        }
    }

    pub(super) async fn patch(&mut self, patch: Patch) -> Result<(), String> {
        let set = |path: &str, value: Value| json!([{"op": "add", "path": path, "value": value}]);
        let body = match patch {
            Patch::Extra => set("/extra/walk", json!(1)),
            Patch::Retired(on) => set("/retired", json!(on)),
            Patch::Protected(on) => set("/protected", json!(on)),
            Patch::AutomatedClean(on) => set("/automated_clean", json!(on)),
            Patch::InstanceInfo => set("/instance_info/display_name", json!("walker")),
            Patch::ResourceClass => set("/resource_class", json!("walk")),
            Patch::RescueInterface(name) => set("/rescue_interface", json!(name)),
            Patch::WrongPassword | Patch::RightPassword => {
                let right = patch == Patch::RightPassword;
                match self.hardware.password(right) {
                    Some(value) => set("/driver_info/cimc_password", value),
                    None => return Ok(()),
                }
            }
        };
        self.ask("PATCH", "", body).await.map(drop)
    }

    /// Asks the API for something; whether it was accepted. What it refuses changes nothing.
    pub(super) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<bool, String> {
        let before = self.look().await?;
        let (status, answer) = self.call(method, path, body).await;
        if status.is_server_error() {
            return Err(format!(
                "{method} {path} was answered with {status}: {answer}"
            ));
        }
        if answer.contains(RESCUE_PASSWORD) {
            return Err(format!(
                "{method} {path} shows the rescue password: {answer}"
            ));
        }
        if method == "DELETE" && path.is_empty() && status.is_success() {
            return Ok(true);
        }
        let after = self.look().await?;
        let changed = changes(&before, &after);
        if !status.is_success() && !changed.is_empty() {
            return Err(format!(
                "{method} {path} was refused ({status}: {answer}) and has changed\n{changed}"
            ));
        }
        Ok(status.is_success())
    }

    pub(super) async fn call(&self, method: &str, path: &str, body: Value) -> (StatusCode, String) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1/nodes/{}{path}", self.path))
            .header("host", "127.0.0.1:6385")
            .header("x-openstack-ironic-api-version", "latest");
        let body = match body {
            Value::Null => Body::empty(),
            other => Body::from(other.to_string()),
        };
        let api = router(ApiState::new(self.conductor.clone(), None));
        let response = api.oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Steps to ask for: some that are done at once, some that wait, one that isn't there.
fn steps(number: u8) -> Vec<Value> {
    let reserved =
        |name: &str, args: Value| json!({"interface": "deploy", "step": name, "args": args});
    let hold = || reserved("hold", json!({}));
    let moment = || reserved("wait", json!({"seconds": 0}));
    match number % 6 {
        0 => vec![moment()],
        1 => vec![hold()],
        2 => vec![moment(), hold(), moment()],
        // Waits for a call.
        3 => vec![reserved("wait", json!({}))],
        4 => vec![json!({"interface": "bios", "step": "nowhere", "args": {}})],
        _ => vec![reserved("power_on", json!({})), moment()],
    }
}

/// What Ironic wants with a verb, and steps where it takes some.
pub(super) fn body_of(verb: Verb, number: u8) -> Value {
    match verb {
        Verb::Clean => json!({"target": "clean", "clean_steps": steps(number)}),
        Verb::Service => json!({"target": "service", "service_steps": steps(number)}),
        Verb::Rescue => json!({"target": "rescue", "rescue_password": RESCUE_PASSWORD}),
        // Half of the deploys are as the driver has them.
        Verb::Active | Verb::Rebuild if number % 2 == 1 => {
            let steps: Vec<Value> = steps(number / 2)
                .into_iter()
                .map(|mut step| {
                    step["priority"] = json!(95);
                    step
                })
                .collect();
            json!({"target": verb.to_string(), "deploy_steps": steps})
        }
        verb => json!({"target": verb.to_string()}),
    }
}
