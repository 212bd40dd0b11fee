//! The provision states and THE table of how a node moves between them.
//!
//! The names, targets and transitions are those of Ironic 39.0.0; a test holds the table against
//! a list taken from there. Nothing else in the program decides where a node may go.

use std::fmt;

use ProvisionEvent as E;
#[allow(clippy::enum_glob_use)] // The table must read like a table.
use ProvisionState::*;

/// A node's provision state.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)] // Ironic's own words.
pub enum ProvisionState {
    Enroll,
    Verifying,
    Manageable,
    Available,
    Deploying,
    #[strum(serialize = "wait call-back")]
    DeployWait,
    #[strum(serialize = "deploy hold")]
    DeployHold,
    #[strum(serialize = "deploy failed")]
    DeployFailed,
    Active,
    Deleting,
    Error,
    Cleaning,
    #[strum(serialize = "clean wait")]
    CleanWait,
    #[strum(serialize = "clean hold")]
    CleanHold,
    #[strum(serialize = "clean failed")]
    CleanFailed,
    Inspecting,
    #[strum(serialize = "inspect wait")]
    InspectWait,
    #[strum(serialize = "inspect failed")]
    InspectFailed,
    Adopting,
    #[strum(serialize = "adopt failed")]
    AdoptFailed,
    Rescuing,
    #[strum(serialize = "rescue wait")]
    RescueWait,
    #[strum(serialize = "rescue failed")]
    RescueFailed,
    Rescue,
    Unrescuing,
    #[strum(serialize = "unrescue failed")]
    UnrescueFailed,
    Servicing,
    #[strum(serialize = "service wait")]
    ServiceWait,
    #[strum(serialize = "service hold")]
    ServiceHold,
    #[strum(serialize = "service failed")]
    ServiceFailed,
}

/// What moves a node from one state to another.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter,
)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)] // Ironic's own words.
pub enum ProvisionEvent {
    Abort,
    Adopt,
    Clean,
    Delete,
    Deploy,
    Done,
    Fail,
    Hold,
    Inspect,
    Manage,
    Provide,
    Rebuild,
    Rescue,
    Resume,
    Service,
    Unhold,
    Unrescue,
    Wait,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// The state it leaves.
    pub from: ProvisionState,
    /// What happens.
    pub on: ProvisionEvent,
    /// The state it enters.
    pub to: ProvisionState,
}

const fn t(from: ProvisionState, on: ProvisionEvent, to: ProvisionState) -> Transition {
    Transition { from, on, to }
}

