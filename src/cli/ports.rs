//! The port of a batch's own service: the same in every run, because installers that an earlier
//! run started report there.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

const FILE: &str = "port";

/// Keeps the port of a URL beside the state. Without it a later run has another port, and learns
/// of installs from Cobbler only: no reason to stop.
pub(super) fn remember(state_dir: &Path, url: &str) {
    if let Some(port) = reqwest::Url::parse(url).ok().and_then(|url| url.port()) {
        let _ = std::fs::write(state_dir.join(FILE), port.to_string());
    }
}

/// The port of an earlier run if it is free, else 0 for any.
pub(super) fn recall(state_dir: &Path) -> u16 {
    std::fs::read_to_string(state_dir.join(FILE))
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
