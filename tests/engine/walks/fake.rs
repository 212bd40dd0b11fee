//! Walks on `fake-hardware`, whose steps succeed at once.

use std::sync::Arc;
use std::time::Duration;

use cimc_client::Controllers;
use ferric::conductor::Conductor;
use ferric::drivers::cobbler::Cobblers;
use ferric::drivers::{Registry, Settings};
use ferric::model::{Interfaces, Node, now};
use ferric::states::ProvisionState as State;
use proptest::sample::select;
use serde_json::Value;
use strum::IntoEnumIterator as _;

use super::plan::ops;
use super::rules::is_failed;
use super::world::{Hardware, World, hurried};
use super::{are_the_usual_ones, walk};
use crate::support::sqlite;

/// None.
struct Nothing;

impl Hardware for Nothing {
    fn fail(&self, _: u8) {}

    fn mend(&self) {}

    fn password(&self, _: bool) -> Option<Value> {
        None
    }

    fn turns(&self) -> usize {
        60
    }

    fn takes_time(&self) -> bool {
        false
    }

    fn untouched(&self) -> Result<(), String> {
        Ok(())
    }
}

async fn world(state: State) -> World {
    let folder = tempfile::tempdir().unwrap();
    let controllers = Arc::new(Controllers::new());
    let drivers = Registry::new(controllers, Duration::from_secs(10), Cobblers::default());
    let conductor = Conductor::new(
        sqlite(folder.path()).await,
        drivers,
        Settings::default(),
        hurried(),
    );
    let node = Node::new("fake-hardware", Interfaces::default(), now());
    let mut node = conductor.create_node(node).await.unwrap();
    if state != State::Enroll {
        node.enter(state, now());
        node.last_error = Some("a walk began here".to_owned());
        node = conductor.store().save_node(&node).await.unwrap();
    }
    World::new(conductor, &node, Box::new(Nothing), folder, None)
}

/// Nothing fails on this driver, so that walks begin where failures would have led, too.
fn beginnings() -> impl Iterator<Item = State> {
    State::iter().filter(|state| state.is_stable() || is_failed(*state))
}

/// What its steps can lead to: its inspection and its rescue wait for nobody.
fn reachable() -> impl Iterator<Item = State> {
    State::iter().filter(|state| !matches!(state, State::InspectWait | State::RescueWait))
}

#[test]
fn no_walk_on_fake_hardware_leaves_the_table_and_each_has_a_way_out() {
    let all: Vec<State> = beginnings().collect();
    let walks = (select(all), ops(30));
    let seen = walk(100, walks, |beginning| world(*beginning));
    let never: Vec<String> = reachable()
        .filter(|state| !seen.contains(state))
        .map(|state| state.to_string())
        .collect();
    assert!(
        never.is_empty() || !are_the_usual_ones(),
        "no walk has been in: {never:?}"
    );
}