/// The whole life of a node.
#[rustfmt::skip]
pub const TRANSITIONS: &[Transition] = &[
    // enroll
    t(Enroll, E::Manage, Verifying),
    // verifying
    t(Verifying, E::Done, Manageable),
    t(Verifying, E::Fail, Enroll),
    // manageable
    t(Manageable, E::Adopt, Adopting),
    t(Manageable, E::Clean, Cleaning),
    t(Manageable, E::Inspect, Inspecting),
    t(Manageable, E::Provide, Cleaning),
    // available
    t(Available, E::Deploy, Deploying),
    t(Available, E::Manage, Manageable),
    // deploying
    t(Deploying, E::Done, Active),
    t(Deploying, E::Fail, DeployFailed),
    t(Deploying, E::Hold, DeployHold),
    t(Deploying, E::Wait, DeployWait),
    // wait call-back
    t(DeployWait, E::Abort, DeployFailed),
    t(DeployWait, E::Delete, Deleting),
    t(DeployWait, E::Fail, DeployFailed),
    t(DeployWait, E::Hold, DeployHold),
    t(DeployWait, E::Resume, Deploying),
    // deploy hold
    t(DeployHold, E::Abort, DeployFailed),
    t(DeployHold, E::Unhold, DeployWait),
    // deploy failed
    t(DeployFailed, E::Delete, Deleting),
    t(DeployFailed, E::Deploy, Deploying),
    t(DeployFailed, E::Rebuild, Deploying),
    // active
    t(Active, E::Delete, Deleting),
    t(Active, E::Rebuild, Deploying),
    t(Active, E::Rescue, Rescuing),
    t(Active, E::Service, Servicing),
    // deleting
    t(Deleting, E::Clean, Cleaning),
    t(Deleting, E::Fail, Error),
    // error
    t(Error, E::Delete, Deleting),
    t(Error, E::Rebuild, Deploying),
    // cleaning
    t(Cleaning, E::Done, Available),
    t(Cleaning, E::Fail, CleanFailed),
    t(Cleaning, E::Hold, CleanHold),
    t(Cleaning, E::Manage, Manageable),
    t(Cleaning, E::Wait, CleanWait),
    // clean wait
    t(CleanWait, E::Abort, CleanFailed),
    t(CleanWait, E::Fail, CleanFailed),
    t(CleanWait, E::Hold, CleanHold),
    t(CleanWait, E::Resume, Cleaning),
    // clean hold
    t(CleanHold, E::Abort, CleanFailed),
    t(CleanHold, E::Unhold, CleanWait),
    // clean failed
    t(CleanFailed, E::Manage, Manageable),
    // inspecting
    t(Inspecting, E::Done, Manageable),
    t(Inspecting, E::Fail, InspectFailed),
    t(Inspecting, E::Wait, InspectWait),
    // inspect wait
    t(InspectWait, E::Abort, InspectFailed),
    t(InspectWait, E::Done, Manageable),
    t(InspectWait, E::Fail, InspectFailed),
    t(InspectWait, E::Resume, Inspecting),
    // inspect failed
    t(InspectFailed, E::Inspect, Inspecting),
    t(InspectFailed, E::Manage, Manageable),
    // adopting
    t(Adopting, E::Done, Active),
    t(Adopting, E::Fail, AdoptFailed),
    // adopt failed
    t(AdoptFailed, E::Adopt, Adopting),
    t(AdoptFailed, E::Manage, Manageable),
    // rescuing
    t(Rescuing, E::Done, Rescue),
    t(Rescuing, E::Fail, RescueFailed),
    t(Rescuing, E::Wait, RescueWait),
    // rescue wait
    t(RescueWait, E::Abort, RescueFailed),
    t(RescueWait, E::Delete, Deleting),
    t(RescueWait, E::Fail, RescueFailed),
    t(RescueWait, E::Resume, Rescuing),
    // rescue failed
    t(RescueFailed, E::Delete, Deleting),
    t(RescueFailed, E::Rescue, Rescuing),
    t(RescueFailed, E::Unrescue, Unrescuing),
    // rescue
    t(Rescue, E::Delete, Deleting),
    t(Rescue, E::Rescue, Rescuing),
    t(Rescue, E::Unrescue, Unrescuing),
    // unrescuing
    t(Unrescuing, E::Done, Active),
    t(Unrescuing, E::Fail, UnrescueFailed),
    // unrescue failed
    t(UnrescueFailed, E::Delete, Deleting),
    t(UnrescueFailed, E::Rescue, Rescuing),
    t(UnrescueFailed, E::Unrescue, Unrescuing),
    // servicing
    t(Servicing, E::Done, Active),
    t(Servicing, E::Fail, ServiceFailed),
    t(Servicing, E::Hold, ServiceHold),
    t(Servicing, E::Wait, ServiceWait),
    // service wait
    t(ServiceWait, E::Abort, ServiceFailed),
    t(ServiceWait, E::Delete, Deleting),
    t(ServiceWait, E::Fail, ServiceFailed),
    t(ServiceWait, E::Hold, ServiceHold),
    t(ServiceWait, E::Resume, Servicing),
    // service hold
    t(ServiceHold, E::Abort, ServiceFailed),
    t(ServiceHold, E::Fail, ServiceFailed),
    t(ServiceHold, E::Service, Servicing),
    t(ServiceHold, E::Unhold, ServiceWait),
    // service failed
    t(ServiceFailed, E::Abort, Active),
    t(ServiceFailed, E::Delete, Deleting),
    t(ServiceFailed, E::Hold, ServiceHold),
    t(ServiceFailed, E::Rescue, Rescuing),
    t(ServiceFailed, E::Service, Servicing),
    t(ServiceFailed, E::Wait, ServiceWait),
];

/// An event that the table doesn't have for a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTransition {
    /// The state the node is in.
    pub state: ProvisionState,
    /// What was asked of it.
    pub event: ProvisionEvent,
}

impl fmt::Display for InvalidTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a node in state \"{}\" can't take the event \"{}\"",
            self.state, self.event
        )
    }
}

impl std::error::Error for InvalidTransition {}

