//! Calls that come while a node has something else in hand.

use std::pin::pin;
use std::time::Duration;

use ferric::model::{Interfaces, Node, now};
use ferric::states::{PowerState, PowerTarget};
use tokio::time::timeout;

use crate::resources::conductor;
use crate::support::sqlite;

/// Long enough for a call that doesn't wait to be answered.
const MOMENT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_change_of_power_waits_for_the_one_in_hand() {
    let folder = tempfile::tempdir().unwrap();
    let conductor = conductor(&sqlite(folder.path()).await);
    let node = Node::new("fake-hardware", Interfaces::default(), now());
    let uuid = conductor.create_node(node).await.unwrap().uuid.to_string();
    let reboot = conductor.set_power(&uuid, PowerTarget::Reboot, None).await;
    reboot.unwrap();

    let mut off = pin!(conductor.set_power(&uuid, PowerTarget::Off, None));
    let early = timeout(MOMENT, &mut off).await;
    assert!(early.is_err(), "answered while it rebooted: {early:?}");
    while conductor.turn().await.unwrap() {}
    off.await.unwrap();
    while conductor.turn().await.unwrap() {}
    let node = conductor.store().node(&uuid).await.unwrap();
    assert_eq!(node.power_state, Some(PowerState::Off));
}
