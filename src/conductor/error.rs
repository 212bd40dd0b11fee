//! What the conductor answers to those who ask something of it. The words are Ironic's where
//! Ironic has them, since clients look for them.

use uuid::Uuid;

use crate::drivers::DriverError;
use crate::states::ProvisionState;
use crate::store::StoreError;

/// An error of an intent; a variant for each status that the API gives.
#[derive(Debug, thiserror::Error)]
pub enum ConductorError {
    /// Storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else works on the node just now; the same call may succeed in a moment.
    #[error(
        "Node {node} is locked by host {host}, please retry after the current operation is completed."
    )]
    NodeLocked {
        /// The node.
        node: Uuid,
        /// The conductor that has it.
        host: String,
    },
    /// The state doesn't allow that.
    #[error(
        "The requested action \"{action}\" can not be performed on node \"{node}\" while it is in state \"{state}\"."
    )]
    InvalidState {
        /// The verb as it was given.
        action: String,
        /// The node.
        node: Uuid,
        /// Its state.
        state: ProvisionState,
    },
    /// Maintenance forbids it.
    #[error(
        "The {action} operation can't be performed on node {node} because it's in maintenance mode."
    )]
    InMaintenance {
        /// What was asked for.
        action: String,
        /// The node.
        node: Uuid,
    },
    /// The node is protected.
    #[error("Node {node} is protected and cannot be undeployed, rebuilt or deleted")]
    Protected {
        /// The node.
        node: Uuid,
    },
    /// The node serves an instance.
    #[error("Node {node} is associated with instance {instance}.")]
    Associated {
        /// The node.
        node: Uuid,
        /// Its instance.
        instance: Uuid,
    },
    /// The node can't be deleted in this state.
    #[error(
        "Can not delete node \"{node}\" while it is in provision state \"{state}\". Valid provision states to perform \
         deletion are: \"('manageable', 'enroll', 'adopt failed', 'available')\", or set the node into maintenance mode"
    )]
    CannotDelete {
        /// The node.
        node: Uuid,
        /// Its state.
        state: ProvisionState,
    },
    /// Something in the request can't be.
    #[error("{0}")]
    InvalidParameter(String),
    /// The request is right but the record is in the way.
    #[error("{0}")]
    Conflict(String),
    /// The hardware type doesn't have that.
    #[error("Driver {driver} does not support {feature} (disabled or not implemented).")]
    Unsupported {
        /// The hardware type.
        driver: String,
        /// Ironic's word for what was asked for.
        feature: String,
    },
    /// Nobody drives that hardware type.
    #[error(
        "No valid host was found. Reason: No conductor service registered which supports driver {driver} for conductor \
         group \"{group}\". Ensure the driver is valid and enabled."
    )]
    NoConductor {
        /// The hardware type.
        driver: String,
        /// The node's conductor group.
        group: String,
    },
    /// The hardware or a server failed.
    #[error("{0}")]
    Driver(DriverError),
    /// A report or a request of an installer without a valid token.
    #[error("Resource could not be found.")]
    BadToken,
}

impl From<DriverError> for ConductorError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::InvalidParameter(message) => Self::InvalidParameter(message),
            DriverError::Unsupported { driver, feature } => Self::Unsupported { driver, feature },
            other => Self::Driver(other),
        }
    }
}
