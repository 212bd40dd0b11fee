//! What is known of a running install: from the evidence so far to a verdict. It only reads and
//! counts; who waits for what is the steps' business.

use crate::model::{Evidence, EvidenceKind, Time};

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
    /// The installation is complete.
    Done,
    /// The installer gave up; its last words.
    Failed(String),
    /// The server installs itself again and again; the number of starts.
    Loop(usize),
}

/// Judges the evidence of one deploy, in the order in which it came.
pub fn judge(evidence: &[Evidence]) -> Verdict {
    let Some(last) = evidence.last() else {
        return Verdict::Nothing;
    };
    let starts = evidence
        .iter()
        .filter(|e| e.kind == EvidenceKind::Started)
        .count();
    if starts > STARTS_ALLOWED {
        return Verdict::Loop(starts);
    }
    // What a former start of the installer said no longer counts.
    let current = evidence
        .iter()
        .rposition(|e| e.kind == EvidenceKind::Started)
        .unwrap_or(0);
    let current = &evidence[current..];
    if current.iter().any(|e| e.kind == EvidenceKind::Done) {
        return Verdict::Done;
    }
    if let Some(failed) = current.iter().find(|e| e.kind == EvidenceKind::Failed) {
        return Verdict::Failed(failed.message.clone());
    }
    Verdict::Installing {
        progress: progress(last),
        last_seen: last.seen_at,
    }
}

fn progress(last: &Evidence) -> String {
    match (last.kind, last.message.trim()) {
        (EvidenceKind::Packages, count) if !count.is_empty() => format!("packages {count}"),
        (EvidenceKind::Packages, _) => "installing packages".to_owned(),
        (EvidenceKind::Partitioning, _) => "partitioning the disks".to_owned(),
        (EvidenceKind::Post, _) => "running the %post scripts".to_owned(),
        _ => "the installer has started".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::now;
    use EvidenceKind as K;

    fn seen(kinds: &[(K, &str)]) -> Vec<Evidence> {
        kinds
            .iter()
            .map(|(kind, message)| Evidence {
                node_uuid: Uuid::nil(),
                job_id: Uuid::nil(),
                source: "installer".to_owned(),
                kind: *kind,
                message: (*message).to_owned(),
                seen_at: now(),
            })
            .collect()
    }

    #[test]
    fn silence_says_nothing() {
        assert_eq!(judge(&[]), Verdict::Nothing);
    }

    #[test]
    fn progress_is_that_of_the_last_word() {
        let evidence = seen(&[(K::Started, ""), (K::Packages, "3/40")]);
        assert!(
            matches!(judge(&evidence), Verdict::Installing { progress, .. } if progress == "packages 3/40")
        );
    }

    #[test]
    fn done_is_done_even_if_a_late_report_follows() {
        assert_eq!(
            judge(&seen(&[
                (K::Started, ""),
                (K::Done, ""),
                (K::Packages, "40/40")
            ])),
            Verdict::Done
        );
    }

    #[test]
    fn a_new_start_makes_the_former_ends_void() {
        let again = seen(&[(K::Started, ""), (K::Failed, "no disk"), (K::Started, "")]);
        assert!(matches!(judge(&again), Verdict::Installing { .. }));
        assert_eq!(
            judge(&seen(&[(K::Started, ""), (K::Failed, "no disk")])),
            Verdict::Failed("no disk".to_owned())
        );
    }

    #[test]
    fn the_third_start_is_a_loop() {
        let loops = seen(&[
            (K::Started, ""),
            (K::Done, ""),
            (K::Started, ""),
            (K::Done, ""),
            (K::Started, ""),
        ]);
        assert_eq!(judge(&loops), Verdict::Loop(3));
    }
}
