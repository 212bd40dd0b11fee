//! Profiles with their templates, from first to last.

use std::collections::BTreeMap;

use cobbler_client::{CobblerError, Ensured, Kind, ProfileSpec, Removal};

use crate::lab::{Lab, system_spec, unique};

pub(crate) async fn profile_and_system_live_and_leave(lab: Lab) {
    let cobbler = &lab.cobbler;
    let profile = lab.profile_spec();
    assert_eq!(
        cobbler.ensure_profile(&profile).await.expect("made"),
        Ensured::Created
    );
    assert_eq!(
        cobbler.ensure_profile(&profile).await.expect("there"),
        Ensured::Unchanged
    );
    let text = cobbler
        .read_template(&profile.template)
        .await
        .expect("read");
    assert_eq!(text.as_ref(), Some(&profile.template_text));

    let mut system = system_spec(&profile.name);
    system.address = Some([192, 0, 2, (unique() % 200) as u8 + 20].into());
    system.netmask = Some([255, 255, 255, 0].into());
    system.gateway = Some([192, 0, 2, 1].into());
    system.name_servers = vec![[192, 0, 2, 2].into(), [192, 0, 2, 3].into()];
    assert_eq!(
        cobbler.ensure_system(&system).await.expect("made"),
        Ensured::Created
    );
    assert_eq!(
        cobbler.ensure_system(&system).await.expect("there"),
        Ensured::Unchanged
    );
    let made = cobbler
        .system(&system.name)
        .await
        .expect("read")
        .expect("there");
    assert!(cobbler.is_ours(&made) && made.netboot_enabled);
    assert_eq!(made.interfaces["eth0"].address, system.address);
    let by_mac = cobbler
        .find_system_by_mac(&system.mac)
        .await
        .expect("found");
    assert_eq!(by_mac, [system.name.clone()]);
    let by_name = cobbler
        .find_systems(&format!("{}*", system.name))
        .await
        .expect("found");
    assert_eq!(by_name, [system.name.clone()]);
    assert!(
        cobbler
            .system_names()
            .await
            .expect("names")
            .contains(&system.name)
    );
    let rendered = cobbler.render_system(&system.name).await.expect("rendered");
    assert!(
        rendered.contains("aGVsbG8=") && rendered.contains(lab.word()),
        "{rendered}"
    );

    system
        .autoinstall_meta
        .insert("ferric_token".to_owned(), "second".to_owned());
    system.address = None;
    system.netmask = None;
    system.name_servers.clear();
    assert_eq!(
        cobbler.ensure_system(&system).await.expect("changed"),
        Ensured::Updated
    );
    assert_eq!(
        cobbler.ensure_system(&system).await.expect("there"),
        Ensured::Unchanged
    );
    system.interface = "ens1f0".to_owned();
    assert_eq!(
        cobbler.ensure_system(&system).await.expect("changed"),
        Ensured::Updated
    );
    let made = cobbler
        .system(&system.name)
        .await
        .expect("read")
        .expect("there");
    // 3.3.0 adds a blank one.
    let known: Vec<_> = made
        .interfaces
        .iter()
        .filter(|(_, one)| !one.mac.is_empty())
        .collect();
    assert!(
        matches!(known[..], [(name, _)] if name == "ens1f0"),
        "{known:?}"
    );

    let used = cobbler.remove_profile(&profile.name).await;
    assert!(matches!(used, Err(CobblerError::InUse { .. })), "{used:?}");
    let used = cobbler.remove_template(&profile.template).await;
    assert!(matches!(used, Err(CobblerError::InUse { .. })), "{used:?}");
    assert_eq!(
        cobbler.remove_system(&system.name).await.expect("gone"),
        Removal::Removed
    );
    assert_eq!(
        cobbler.remove_system(&system.name).await.expect("gone"),
        Removal::AlreadyGone
    );
    let unknown = cobbler.render_system(&system.name).await;
    assert!(
        matches!(unknown, Err(CobblerError::NotFound { .. })),
        "{unknown:?}"
    );
    assert_eq!(
        cobbler.remove_profile(&profile.name).await.expect("gone"),
        Removal::Removed
    );
    assert_eq!(
        cobbler.remove_profile(&profile.name).await.expect("gone"),
        Removal::AlreadyGone
    );
    let template = cobbler.remove_template(&profile.template).await;
    assert_eq!(template.expect("gone"), Removal::Removed);
    let template = cobbler.remove_template(&profile.template).await;
    assert_eq!(template.expect("gone"), Removal::AlreadyGone);
}

