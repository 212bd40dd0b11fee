//! Many writers, and servers that fail in the middle: on every simulated release nothing is lost or
//! half done, and what failed is put right by a repetition.

use std::time::Duration;

use cobbler_client::{Cobbler, CobblerError, Ensured, Removal, SystemSpec};
use cobbler_sim::{Release, SimFault, SimSpec};
use futures_util::future::join_all;

use crate::lab::{DISTRO, Lab, system_spec};

fn calls(lab: &Lab, method: &str) -> u64 {
    lab.sim().calls().get(method).copied().unwrap_or_default()
}

/// Saves of systems, in either of the two ways.
fn saves(lab: &Lab) -> u64 {
    // One is the question whether there is such a method.
    calls(lab, "save_system") + calls(lab, "xapi_object_edit").saturating_sub(1)
}

fn is_stored(lab: &Lab, spec: &SystemSpec) -> bool {
    lab.sim().system(&spec.name).is_some_and(|system| {
        let macs = system.macs.values();
        let mac = spec.mac.to_lowercase();
        system.comment == spec.comment && macs.filter(|known| **known == mac).count() == 1
    })
}

#[tokio::test]
async fn parallel_writers_lose_and_double_nothing() {
    for release in Release::ALL {
        let lab = Lab::simulated(release).await.expect("a lab");
        lab.sim().set_latency(Duration::from_millis(1));
        let specs: Vec<_> = (0..20).map(|_| system_spec(DISTRO)).collect();
        // Each is asked for twice at the same time.
        let twice = specs.iter().chain(&specs);
        let made = join_all(twice.map(|spec| lab.cobbler.ensure_system(spec))).await;
        let made: Vec<_> = made.into_iter().map(|made| made.expect("made")).collect();
        let created = made.iter().filter(|made| **made == Ensured::Created);
        assert_eq!(created.count(), specs.len(), "{release}");
        assert!(specs.iter().all(|spec| is_stored(&lab, spec)), "{release}");
        assert_eq!(
            lab.sim().systems().len(),
            specs.len() + 1,
            "and the foreign one"
        );
        let most = if release == Release::V3_3_0 { 1 } else { 4 };
        assert!(lab.sim().max_parallel_saves() <= most, "{release}");
        assert_eq!(saves(&lab), 20, "{release}");
        assert_eq!(calls(&lab, "sync") + calls(&lab, "sync_dhcp"), 0);
    }
}

#[tokio::test]
async fn the_way_to_interfaces_is_found_once() {
    let lab = Lab::simulated(Release::V3_3_0).await.expect("a lab");
    for _ in 0..5 {
        let made = lab.cobbler.ensure_system(&system_spec(DISTRO)).await;
        assert_eq!(made.expect("made"), Ensured::Created);
    }
    assert_eq!(
        (calls(&lab, "new_system"), calls(&lab, "save_system")),
        (1, 0)
    );
}

#[tokio::test]
async fn a_system_costs_one_call_that_writes_and_few_that_read() {
    for release in Release::ALL.into_iter().filter(|r| *r != Release::V3_3_0) {
        let lab = Lab::simulated(release).await.expect("a lab");
        let made = lab.cobbler.ensure_system(&system_spec(DISTRO)).await;
        made.expect("made");
        let before: u64 = lab.sim().calls().values().sum();
        let made = lab.cobbler.ensure_system(&system_spec(DISTRO)).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        assert_eq!(
            (calls(&lab, "new_system"), calls(&lab, "modify_system")),
            (0, 0),
            "{release}"
        );
        // System, profile, MAC before and after, system again; 2.8 is asked for MACs in capitals too.
        let reads = if release == Release::V2_8_5 { 9 } else { 7 };
        let all: u64 = lab.sim().calls().values().sum();
        assert!(all - before <= reads + 1, "{release}: {}", all - before);
    }
}

#[tokio::test]
async fn a_token_may_die_before_any_call() {
    for release in Release::ALL {
        let lab = Lab::simulated(release).await.expect("a lab");
        let (profile, mut system) = (lab.profile_spec(), system_spec(DISTRO));
        let dies = || lab.sim().inject(SimFault::TokenExpired, Some(1));
        dies();
        let made = lab.cobbler.ensure_profile(&profile).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        dies();
        let made = lab.cobbler.ensure_system(&system).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        system.hostname = "another.example.test".to_owned();
        dies();
        let made = lab.cobbler.ensure_system(&system).await;
        assert_eq!(made.expect("changed"), Ensured::Updated, "{release}");
        dies();
        let gone = lab.cobbler.remove_system(&system.name).await;
        assert_eq!(gone.expect("gone"), Removal::Removed, "{release}");
        assert_eq!(calls(&lab, "login"), 5, "{release}");
    }
}

#[tokio::test]
async fn a_system_is_made_though_every_call_needs_another_token() {
    // In 2.8 a token without life is of no use at all.
    for release in Release::ALL.into_iter().filter(|r| *r != Release::V2_8_5) {
        let lab = Lab::with(SimSpec {
            token_ttl: Duration::ZERO,
            ..SimSpec::of(release)
        })
        .await;
        let profile = lab.cobbler.ensure_profile(&lab.profile_spec()).await;
        assert_eq!(profile.expect("made"), Ensured::Created, "{release}");
        let spec = system_spec(DISTRO);
        let made = lab.cobbler.ensure_system(&spec).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        assert!(
            is_stored(&lab, &spec) && calls(&lab, "login") > 1,
            "{release}"
        );
    }
}

