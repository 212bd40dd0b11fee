//! What is known of a server that is to boot a rescue system.
//!
//! Whoever fetches the node's script with the rescue's token is that system and has its password
//! now. A report with the token, and a line in Cobbler's own log, say that the system runs, not that
//! it can be logged into with that password. A greeting at the node's address may be its old
//! system's, and counts for nothing.

use super::name;
use crate::model::{Evidence, EvidenceKind as Kind, EvidenceSource as Source, Time};

/// What the evidence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rescue {
    /// Nothing has been heard.
    Nothing,
    /// The rescue system runs.
    Runs {
        /// Since when that is known.
        since: Time,
        /// By whom, in words for a person.
        says: String,
    },
    /// It runs and has fetched its password.
    Ready,
    /// It says that it can't; its last words.
    Failed(String),
}

/// Judges the evidence of one rescue, in the order in which it came.
pub fn judge(evidence: &[Evidence]) -> Rescue {
    let ready =
        |e: &&Evidence| e.source.is_proven() && matches!(e.kind, Kind::Fetched | Kind::Done);
    if evidence.iter().any(|e| ready(&e)) {
        return Rescue::Ready;
    }
    let gave_up = |e: &&Evidence| e.source.is_proven() && e.kind == Kind::Failed;
    if let Some(failed) = evidence.iter().find(gave_up) {
        return Rescue::Failed(failed.message.clone());
    }
    let sign = |e: &&Evidence| e.source.is_proven() || e.source == Source::Cobbler;
    match evidence.iter().find(sign) {
        Some(first) => Rescue::Runs {
            since: first.seen_at,
            says: name(first.source).to_owned(),
        },
        None => Rescue::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::now;

    fn of(source: Source, kind: Kind, message: &str) -> Evidence {
        Evidence {
            node_uuid: Uuid::nil(),
            job_id: Uuid::nil(),
            source,
            kind,
            message: message.to_owned(),
            seen_at: now(),
        }
    }

    #[test]
    fn who_has_fetched_the_password_is_the_rescue_system() {
        assert_eq!(judge(&[]), Rescue::Nothing);
        let fetched = of(Source::Installer, Kind::Fetched, "");
        assert_eq!(judge(&[fetched]), Rescue::Ready);
    }

    #[test]
    fn cobblers_log_says_that_it_runs_and_a_greeting_says_nothing() {
        let greeting = of(Source::Ssh, Kind::Reachable, "OpenSSH");
        assert_eq!(judge(std::slice::from_ref(&greeting)), Rescue::Nothing);
        let started = of(Source::Cobbler, Kind::Started, "");
        assert!(
            matches!(judge(&[greeting, started]), Rescue::Runs { says, .. } if says.contains("Cobbler"))
        );
    }

    #[test]
    fn last_words_are_kept() {
        let failed = of(Source::Installer, Kind::Failed, "no chpasswd here");
        assert_eq!(
            judge(&[failed]),
            Rescue::Failed("no chpasswd here".to_owned())
        );
    }
}
