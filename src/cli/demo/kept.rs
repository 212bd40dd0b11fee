//! Where the demo's database is.

use std::path::PathBuf;

use crate::cli::exit::Failure;
use crate::cli::state;

/// The demo's state directory; a temporary one goes when this is dropped.
pub(super) struct State {
    pub(super) directory: PathBuf,
    pub(super) is_temporary: bool,
}

impl State {
    pub(super) fn new(given: Option<PathBuf>) -> Result<Self, Failure> {
        let is_temporary = given.is_none();
        let directory = given.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("ferric-demo-{}", uuid::Uuid::new_v4().simple()))
        });
        state::make(&directory)?;
        Ok(Self {
            directory,
            is_temporary,
        })
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = std::fs::remove_dir_all(&self.directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_state_directory_goes_with_the_demo() {
        let state = State::new(None).unwrap();
        let directory = state.directory.clone();
        assert!(directory.is_dir());
        drop(state);
        assert!(!directory.exists());
    }
}