#[tokio::test]
async fn a_web_server_without_its_daemon_is_asked_again() {
    for release in Release::ALL {
        let lab = Lab::simulated(release).await.expect("a lab");
        lab.sim().inject(SimFault::Unavailable, Some(5));
        let spec = system_spec(DISTRO);
        let made = lab.cobbler.ensure_system(&spec).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        lab.sim().inject(SimFault::Unavailable, None);
        let error = lab.cobbler.system(&spec.name).await.expect_err("down");
        assert!(
            matches!(error, CobblerError::Http { status: 503, .. }) && error.is_transient(),
            "{error:?}"
        );
        lab.sim().clear_faults();
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_for_on_the_server() {
    for release in Release::ALL {
        let lab = Lab::simulated(release).await.expect("a lab");
        let lost = |times| lab.sim().inject(SimFault::AnswerLost, Some(times));
        let mut spec = system_spec(DISTRO);
        lost(1);
        let made = lab.cobbler.ensure_system(&spec).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        assert!(is_stored(&lab, &spec), "{release}");
        assert_eq!(saves(&lab), 2, "{release}: saved again for its boot files");
        spec.hostname = "another.example.test".to_owned();
        lost(1);
        let made = lab.cobbler.ensure_system(&spec).await;
        assert_eq!(made.expect("changed"), Ensured::Updated, "{release}");
        let profile = lab.profile_spec();
        lost(1);
        let made = lab.cobbler.ensure_profile(&profile).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        // The first is the blanking of the record, the second its removal.
        lost(2);
        let gone = lab.cobbler.remove_system(&spec.name).await;
        assert_eq!(gone.expect("gone"), Removal::Removed, "{release}");
    }
}

#[tokio::test]
async fn a_failed_save_is_repeated_once_and_then_taken_back() {
    for release in Release::ALL {
        let lab = Lab::simulated(release).await.expect("a lab");
        let spec = system_spec(DISTRO);
        lab.sim().inject(SimFault::TriggerFailed, Some(2));
        let error = lab.cobbler.ensure_system(&spec).await.expect_err("failed");
        assert!(
            matches!(error, CobblerError::Trigger { .. }) && error.is_transient(),
            "{release}: {error:?}"
        );
        assert_eq!(lab.sim().system(&spec.name), None, "{release}");
        lab.sim().inject(SimFault::TriggerFailed, Some(1));
        let made = lab.cobbler.ensure_system(&spec).await;
        assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        assert!(is_stored(&lab, &spec), "{release}");
        lab.sim().inject(SimFault::TriggerFailed, Some(2));
        let off = lab.cobbler.set_netboot(&spec.name, false).await;
        off.expect_err("failed");
        let off = lab.cobbler.set_netboot(&spec.name, false).await;
        off.expect_err("failed again");
        // The flag is stored; the note in the comment tells that its boot files may not be written.
        let off = lab.cobbler.set_netboot(&spec.name, false).await;
        assert_eq!(off.expect("off"), Ensured::Updated, "{release}");
        assert!(is_stored(&lab, &spec), "{release}");
    }
}

#[tokio::test]
async fn a_system_that_lost_its_mac_is_taken_back() {
    for release in Release::ALL {
        let lab = Lab::simulated(release).await.expect("a lab");
        let spec = system_spec(DISTRO);
        lab.sim().inject(SimFault::LoseMac, Some(1));
        let error = lab.cobbler.ensure_system(&spec).await.expect_err("failed");
        assert!(
            matches!(&error, CobblerError::Mismatch { fields, .. } if fields.contains("mac")),
            "{release}: {error:?}"
        );
        assert_eq!(lab.sim().system(&spec.name), None, "{release}");
    }
}

#[tokio::test]
async fn a_managed_dhcp_server_is_told_once_for_all_that_wait() {
    for release in Release::ALL {
        let lab = Lab::with(SimSpec {
            manage_dhcp: true,
            ..SimSpec::of(release)
        })
        .await;
        lab.sim().set_latency(Duration::from_millis(1));
        let specs: Vec<_> = (0..8).map(|_| system_spec(DISTRO)).collect();
        for made in join_all(specs.iter().map(|spec| lab.cobbler.ensure_system(spec))).await {
            assert_eq!(made.expect("made"), Ensured::Created, "{release}");
        }
        let told = calls(&lab, "sync_dhcp");
        let save_tells = release >= Release::V3_3_0;
        assert_eq!(told == 0, save_tells, "{release}: {told}");
        assert!(
            told <= 12 && lab.sim().max_parallel_saves() == 1,
            "{release}"
        );
        // Another process does not know what the one before has told.
        let other = Cobbler::new(lab.config.clone()).expect("a usable configuration");
        for made in join_all(specs.iter().map(|spec| other.ensure_system(spec))).await {
            assert_eq!(made.expect("there"), Ensured::Unchanged, "{release}");
        }
        let again = calls(&lab, "sync_dhcp") - told;
        assert_eq!(again, u64::from(!save_tells), "{release}");
        assert_eq!(calls(&lab, "sync"), 0, "{release}");
    }
}

#[tokio::test]
async fn a_template_that_2_8_cannot_store_is_refused_before_it_is_emptied() {
    let lab = Lab::simulated(Release::V2_8_5).await.expect("a lab");
    lab.cobbler
        .write_template("a.ks", "text\n")
        .await
        .expect("written");
    let error = lab
        .cobbler
        .write_template("a.ks", "für\n")
        .await
        .expect_err("refused");
    assert!(matches!(error, CobblerError::Invalid { .. }), "{error:?}");
    assert_eq!(lab.sim().templates()["a.ks"], "text\n");
}
