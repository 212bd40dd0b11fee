//! Which sessions are open, kept in a file: a process that is killed can't log out, and the next
//! one can say for how long the lost sessions take their places.
//!
//! A file a process, locked while it lives. Each open session has a line of fixed length in it,
//! written before the login and blanked after the logout, so that the file is as long as the most
//! sessions that were ever open at once. Nothing is synchronised to the disk: what a killed
//! process wrote stays in the system's cache, and after a power cut there is a reboot that takes
//! longer than most sessions live.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// How long a session lives that nobody uses: `outRefreshPeriod` at login (600 s in the Cisco XML
/// API Programmer's Guide and in captures). Whether reads prolong it is not known, so this is the
/// longest that it can be.
const SESSION_LIFE: Duration = Duration::from_secs(600);
const PREFIX: &str = "cimc-sessions.";
/// Bytes of a line, its end included; longer addresses are cut.
const LINE: usize = 128;

/// A session that a former process has left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOpen {
    /// Host and port.
    pub address: String,
    /// How much longer it takes one of the controller's four places, at most.
    pub ends_in: Duration,
}

/// The open sessions of this process, in a file.
#[derive(Debug)]
pub struct SessionJournal {
    file: File,
    path: PathBuf,
    lines: Mutex<Lines>,
    complained: AtomicBool,
}

#[derive(Debug, Default)]
struct Lines {
    /// How many there are in the file.
    count: u64,
    free: Vec<u64>,
    /// Those of sessions whose end the controller has not confirmed, and when they end by
    /// themselves.
    left: VecDeque<(Instant, u64)>,
    /// Those of sessions that are open.
    open: u64,
}

impl SessionJournal {
    /// Makes the file of this process in `directory`, and gives what dead processes have left
    /// there; their files are taken away.
    ///
    /// # Errors
    ///
    /// The system's, when the file can't be made.
    pub fn open(directory: &Path) -> io::Result<(Arc<Self>, Vec<LeftOpen>)> {
        let left = take_left(directory)?;
        let (file, path) = make(directory)?;
        let journal = Self {
            file,
            path,
            lines: Mutex::default(),
            complained: AtomicBool::new(false),
        };
        Ok((Arc::new(journal), left))
    }

    /// Notes that a session is about to be opened.
    pub(crate) fn enter(self: &Arc<Self>, address: &str) -> Entry {
        let line = {
            let mut lines = self.lines();
            lines.open += 1;
            lines.take()
        };
        let entry = Entry {
            journal: self.clone(),
            line,
            address: address.to_owned(),
            is_left: false,
        };
        entry.touch();
        entry
    }