impl ProvisionState {
    /// Where `event` leads from here.
    ///
    /// # Errors
    /// [`InvalidTransition`] where the table has no such line.
    pub fn next(self, event: ProvisionEvent) -> Result<Self, InvalidTransition> {
        TRANSITIONS
            .iter()
            .find(|t| t.from == self && t.on == event)
            .map(|t| t.to)
            .ok_or(InvalidTransition { state: self, event })
    }

    /// Whether a node rests here.
    pub const fn is_stable(self) -> bool {
        matches!(
            self,
            Enroll | Manageable | Available | Active | Error | Rescue
        )
    }

    /// The state that a node here is on its way to; none where it rests.
    pub const fn target(self) -> Option<Self> {
        Some(match self {
            Enroll | Manageable | Available | Active | Error | Rescue => return None,
            Verifying | Inspecting | InspectFailed | InspectWait => Manageable,
            Cleaning | CleanWait | CleanFailed | CleanHold | Deleting => Available,
            Rescuing | RescueWait | RescueFailed => Rescue,
            Deploying | DeployWait | DeployFailed | DeployHold | Adopting | AdoptFailed
            | Unrescuing | UnrescueFailed | Servicing | ServiceWait | ServiceFailed
            | ServiceHold => Active,
        })
    }

    /// Whether a node here is being cleaned, or its cleaning was given up.
    pub const fn is_cleaning(self) -> bool {
        matches!(self, Cleaning | CleanWait | CleanHold | CleanFailed)
    }

    /// Whether a node here goes on when somebody says `unhold`.
    pub const fn is_hold(self) -> bool {
        matches!(self, CleanHold | DeployHold | ServiceHold)
    }

    /// Whether a node may be deleted here without maintenance (Ironic 39.0.0, with
    /// `allow_deleting_available_nodes` at its default).
    pub const fn allows_delete(self) -> bool {
        matches!(self, Enroll | Manageable | Available | AdoptFailed)
    }

    /// Whether a node in this state may be changed although it is on its way somewhere.
    pub const fn allows_update(self) -> bool {
        matches!(
            self,
            DeployFailed
                | Inspecting
                | InspectFailed
                | InspectWait
                | CleanFailed
                | Error
                | Verifying
                | AdoptFailed
                | RescueFailed
                | UnrescueFailed
                | ServiceFailed
                | ServiceHold
                | Enroll
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use proptest::prelude::*;
    use strum::IntoEnumIterator;

    use super::*;

    /// `machine` of `ironic/common/state_machine.py`, written out as from, event, to.
    const IRONIC: &str = include_str!("../../tests/fixtures/ironic-39.0.0-transitions.tsv");

    #[test]
    fn the_table_equals_ironics() {
        let ours: BTreeSet<String> = TRANSITIONS
            .iter()
            .map(|t| format!("{}\t{}\t{}", t.from, t.on, t.to))
            .collect();
        let theirs: BTreeSet<String> = IRONIC.lines().map(str::to_owned).collect();
        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), TRANSITIONS.len(), "a line stands twice");
    }

    #[test]
    fn every_state_on_its_way_has_a_way_to_rest() {
        for start in ProvisionState::iter().filter(|s| !s.is_stable()) {
            let (mut seen, mut todo) = (HashSet::from([start]), vec![start]);
            while let Some(state) = todo.pop() {
                todo.extend(
                    TRANSITIONS
                        .iter()
                        .filter(|t| t.from == state && seen.insert(t.to))
                        .map(|t| t.to),
                );
            }
            assert!(seen.iter().any(|s| s.is_stable()), "{start} never rests");
            assert!(
                start.target().is_some_and(ProvisionState::is_stable),
                "{start}"
            );
        }
    }

    #[test]
    fn names_survive_a_round_trip() {
        for state in ProvisionState::iter() {
            assert_eq!(state.to_string().parse(), Ok(state));
        }
        assert_eq!(DeployWait.to_string(), "wait call-back");
    }

    proptest! {
        #[test]
        fn a_random_walk_stays_in_the_table_and_keeps_its_target(steps in prop::collection::vec(0usize..18, 1..200)) {
            let events: Vec<E> = E::iter().collect();
            let mut state = Enroll;
            for step in steps {
                let event = events[step % events.len()];
                match state.next(event) {
                    Ok(next) => {
                        prop_assert!(next.is_stable() != next.target().is_some());
                        state = next;
                    }
                    Err(refused) => prop_assert_eq!(refused, InvalidTransition { state, event }),
                }
            }
        }
    }
}
