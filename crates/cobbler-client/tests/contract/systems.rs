//! Systems, ours and others'.

use cobbler_client::{CobblerError, Ensured, Kind, ProfileSpec, SystemSpec, Taken};

use crate::lab::{DISTRO, FOREIGN_MAC, FOREIGN_SYSTEM, Lab, system_spec};

pub(crate) async fn network_boot_flips_and_is_read_back(lab: Lab) {
    let cobbler = &lab.cobbler;
    let system = system_spec(DISTRO);
    cobbler.ensure_system(&system).await.expect("made");
    for (flag, outcome) in [
        (true, Ensured::Unchanged),
        (false, Ensured::Updated),
        (false, Ensured::Unchanged),
        (true, Ensured::Updated),
    ] {
        assert_eq!(
            cobbler.set_netboot(&system.name, flag).await.expect("set"),
            outcome
        );
        let now = cobbler
            .system(&system.name)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(now.netboot_enabled, flag);
        assert_eq!(now.metadata, system.autoinstall_meta);
    }
    cobbler.remove_system(&system.name).await.expect("gone");
    let gone = cobbler.set_netboot(&system.name, false).await;
    assert!(
        matches!(
            gone,
            Err(CobblerError::NotFound {
                kind: Kind::System,
                ..
            })
        ),
        "{gone:?}"
    );
}

pub(crate) async fn a_taken_mac_is_refused_with_its_owners_name(lab: Lab) {
    let cobbler = &lab.cobbler;
    let first = system_spec(DISTRO);
    cobbler.ensure_system(&first).await.expect("made");
    let second = SystemSpec {
        mac: first.mac.to_lowercase(),
        ..system_spec(DISTRO)
    };
    match cobbler.ensure_system(&second).await {
        Err(CobblerError::Duplicate {
            what: Taken::Mac(_),
            owner,
            ..
        }) => {
            assert_eq!(owner.as_deref(), Some(first.name.as_str()));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(cobbler.system(&second.name).await.expect("read"), None);
    cobbler.remove_system(&first.name).await.expect("gone");
}

pub(crate) async fn sixteen_tasks_with_one_mac_make_one_system(lab: Lab) {
    let cobbler = &lab.cobbler;
    let mac = system_spec(DISTRO).mac;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (cobbler, spec) = (cobbler.clone(), system_spec(DISTRO));
            let spec = SystemSpec {
                mac: mac.clone(),
                ..spec
            };
            tokio::spawn(async move { cobbler.ensure_system(&spec).await })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(outcome) => {
                assert_eq!(outcome, Ensured::Created);
                made += 1;
            }
            Err(error) => assert!(matches!(error, CobblerError::Duplicate { .. }), "{error:?}"),
        }
    }
    assert_eq!(made, 1);
    for name in cobbler.find_system_by_mac(&mac).await.expect("found") {
        cobbler.remove_system(&name).await.expect("gone");
    }
}

pub(crate) async fn a_foreign_system_stays_untouched(lab: Lab) {
    let cobbler = &lab.cobbler;
    let before = cobbler
        .system(FOREIGN_SYSTEM)
        .await
        .expect("read")
        .expect("seeded");
    assert!(!cobbler.is_ours(&before));
    let by_name = SystemSpec {
        name: FOREIGN_SYSTEM.to_owned(),
        ..system_spec(DISTRO)
    };
    match cobbler.ensure_system(&by_name).await {
        Err(CobblerError::Duplicate {
            what: Taken::Name(name),
            ..
        }) => {
            assert_eq!(name, FOREIGN_SYSTEM);
        }
        other => panic!("{other:?}"),
    }
    let by_mac = SystemSpec {
        mac: FOREIGN_MAC.to_owned(),
        ..system_spec(DISTRO)
    };
    match cobbler.ensure_system(&by_mac).await {
        Err(CobblerError::Duplicate {
            what: Taken::Mac(_),
            owner,
            ..
        }) => {
            assert_eq!(owner.as_deref(), Some(FOREIGN_SYSTEM));
        }
        other => panic!("{other:?}"),
    }
    let flip = cobbler
        .set_netboot(FOREIGN_SYSTEM, !before.netboot_enabled)
        .await;
    assert!(
        matches!(flip, Err(CobblerError::NotOurs { .. })),
        "{flip:?}"
    );
    let removal = cobbler.remove_system(FOREIGN_SYSTEM).await;
    assert!(
        matches!(removal, Err(CobblerError::NotOurs { .. })),
        "{removal:?}"
    );
    let profile = ProfileSpec {
        name: FOREIGN_SYSTEM.to_owned(),
        ..lab.profile_spec()
    };
    let made = cobbler.ensure_profile(&profile).await;
    assert!(
        matches!(made, Err(CobblerError::Duplicate { .. })),
        "{made:?}"
    );
    assert_eq!(
        cobbler
            .read_template(&profile.template)
            .await
            .expect("read"),
        None
    );
    let removal = cobbler.remove_profile(FOREIGN_SYSTEM).await;
    assert!(
        matches!(removal, Err(CobblerError::NotOurs { .. })),
        "{removal:?}"
    );
    let after = cobbler
        .system(FOREIGN_SYSTEM)
        .await
        .expect("read")
        .expect("still there");
    assert_eq!(after, before);
}
