//! What a server is and can do, learned once: by looking at what it shows and by asking for methods,
//! never by its release number, which only refuses what was never tested.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::client::Cobbler;
use crate::dialect::Dialect;
use crate::error::{CobblerError, Kind};
use crate::facts::{Release, Settings};
use crate::turns::Turns;
use crate::wire::{Failure, Patience};

/// How many writers a server bears: beyond 4 only the latency grows (one interpreter lock).
const WRITERS: usize = 4;

/// What is learned of a server.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) settings: Settings,
    pub(crate) dialect: Dialect,
    pub(crate) turns: Turns,
    /// A DHCP server learns of a change only by `sync_dhcp`.
    pub(crate) needs_sync_dhcp: bool,
    /// A new record is sent whole.
    records_whole: AtomicBool,
}

impl Known {
    /// Whether a new record is sent whole, in one call that saves it too, in place of field by field.
    pub(crate) fn records_whole(&self) -> bool {
        self.records_whole.load(Ordering::Relaxed)
    }

    /// Notes that it has to be: `modify_interface` has answered false, as 3.3.0 and 3.3.1 do
    /// whatever is sent.
    pub(crate) fn set_records_whole(&self) {
        self.records_whole.store(true, Ordering::Relaxed);
    }
}

impl Cobbler {
    pub(crate) async fn learn(&self) -> Result<Known, CobblerError> {
        let release = self.version().await?;
        if let Some(why) = self.unsupported(&release).await? {
            return Err(CobblerError::Unsupported {
                at: self.at("use the server"),
                release: release.text,
                why,
            });
        }
        let settings = self.settings().await?;
        let (dialect, keeps_children) = self.look_at_an_object(&release).await?;
        // With managed DHCP each save restarts the daemon, and parallel restarts fail. Where records
        // keep lists of their children (run on 3.3.0; the same in the source up to 3.3.4), a save
        // fails while another below one profile is under way.
        let one_writer = settings.manage_dhcp || keeps_children;
        let known = Known {
            dialect,
            turns: Turns::new(if one_writer { 1 } else { WRITERS }),
            // Since 3.3 saving a system synchronises it wholly, and that can be asked for alone.
            needs_sync_dhcp: settings.manage_dhcp && self.lacks("background_syncsystems").await?,
            // One call for ten, and a refusal in it comes before the save as well. But where a profile
            // lists its children the record is entered there at once, and a refusal leaves a ghost:
            // field by field the profile can come last.
            records_whole: AtomicBool::new(!keeps_children),
            settings,
        };
        let server = self.wire().server();
        tracing::debug!(server, %release, ?known, "Cobbler answers");
        Ok(known)
    }

    async fn unsupported(&self, release: &Release) -> Result<Option<&'static str>, CobblerError> {
        if (release.major, release.minor) < (2, 2) {
            return Ok(Some("has other names for interfaces"));
        }
        // The main branch called itself 3.4 before it became 4.0.
        let is_another = release.major >= 4 || self.lacks("xapi_object_edit").await?;
        Ok(is_another.then_some(
            "has another interface (templates and network interfaces are objects of their own), \
             which this client does not speak",
        ))
    }

    /// Whether the server has no such method. It is called without arguments: nothing can come of it
    /// but a fault, and the fault says which.
    async fn lacks(&self, method: &str) -> Result<bool, CobblerError> {
        let action = format!("ask for the method {method}");
        let answer = self
            .wire()
            .call(&action, method, vec![], Patience::Read)
            .await;
        match answer {
            Err(Failure::Error(error)) => Err(error),
            Err(Failure::Fault(text)) => Ok(text.contains("unknown remote method")),
            Ok(_) => Ok(false),
        }
    }

    /// The names that an object shows, and whether it keeps a list of its children. The release
    /// number tells only where the server has no objects yet; then one writer is enough.
    async fn look_at_an_object(&self, release: &Release) -> Result<(Dialect, bool), CobblerError> {
        for kind in [Kind::Profile, Kind::System] {
            if let Some(name) = self.names(kind).await?.first() {
                let object = self.object(kind, name).await?.unwrap_or_default();
                if let Some(dialect) = Dialect::shown_by(&object) {
                    return Ok((dialect, object.contains_key("children")));
                }
            }
        }
        let dialect = if release.major >= 3 {
            Dialect::Autoinstall
        } else {
            Dialect::Kickstart
        };
        Ok((dialect, true))
    }
}
