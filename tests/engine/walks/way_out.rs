//! From wherever a walk has ended, the way back to `available`, and out.

use ferric::states::{ProvisionState as State, Verb};
use serde_json::{Value, json};

use super::rules::{brief, is_held, is_waiting};
use super::world::World;

/// More verbs than the longest way has.
const VERBS: usize = 12;

/// Makes the node available, then deletes it.
pub(super) async fn take(world: &mut World) -> Result<(), String> {
    world.hardware.mend();
    for _ in 0..VERBS {
        let node = world.rest().await?;
        // A record can't be changed on the way from one state to another.
        if !is_held(node.provision_state) && !is_waiting(node.provision_state) {
            unlock(world).await?;
        }
        let verb = match node.provision_state {
            State::Available => return delete(world).await,
            State::Enroll | State::CleanFailed | State::InspectFailed | State::AdoptFailed => {
                Verb::Manage
            }
            State::Manageable => Verb::Provide,
            state if is_held(state) || is_waiting(state) => Verb::Abort,
            _ => Verb::Deleted,
        };
        if !world.say(verb, 0).await? {
            return Err(format!(
                "{verb} is refused in {}, and there is no other way: {}",
                node.provision_state,
                brief(&node)
            ));
        }
    }
    let node = world.look().await?;
    Err(format!("no way out after {VERBS} verbs: {}", brief(&node)))
}

/// Takes away what an operator has put in the way.
async fn unlock(world: &mut World) -> Result<(), String> {
    world.ask("DELETE", "/maintenance", Value::Null).await?;
    let mut patch = vec![
        json!({"op": "add", "path": "/protected", "value": false}),
        json!({"op": "add", "path": "/retired", "value": false}),
    ];
    if let Some(password) = world.hardware.password(true) {
        patch.push(json!({"op": "add", "path": "/driver_info/cimc_password", "value": password}));
    }
    match world.ask("PATCH", "", Value::from(patch)).await? {
        true => Ok(()),
        false => Err(format!(
            "what stands in the way can't be taken away: {}",
            brief(&world.look().await?)
        )),
    }
}

async fn delete(world: &mut World) -> Result<(), String> {
    let node = world.look().await?;
    if !node.instance_info.is_empty() && node.instance_uuid.is_some() {
        return Err(format!(
            "available, and serves an instance: {}",
            brief(&node)
        ));
    }
    if !world.ask("DELETE", "", Value::Null).await? {
        return Err("an available node can't be deleted".to_owned());
    }
    world.hardware.untouched()
}
