//! A command's own state: its directory, and the port of the service that keeps it.

use std::fs::DirBuilder;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::exit::Failure;

const PORT_FILE: &str = "port";

/// Makes a state directory that only its owner reads, if it is not there.
pub(super) fn make(directory: &Path) -> Result<(), Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| {
            Failure::cannot_start(format!(
                "the state directory {} can't be made: {error}; choose another with --state-dir",
                directory.display()
            ))
        })
}

/// Keeps the port of a URL beside the state: installers that this run starts report there, so a
/// later run has to listen there. Without it a later run has another port, and learns
/// of installs from Cobbler only: no reason to stop.
pub(super) fn remember(state_dir: &Path, url: &str) {
    if let Some(port) = reqwest::Url::parse(url).ok().and_then(|url| url.port()) {
        let _ = std::fs::write(state_dir.join(PORT_FILE), port.to_string());
    }
}

/// The port of an earlier run if it is free, else 0 for any.
pub(super) fn recall(state_dir: &Path) -> u16 {
    std::fs::read_to_string(state_dir.join(PORT_FILE))
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_used_again_if_it_is_free() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(recall(directory.path()), 0);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        remember(directory.path(), &format!("http://127.0.0.1:{port}"));
        assert_eq!(recall(directory.path()), 0, "it is taken");
        drop(listener);
        assert_eq!(recall(directory.path()), port);
    }
}
