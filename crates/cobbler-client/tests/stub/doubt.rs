//! A save of which nobody knows what came.

use cobbler_client::Ensured;

use crate::node_1;
use crate::server::{Answer, Stub};

/// How often a read is tried while the web server answers 503, and how many reads follow a save
/// whose answer was lost.
const TRIES: usize = 2 * 7;

#[tokio::test]
async fn a_system_whose_save_was_never_answered_is_saved_again() {
    let stub = Stub::start(|method, _, calls| match method {
        "save_system" => {
            let first = !calls.iter().any(|(name, _)| name == "save_system");
            first.then_some(Answer::Status(502))
        }
        "get_system" => {
            let saved = calls.iter().position(|(name, _)| name == "save_system")?;
            let reads = calls[saved..].iter().filter(|(name, _)| name == method);
            Some(if reads.count() < TRIES {
                Answer::Status(503)
            } else {
                Answer::Raw(include_str!("answers/get_system.xml").to_owned())
            })
        }
        _ => None,
    })
    .await;
    let error = stub.cobbler.ensure_system(&node_1()).await;
    assert!(error.expect_err("in doubt").is_transient());
    assert_eq!(stub.count("save_system"), 1);
    let made = stub.cobbler.ensure_system(&node_1()).await;
    assert_eq!(made.expect("saved again"), Ensured::Updated);
    assert_eq!(stub.count("save_system"), 2);
    let made = stub.cobbler.ensure_system(&node_1()).await;
    assert_eq!(made.expect("there"), Ensured::Unchanged);
}
