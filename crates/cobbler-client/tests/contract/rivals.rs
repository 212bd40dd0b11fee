//! Several programs with one server: the locks of one say nothing to another, so that what was read
//! before a write is read again after it.

use std::time::Duration;

use cobbler_client::{Cobbler, CobblerError, ProfileSpec, SystemSpec};
use cobbler_sim::Release;
use futures_util::future::join_all;

use crate::lab::{DISTRO, Lab, system_spec};

/// Those that bear two writers: on 3.3.0 the save of one fails while the other's is under way, and is
/// tried again.
fn releases() -> impl Iterator<Item = Release> {
    Release::ALL
        .into_iter()
        .filter(|release| *release != Release::V3_3_0)
}

fn another(lab: &Lab) -> Cobbler {
    Cobbler::new(lab.config.clone()).expect("a usable configuration")
}

#[tokio::test]
async fn of_rivals_for_one_mac_two_never_stay_and_one_that_repeats_has_it() {
    for release in releases() {
        let lab = Lab::simulated(release).await.expect("a lab");
        // Long enough for all to have looked before the first has saved.
        lab.sim().set_latency(Duration::from_millis(1));
        for _ in 0..5 {
            let mac = system_spec(DISTRO).mac;
            let rivals: Vec<_> = (0..4)
                .map(|_| {
                    let spec = system_spec(DISTRO);
                    let mac = mac.clone();
                    (another(&lab), SystemSpec { mac, ..spec })
                })
                .collect();
            let tries = rivals
                .iter()
                .map(|(cobbler, spec)| cobbler.ensure_system(spec));
            let mut winners = 0;
            for result in join_all(tries).await {
                match result {
                    Ok(_) => winners += 1,
                    Err(CobblerError::Duplicate { .. }) => {}
                    Err(error) => panic!("{release}: {error}"),
                }
            }
            let stayed = lab.cobbler.find_system_by_mac(&mac).await.expect("found");
            assert!(stayed.len() <= 1, "{release}: {stayed:?}");
            assert_eq!(stayed.len(), winners, "{release}");
            let holder = match stayed.first() {
                Some(name) => name.clone(),
                None => {
                    let (cobbler, spec) = &rivals[0];
                    cobbler.ensure_system(spec).await.expect("alone now");
                    spec.name.clone()
                }
            };
            lab.cobbler.remove_system(&holder).await.expect("gone");
        }
        assert_eq!(lab.sim().systems().len(), 1, "{release}: the foreign one");
    }
}

/// What the steps of a deploy do with the server, from the profile to the system.
async fn deploy(cobbler: &Cobbler, profile: &ProfileSpec, system: &SystemSpec) {
    loop {
        cobbler.ensure_profile(profile).await.expect("a profile");
        match cobbler.ensure_system(system).await {
            Ok(_) => break,
            // Removed as unused in between: once more.
            Err(CobblerError::NotFound { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    let rendered = cobbler.render_system(&system.name).await.expect("a file");
    assert!(rendered.contains("test"), "{rendered}");
}

/// And what those of a tear-down do.
async fn tear_down(cobbler: &Cobbler, profile: &ProfileSpec, system: &SystemSpec) {
    cobbler.remove_system(&system.name).await.expect("removed");
    let unused = |error: CobblerError| match error {
        CobblerError::InUse { .. } => {}
        error => panic!("{error}"),
    };
    match cobbler.remove_profile(&profile.name).await {
        Ok(_) => match cobbler.remove_template(&profile.template).await {
            Ok(_) => {}
            Err(error) => unused(error),
        },
        Err(error) => unused(error),
    }
}

#[tokio::test]
async fn shared_profiles_come_and_go_under_two_programs_and_nothing_is_left() {
    for release in releases() {
        let lab = Lab::simulated(release).await.expect("a lab");
        lab.sim().set_latency(Duration::from_millis(1));
        let before = (lab.sim().profiles(), lab.sim().templates());
        let programs = [lab.cobbler.clone(), another(&lab)];
        let services = [lab.profile_spec(), lab.profile_spec()];
        let nodes = (0..30usize).map(|number| {
            let (cobbler, profile) = (&programs[number % 2], &services[number / 2 % 2]);
            let system = system_spec(&profile.name);
            // Another pace for each, so that makers meet removers in every order.
            let pause = Duration::from_millis((number * 37 % 41) as u64);
            async move {
                tokio::time::sleep(pause).await;
                deploy(cobbler, profile, &system).await;
                tokio::time::sleep(pause).await;
                tear_down(cobbler, profile, &system).await;
            }
        });
        join_all(nodes).await;
        assert_eq!(lab.sim().systems().len(), 1, "{release}: the foreign one");
        let after = (lab.sim().profiles(), lab.sim().templates());
        assert_eq!(after, before, "{release}");
    }
}