pub(crate) async fn hostile_metadata_survives(lab: Lab) {
    let cobbler = &lab.cobbler;
    let profile = lab.profile_spec();
    cobbler.ensure_profile(&profile).await.expect("made");
    let values = [
        "{\"a\": [1, {\"b\": \"c d\"}]}",
        "$x ${y} $name #if 1\n#end if \\n \\\\ `id` $(id)",
        "#include /etc/passwd\n$SNIPPET('x') SNIPPET::x",
        "a=b c='x y' flag",
        "~",
        "<<inherit>>",
        "",
        " leading and trailing \n\n",
        "<&>\"' ]]> &amp; <!DOCTYPE x>",
        "Grüße 😀 \u{202e}\u{feff}",
        "True",
        "007",
        "user@@host",
    ];
    let mut system = system_spec(&profile.name);
    for value in values {
        system.autoinstall_meta = BTreeMap::from([("ferric_meta".to_owned(), value.to_owned())]);
        cobbler
            .ensure_system(&system)
            .await
            .unwrap_or_else(|error| panic!("{value:?}: {error}"));
        let read = cobbler
            .system(&system.name)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(read.metadata["ferric_meta"], value);
        let rendered = cobbler.render_system(&system.name).await.expect("rendered");
        let part = format!("<<'END'\n{value}\nEND");
        assert!(rendered.contains(&part), "{value:?} in {rendered}");
    }
    system
        .autoinstall_meta
        .insert("big".to_owned(), "0123456789abcdef".repeat(32 * 1024));
    cobbler
        .ensure_system(&system)
        .await
        .expect("half a megabyte");
    cobbler.remove_system(&system.name).await.expect("gone");
    cobbler.remove_profile(&profile.name).await.expect("gone");
    cobbler
        .remove_template(&profile.template)
        .await
        .expect("gone");
}

pub(crate) async fn what_is_missing_is_named_before_anything_is_written(lab: Lab) {
    let cobbler = &lab.cobbler;
    let profile = ProfileSpec {
        distro: "no-such-distro".to_owned(),
        ..lab.profile_spec()
    };
    match cobbler.ensure_profile(&profile).await {
        Err(CobblerError::NotFound {
            kind: Kind::Distro,
            name,
            ..
        }) => {
            assert_eq!(name, "no-such-distro");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        cobbler
            .read_template(&profile.template)
            .await
            .expect("read"),
        None
    );
    match cobbler.ensure_system(&system_spec("no-such-profile")).await {
        Err(CobblerError::NotFound {
            kind: Kind::Profile,
            name,
            ..
        }) => {
            assert_eq!(name, "no-such-profile");
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn a_changed_template_is_not_written_over(lab: Lab) {
    let cobbler = &lab.cobbler;
    let profile = lab.profile_spec();
    cobbler
        .write_template(&profile.template, "# somebody's\n")
        .await
        .expect("written");
    match cobbler.ensure_profile(&profile).await {
        Err(CobblerError::Drifted {
            kind: Kind::Template,
            name,
            differences,
            ..
        }) => {
            assert_eq!(name, profile.template);
            assert!(differences.contains("# somebody's"), "{differences}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(cobbler.profile(&profile.name).await.expect("read"), None);
    cobbler
        .remove_template(&profile.template)
        .await
        .expect("gone");
}
