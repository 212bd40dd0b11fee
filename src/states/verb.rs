//! The verbs of `PUT /v1/nodes/{node}/states/provision`.

use super::{ProvisionEvent, ProvisionState};

/// What a client may ask for. `active` and `deleted` have the aliases `deploy` and `undeploy`
/// since API 1.73.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::EnumIter)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)] // Ironic's own words.
pub enum Verb {
    #[strum(to_string = "active", serialize = "deploy")]
    Active,
    #[strum(to_string = "deleted", serialize = "undeploy")]
    Deleted,
    Manage,
    Provide,
    Rebuild,
    Inspect,
    Clean,
    Adopt,
    Abort,
    Rescue,
    Unrescue,
    Unhold,
    Service,
}

impl Verb {
    /// The event it means in the table.
    pub const fn event(self) -> ProvisionEvent {
        match self {
            Self::Active => ProvisionEvent::Deploy,
            Self::Deleted => ProvisionEvent::Delete,
            Self::Manage => ProvisionEvent::Manage,
            Self::Provide => ProvisionEvent::Provide,
            Self::Rebuild => ProvisionEvent::Rebuild,
            Self::Inspect => ProvisionEvent::Inspect,
            Self::Clean => ProvisionEvent::Clean,
            Self::Adopt => ProvisionEvent::Adopt,
            Self::Abort => ProvisionEvent::Abort,
            Self::Rescue => ProvisionEvent::Rescue,
            Self::Unrescue => ProvisionEvent::Unrescue,
            Self::Unhold => ProvisionEvent::Unhold,
            Self::Service => ProvisionEvent::Service,
        }
    }

    /// Whether a client may ask for it in `state`: the table has the event, and the state isn't
    /// one in which the event is the engine's own (`manage` out of `cleaning`, `clean` out of
    /// `deleting`).
    pub fn is_legal_in(self, state: ProvisionState) -> bool {
        !matches!(state, ProvisionState::Cleaning | ProvisionState::Deleting)
            && state.next(self.event()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_mean_the_old_verbs() {
        assert_eq!("deploy".parse(), Ok(Verb::Active));
        assert_eq!("undeploy".parse(), Ok(Verb::Deleted));
        assert_eq!(Verb::Deleted.to_string(), "deleted");
    }

    #[test]
    fn cleaning_takes_no_verb() {
        assert!(!Verb::Manage.is_legal_in(ProvisionState::Cleaning));
        assert!(Verb::Manage.is_legal_in(ProvisionState::CleanFailed));
    }
}
