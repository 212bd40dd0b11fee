//! Telling a DHCP server that Cobbler manages. Since 3.3 saving a system does it; before, one
//! `sync_dhcp` is needed, and one is enough for all that was saved before it began.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::client::Cobbler;
use crate::error::CobblerError;
use crate::value::string;

/// How many changes there were, and how many of them the DHCP server knows.
#[derive(Debug)]
pub(crate) struct DhcpSync {
    changes: AtomicU64,
    told: Mutex<u64>,
}

impl Default for DhcpSync {
    /// One change is open from the beginning: the process before may have been stopped between a
    /// save and its `sync_dhcp`.
    fn default() -> Self {
        Self {
            changes: AtomicU64::new(1),
            told: Mutex::new(0),
        }
    }
}

impl DhcpSync {
    /// Notes a change; before it is made and again after it, so that one whose caller was stopped
    /// between is told with the next.
    pub(crate) fn note(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }
}

impl Cobbler {
    /// Returns when the DHCP server has been told of all changes so far, where that is needed: at
    /// most one `sync_dhcp` runs, and those that wait for it share the next.
    pub(crate) async fn tell_dhcp(&self) -> Result<(), CobblerError> {
        if !self.known().await?.needs_sync_dhcp {
            return Ok(());
        }
        let sync = self.dhcp();
        let mine = sync.changes.load(Ordering::SeqCst);
        let mut told = sync.told.lock().await;
        if *told >= mine {
            return Ok(());
        }
        let all = sync.changes.load(Ordering::SeqCst);
        self.write("tell the DHCP server of changes", "sync_dhcp", |token| {
            ("sync_dhcp", vec![string(token)])
        })
        .await?;
        *told = all;
        Ok(())
    }
}
