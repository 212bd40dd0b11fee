//! What a walk is made of.

use ferric::states::{PowerTarget, Verb};
use proptest::prelude::*;
use proptest::sample::select;
use strum::IntoEnumIterator as _;

/// One step of a walk.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// Asks for a verb, legal or not, with the steps of that number.
    Say(Verb, u8),
    /// Asks for a verb that the state takes, the one of that number, with the steps of the other.
    SayLegal(u8, u8),
    /// Asks for a change of power.
    Power(PowerTarget),
    /// Switches maintenance.
    Maintenance(bool),
    /// Changes the node's record.
    Patch(Patch),
    /// Lets the engine take so many turns.
    Turns(u8),
    /// Lets the node come to rest.
    Rest,
    /// The conductor dies after so many polls of a step, and comes back.
    Crash(u8),
    /// Asks for a verb that the state takes while a step runs.
    During(u8),
    /// Something begins to go wrong; the number says what, the driver's hardware how.
    Fault(u8),
    /// All is well again.
    Mend,
}

/// A change of a node's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patch {
    Extra,
    Retired(bool),
    Protected(bool),
    AutomatedClean(bool),
    InstanceInfo,
    ResourceClass,
    RescueInterface(&'static str),
    /// A password that the controller doesn't take.
    WrongPassword,
    /// The one that it takes.
    RightPassword,
}

fn patch() -> impl Strategy<Value = Patch> {
    prop_oneof![
        Just(Patch::Extra),
        any::<bool>().prop_map(Patch::Retired),
        any::<bool>().prop_map(Patch::Protected),
        any::<bool>().prop_map(Patch::AutomatedClean),
        Just(Patch::InstanceInfo),
        Just(Patch::ResourceClass),
        Just(Patch::RescueInterface("no-rescue")),
        Just(Patch::WrongPassword),
        Just(Patch::RightPassword),
    ]
}

fn power() -> impl Strategy<Value = PowerTarget> {
    select(vec![
        PowerTarget::On,
        PowerTarget::Off,
        PowerTarget::Reboot,
        PowerTarget::SoftOff,
        PowerTarget::SoftReboot,
    ])
}

/// Walks of at most so many steps. A legal verb and a rest are what leads anywhere, so they come
/// most often.
pub(super) fn ops(length: usize) -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        6 => (any::<u8>(), any::<u8>()).prop_map(|(verb, steps)| Op::SayLegal(verb, steps)),
        6 => Just(Op::Rest),
        3 => (select(Verb::iter().collect::<Vec<_>>()), any::<u8>())
            .prop_map(|(verb, steps)| Op::Say(verb, steps)),
        3 => (1_u8..6).prop_map(Op::Turns),
        2 => (0_u8..40).prop_map(Op::Crash),
        2 => any::<u8>().prop_map(Op::During),
        1 => power().prop_map(Op::Power),
        1 => any::<bool>().prop_map(Op::Maintenance),
        2 => patch().prop_map(Op::Patch),
        1 => any::<u8>().prop_map(Op::Fault),
        1 => Just(Op::Mend),
    ];
    prop::collection::vec(op, 1..length)
}