    fn write(&self, line: u64, text: &str) {
        let mut bytes = [b' '; LINE];
        let length = text.len().min(LINE - 1);
        bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
        bytes[LINE - 1] = b'\n';
        let written = self.file.write_all_at(&bytes, line * LINE as u64);
        if let Err(error) = written
            && !self.complained.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(file = %self.path.display(), %error, "open CIMC sessions can't be noted");
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SessionJournal {
    fn drop(&mut self) {
        let lines = self.lines();
        if lines.open == 0 && lines.left.iter().all(|(end, _)| *end <= Instant::now()) {
            // What stays behind is taken away by the next start.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Lines {
    /// A line that nobody uses.
    fn take(&mut self) -> u64 {
        if let Some(line) = self.free.pop() {
            return line;
        }
        match self.left.front() {
            Some((end, line)) if *end <= Instant::now() => {
                let line = *line;
                self.left.pop_front();
                line
            }
            _ => {
                self.count += 1;
                self.count - 1
            }
        }
    }
}

/// A session in the journal; dropping it notes that the session has ended.
#[derive(Debug)]
pub(crate) struct Entry {
    journal: Arc<SessionJournal>,
    line: u64,
    address: String,
    is_left: bool,
}

impl Entry {
    /// Notes that the session is used now.
    pub(crate) fn touch(&self) {
        let text = format!("{:>12} {}", epoch().as_secs(), self.address);
        self.journal.write(self.line, &text);
    }

    /// The controller has not confirmed that the session ended: the note stays.
    pub(crate) fn leave(mut self) {
        self.is_left = true;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.is_left {
            self.journal.write(self.line, "");
        }
        let mut lines = self.journal.lines();
        lines.open -= 1;
        match self.is_left {
            true => lines
                .left
                .push_back((Instant::now() + SESSION_LIFE, self.line)),
            false => lines.free.push(self.line),
        }
    }
}

/// The time now, since 1970.
fn epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// A new file, locked.
fn make(directory: &Path) -> io::Result<(File, PathBuf)> {
    let process = std::process::id();
    let mut number = 0_u32;
    loop {
        let path = directory.join(format!("{PREFIX}{process}.{number}"));
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match made {
            Ok(file) => {
                // Without locks on this file system the next start can't tell whether we live.
                file.lock()?;
                return Ok((file, path));
            }
            // Of a process in another container with the same number, on a shared disk.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Reads the files of dead processes, and takes them away.
fn take_left(directory: &Path) -> io::Result<Vec<LeftOpen>> {
    let mut all = Vec::new();
    for file in fs::read_dir(directory)? {
        let path = file?.path();
        let is_ours = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        if !is_ours {
            continue;
        }
        let Ok(file) = File::open(&path) else {
            continue;
        };
        if file.try_lock().is_err() {
            continue;
        }
        all.extend(read(&fs::read_to_string(&path).unwrap_or_default()));
        let _ = fs::remove_file(&path);
    }
    all.sort_by(|a, b| a.address.cmp(&b.address));
    Ok(all)
}

fn read(text: &str) -> impl Iterator<Item = LeftOpen> {
    text.lines().filter_map(|line| {
        let (used, address) = line.trim().split_once(' ')?;
        let age = epoch().saturating_sub(Duration::from_secs(used.parse().ok()?));
        let ends_in = SESSION_LIFE
            .checked_sub(age)
            .filter(|left| !left.is_zero())?;
        Some(LeftOpen {
            address: address.to_owned(),
            ends_in,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a process leaves that is killed now.
    fn killed(journal: Arc<SessionJournal>) {
        let copy = journal.path.with_file_name(format!("{PREFIX}dead"));
        fs::copy(&journal.path, copy).unwrap();
    }

    #[tokio::test]
    async fn what_a_killed_process_left_open_is_known_to_the_next_for_ten_minutes() {
        let directory = tempfile::tempdir().unwrap();
        let (journal, left) = SessionJournal::open(directory.path()).unwrap();
        assert!(left.is_empty());
        let _open = journal.enter("10.0.0.1:443");
        drop(journal.enter("10.0.0.2:443"));
        journal.enter("10.0.0.3:443").leave();
        killed(journal);
        let (_next, left) = SessionJournal::open(directory.path()).unwrap();
        let addresses: Vec<_> = left.iter().map(|one| one.address.as_str()).collect();
        assert_eq!(addresses, ["10.0.0.1:443", "10.0.0.3:443"]);
        assert!(left.iter().all(|one| one.ends_in <= SESSION_LIFE));
        let (_third, left) = SessionJournal::open(directory.path()).unwrap();
        assert!(left.is_empty(), "{left:?}");
    }

    #[tokio::test]
    async fn a_living_process_keeps_its_file_and_an_ended_one_leaves_none() {
        let directory = tempfile::tempdir().unwrap();
        let (first, _) = SessionJournal::open(directory.path()).unwrap();
        let open = first.enter("10.0.0.1:443");
        let (second, left) = SessionJournal::open(directory.path()).unwrap();
        assert!(left.is_empty(), "{left:?}");
        drop((open, first, second));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_file_is_as_long_as_the_most_sessions_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let (journal, _) = SessionJournal::open(directory.path()).unwrap();
        for _ in 0..100 {
            drop((journal.enter("a"), journal.enter("b")));
        }
        journal.enter("c").leave();
        drop(journal.enter("d"));
        tokio::time::advance(SESSION_LIFE).await;
        drop((journal.enter("e"), journal.enter("f")));
        assert_eq!(fs::metadata(&journal.path).unwrap().len(), 2 * LINE as u64);
    }

    #[test]
    fn old_and_unreadable_lines_count_for_nothing() {
        let now = epoch().as_secs();
        let text = format!("{} old\n\n{now} new\nnonsense\nx y\n", now - 601);
        let left: Vec<_> = read(&text).collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].address, "new");
    }
}
