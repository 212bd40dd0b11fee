//! What every handler has.

use std::sync::Arc;

use crate::conductor::Conductor;
use crate::store::Store;

/// What every handler has; cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// The only door for changes.
    pub conductor: Conductor,
    /// The URL under which clients reach us, without a slash at its end. Without it, links are
    /// made from the request's `Host`.
    pub public_url: Option<Arc<str>>,
}

impl std::fmt::Debug for ApiState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiState")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl ApiState {
    /// The state of an API in front of `conductor`.
    pub fn new(conductor: Conductor, public_url: Option<String>) -> Self {
        let public_url = public_url.map(|url| Arc::from(url.trim_end_matches('/')));
        Self {
            conductor,
            public_url,
        }
    }

    /// Where reads go.
    pub(crate) fn store(&self) -> &Store {
        self.conductor.store()
    }
}
