//! Random walks over the whole state machine, on both drivers: whatever is asked for, in whatever
//! order, with conductors that die and hardware that fails, no node enters a state that the table
//! doesn't lead to, none changes when a verb is refused, each comes to rest, and from everywhere
//! there is a way out.
//!
//! `FERRIC_WALKS` is the number of walks, for each driver; `FERRIC_WALK_SEED` the number they begin
//! from. A walk that fails is made as short as it can be and printed with its seed.

mod asks;
mod cisco;
mod fake;
mod plan;
mod rules;
mod way_out;
mod world;

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::Debug;
use std::future::Future;

use ferric::states::ProvisionState;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};

use plan::Op;
use world::World;

/// Which walks are tried if nobody says otherwise: the same ones each time, so that a red run is
/// about what was changed.
const SEED: u64 = 0x00fe_11c0;

#[expect(
    clippy::disallowed_methods,
    reason = "how many walks is the business of who runs the tests"
)]
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Whether these are the walks that everybody takes, of which it is known where they lead.
fn are_the_usual_ones() -> bool {
    number("FERRIC_WALKS").is_none() && number("FERRIC_WALK_SEED").is_none()
}

/// Takes `walks` walks in worlds of their own, each from its beginning. The states that all of them
/// together have seen.
fn walk<B: Debug, F: Future<Output = World>>(
    walks: u32,
    strategy: impl Strategy<Value = (B, Vec<Op>)>,
    world: impl Fn(&B) -> F,
) -> HashSet<ProvisionState> {
    let walks = number("FERRIC_WALKS").map_or(walks, |n| n.try_into().unwrap_or(u32::MAX));
    let seed = number("FERRIC_WALK_SEED").unwrap_or(SEED);
    let config = Config {
        cases: walks,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 200,
        max_shrink_time: 20_000,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let all = RefCell::new(HashSet::new());
    let outcome = TestRunner::new(config).run(&strategy, |(beginning, ops)| {
        runtime.block_on(async {
            let mut world = world(&beginning).await;
            let walked = Box::pin(world.walk(&ops)).await;
            all.borrow_mut().extend(world.seen.iter().copied());
            world.close();
            walked.map_err(TestCaseError::fail)
        })
    });
    runtime.shutdown_background();
    match outcome {
        Ok(()) => all.into_inner(),
        Err(TestError::Fail(why, (beginning, ops))) => {
            let steps: Vec<String> = ops.iter().map(|op| format!("  {op:?}")).collect();
            panic!(
                "{why}\nThe shortest walk that shows it, from {beginning:?} (FERRIC_WALK_SEED={seed}):\n{}",
                steps.join("\n")
            );
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}
