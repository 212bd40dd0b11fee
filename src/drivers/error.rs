//! What may go wrong between a driver and the world.

/// An error of a driver; a variant for each case that a caller treats differently. The messages
/// are read by operators in `last_error`: they say what was tried, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DriverError {
    /// The node's record lacks something, or holds something that can't be.
    #[error("{0}")]
    InvalidParameter(String),
    /// The hardware type's implementation doesn't have that.
    #[error("Driver {driver} does not support {feature} (disabled or not implemented).")]
    Unsupported {
        /// The hardware type.
        driver: String,
        /// Ironic's word for what was asked for.
        feature: String,
    },
    /// A controller or a server can't be reached, or is busy; it may be well in a while.
    #[error("{0}")]
    Transient(String),
    /// All sessions of a controller are taken. That says nothing about the server: whoever asked
    /// comes back when `retry_after` is over.
    #[error("{message}")]
    SessionLimit {
        /// The sentence for the operator.
        message: String,
        /// When to come back.
        retry_after: std::time::Duration,
    },
    /// It was refused, and will be again: wrong password, somebody else's object, a bad answer.
    #[error("{0}")]
    Refused(String),
}

impl DriverError {
    /// Whether trying again may help; the only place that knows.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_) | Self::SessionLimit { .. })
    }

    /// A `driver_info` or `instance_info` that can't be worked with.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidParameter(message.into())
    }
}

/// An error's message with those of its sources: for `last_error`, where nobody walks the chain.
pub(super) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        source = inner.source();
    }
    message
}
