//! What is known of a running install: from the evidence so far to a verdict. It only reads and
//! counts; who waits for what is the steps' business.
//!
//! The hooks of the answer file go first: what others say of an install (a template's own
//! heartbeat, Cobbler's log, a look at the node's address) ends it only where the hooks are silent,
//! since they alone run after everything that was asked for is done.

mod cause;
pub mod rescue;

use std::collections::HashSet;

pub use cause::Cause;

use crate::model::{Evidence, EvidenceKind as Kind, EvidenceSource as Source, Time};

/// More starts of the installer than this in one deploy are a loop: one is normal, a second
/// happens when somebody resets the server by hand.
const STARTS_ALLOWED: usize = 2;

/// What the evidence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing has been heard.
    Nothing,
    /// The installer runs.
    Installing {
        /// How far it is, in words for a person.
        progress: String,
        /// When it was last heard of.
        last_seen: Time,
    },
    /// The installation is complete, by the word of somebody who has shown the install's token.
    Done {
        /// Since when.
        since: Time,
        /// Whether the installed system has booted from disk since.
        booted: bool,
    },
    /// The installer gave up.
    Failed {
        /// What kind of trouble its last words name.
        cause: Cause,
        /// Its last words.
        words: String,
    },
    /// The server installs itself again and again; the number of starts.
    Loop(usize),
}

/// Judges the evidence of one deploy, in the order in which it came.
pub fn judge(evidence: &[Evidence]) -> Verdict {
    // A look around is no sign of life.
    let Some(last) = evidence.iter().rfind(|e| e.kind != Kind::Reachable) else {
        return Verdict::Nothing;
    };
    let (starts, current) = newest_start(evidence);
    if starts > STARTS_ALLOWED {
        return Verdict::Loop(starts);
    }
    let installer_spoke = current.iter().any(|e| e.source == Source::Installer);
    let ends = |e: &&Evidence| match e.kind {
        Kind::Booted => e.source.is_proven(),
        Kind::Done if installer_spoke => e.source == Source::Installer,
        Kind::Done => e.source.is_proven(),
        _ => false,
    };
    if let Some(done) = current.iter().find(ends) {
        return Verdict::Done {
            since: done.seen_at,
            booted: current.iter().any(|e| e.kind == Kind::Booted),
        };
    }
    let gave_up = |e: &&Evidence| e.kind == Kind::Failed && e.source.is_proven();
    if let Some(failed) = current.iter().find(gave_up) {
        return Verdict::Failed {
            cause: Cause::of_last_words(&failed.message),
            words: failed.message.clone(),
        };
    }
    Verdict::Installing {
        progress: progress(last),
        last_seen: last.seen_at,
    }
}

/// What ends an install when all have been silent for too long: the word of one who is not believed
/// while the hooks speak, provided that the node's own script has been fetched, since without it
/// the system is not the one that was asked for. Gives the sentence that says why.
pub fn last_resort(evidence: &[Evidence]) -> Option<String> {
    let (_, current) = newest_start(evidence);
    if !current.iter().any(|e| e.kind == Kind::Fetched) {
        return None;
    }
    let others = |e: &&Evidence| match e.kind {
        Kind::Done => true,
        // An open port without a greeting may be anything.
        Kind::Reachable => e.source == Source::Ssh,
        _ => false,
    };
    let best = current.iter().filter(others).min_by_key(|e| e.source)?;
    Some(format!(
        "the hooks fell silent after the node had fetched its script; it counts as installed on the word of {}{}",
        name(best.source),
        match best.message.as_str() {
            "" => String::new(),
            words => format!(" ({words})"),
        }
    ))
}

/// A source as a person calls it.
pub const fn name(source: Source) -> &'static str {
    match source {
        Source::Installer => "the installer",
        Source::Heartbeat => "the template's heartbeat",
        Source::Cobbler => "Cobbler's install log",
        Source::Ssh => "its SSH server",
        Source::Tcp => "an open port",
    }
}

/// How often the installer has started, and what came since its newest start: what a former one
/// said no longer counts. Several sources may tell of one start; the same source that tells of it
/// again tells of another one.
fn newest_start(evidence: &[Evidence]) -> (usize, &[Evidence]) {
    let (mut starts, mut begin) = (0, 0);
    let mut told: HashSet<Source> = HashSet::new();
    for (index, e) in evidence.iter().enumerate() {
        if e.kind != Kind::Started {
            continue;
        }
        if !told.insert(e.source) || starts == 0 {
            told.clear();
            told.insert(e.source);
            starts += 1;
            begin = index;
        }
    }
    (starts, &evidence[begin..])
}

fn progress(last: &Evidence) -> String {
    match (last.kind, last.message.trim()) {
        (Kind::Packages, count) if !count.is_empty() => format!("packages {count}"),
        (Kind::Packages, _) => "installing packages".to_owned(),
        (Kind::Partitioning, _) => "partitioning the disks".to_owned(),
        (Kind::Post, _) => "running the %post scripts".to_owned(),
        (Kind::Fetched, _) => "setting up what is the node's own".to_owned(),
        (Kind::Done, _) => format!("done, says {}", name(last.source)),
        _ => "the installer has started".to_owned(),
    }
}

#[cfg(test)]
mod tests;
