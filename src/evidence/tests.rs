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

fn seen(kinds: &[(Kind, &str)]) -> Vec<Evidence> {
    let one = |(kind, message): &(Kind, &str)| of(Source::Installer, *kind, message);
    kinds.iter().map(one).collect()
}

fn is_done(evidence: &[Evidence]) -> bool {
    matches!(judge(evidence), Verdict::Done { .. })
}

#[test]
fn silence_says_nothing() {
    assert_eq!(judge(&[]), Verdict::Nothing);
    assert_eq!(last_resort(&[]), None);
}

#[test]
fn progress_is_that_of_the_last_word() {
    let evidence = seen(&[(Kind::Started, ""), (Kind::Packages, "3/40")]);
    assert!(
        matches!(judge(&evidence), Verdict::Installing { progress, .. } if progress == "packages 3/40")
    );
}

#[test]
fn done_is_done_even_if_a_late_report_follows() {
    let late = seen(&[
        (Kind::Started, ""),
        (Kind::Done, ""),
        (Kind::Packages, "40/40"),
    ]);
    assert!(matches!(judge(&late), Verdict::Done { booted: false, .. }));
}

#[test]
fn a_first_boot_ends_an_install_whose_last_report_was_lost() {
    let lost = seen(&[(Kind::Started, ""), (Kind::Post, ""), (Kind::Booted, "")]);
    assert!(matches!(judge(&lost), Verdict::Done { booted: true, .. }));
}

#[test]
fn a_new_start_makes_the_former_ends_void() {
    let again = seen(&[
        (Kind::Started, ""),
        (Kind::Failed, "no disk"),
        (Kind::Started, ""),
    ]);
    assert!(matches!(judge(&again), Verdict::Installing { .. }));
    let failed = judge(&seen(&[
        (Kind::Started, ""),
        (Kind::Failed, "No usable disks"),
    ]));
    assert_eq!(
        failed,
        Verdict::Failed {
            cause: Cause::NoDisk,
            words: "No usable disks".to_owned()
        }
    );
}

#[test]
fn the_third_start_is_a_loop() {
    let loops = seen(&[
        (Kind::Started, ""),
        (Kind::Done, ""),
        (Kind::Started, ""),
        (Kind::Done, ""),
        (Kind::Started, ""),
    ]);
    assert_eq!(judge(&loops), Verdict::Loop(3));
}

#[test]
fn one_start_that_three_tell_of_is_one() {
    let mut evidence = Vec::new();
    for _ in 0..2 {
        for source in [Source::Heartbeat, Source::Installer, Source::Cobbler] {
            evidence.push(of(source, Kind::Started, ""));
        }
    }
    assert!(matches!(judge(&evidence), Verdict::Installing { .. }));
    evidence.push(of(Source::Installer, Kind::Started, ""));
    assert_eq!(judge(&evidence), Verdict::Loop(3));
}

#[test]
fn the_hooks_have_the_last_word_where_they_speak() {
    let mut both = vec![
        of(Source::Heartbeat, Kind::Started, ""),
        of(Source::Installer, Kind::Started, ""),
        of(Source::Heartbeat, Kind::Done, ""),
    ];
    assert!(!is_done(&both), "the node's own script has not run yet");
    both.push(of(Source::Installer, Kind::Done, ""));
    assert!(is_done(&both));
    let alone = [
        of(Source::Heartbeat, Kind::Started, ""),
        of(Source::Heartbeat, Kind::Done, ""),
    ];
    assert!(is_done(&alone));
}

#[test]
fn what_anybody_could_have_said_ends_nothing_by_itself() {
    let mut evidence = vec![
        of(Source::Cobbler, Kind::Started, ""),
        of(Source::Cobbler, Kind::Done, "since 12:00"),
    ];
    assert!(matches!(judge(&evidence), Verdict::Installing { .. }));
    assert_eq!(last_resort(&evidence), None, "the script was not fetched");
    evidence.push(of(Source::Installer, Kind::Fetched, ""));
    assert!(!is_done(&evidence));
    let why = last_resort(&evidence).unwrap();
    assert!(why.contains("Cobbler's install log (since 12:00)"), "{why}");
}

#[test]
fn an_open_port_alone_is_no_proof_and_a_greeting_is_a_weak_one() {
    let with = |source| {
        last_resort(&[
            of(Source::Installer, Kind::Started, ""),
            of(Source::Installer, Kind::Fetched, ""),
            of(source, Kind::Reachable, ""),
        ])
    };
    assert_eq!(with(Source::Tcp), None);
    assert!(with(Source::Ssh).is_some());
}
