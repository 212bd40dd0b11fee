//! What is found out before anything is written.

use cobbler_client::{Claim, CobblerError, Found, Kind, Taken};

use crate::lab::{DISTRO, FOREIGN_MAC, FOREIGN_SYSTEM, Lab, system_spec, unique};

pub(crate) async fn a_claim_says_what_is_taken_and_by_whom(lab: Lab) {
    let cobbler = &lab.cobbler;
    let mut ours = system_spec(DISTRO);
    ours.address = Some([192, 0, 2, (unique() % 200) as u8 + 20].into());
    ours.netmask = Some([255, 255, 255, 0].into());
    cobbler.ensure_system(&ours).await.expect("made");
    let other = system_spec(DISTRO);
    let free = Claim {
        name: other.name.clone(),
        hostname: other.hostname.clone(),
        macs: vec![other.mac.clone()],
        address: None,
    };
    cobbler.need_free(&free).await.expect("free");
    // One's own record is no hindrance.
    let again = Claim {
        name: ours.name.clone(),
        hostname: ours.hostname.clone(),
        macs: vec![ours.mac.clone()],
        address: ours.address,
    };
    cobbler.need_free(&again).await.expect("ours");
    let cases = [
        (
            Claim {
                macs: vec![other.mac.clone(), FOREIGN_MAC.to_owned()],
                ..free.clone()
            },
            Taken::Mac(FOREIGN_MAC.to_owned()),
            (FOREIGN_SYSTEM.to_owned(), false),
        ),
        (
            Claim {
                name: FOREIGN_SYSTEM.to_owned(),
                ..free.clone()
            },
            Taken::Name(FOREIGN_SYSTEM.to_owned()),
            (format!("system {FOREIGN_SYSTEM}"), false),
        ),
        (
            Claim {
                hostname: ours.hostname.clone(),
                ..free.clone()
            },
            Taken::HostName(ours.hostname.clone()),
            (ours.name.clone(), true),
        ),
        (
            Claim {
                address: ours.address,
                ..free.clone()
            },
            Taken::Address(ours.address.expect("set above").to_string()),
            (ours.name.clone(), true),
        ),
    ];
    for (claim, taken, (holder, mine)) in cases {
        let error = cobbler.need_free(&claim).await.expect_err("taken");
        let said = error.to_string();
        match error {
            CobblerError::Duplicate {
                what,
                owner,
                is_ours,
                ..
            } => assert_eq!(
                (what, owner, is_ours),
                (taken, Some(holder.clone()), Some(mine))
            ),
            other => panic!("{other:?}"),
        }
        assert!(said.contains(&holder) && said.contains("taken"), "{said}");
    }
    cobbler.remove_system(&ours.name).await.expect("gone");
}

pub(crate) async fn an_edited_profile_is_told_field_by_field(lab: Lab) {
    let cobbler = &lab.cobbler;
    let wanted = lab.profile_spec();
    let nothing = Found {
        profile: false,
        template: false,
    };
    let found = cobbler.find_profile(&wanted).await.expect("looked");
    assert_eq!(found, nothing);
    let mut edited = wanted.clone();
    edited
        .kernel_options
        .insert("nomodeset".to_owned(), Vec::new());
    cobbler.ensure_profile(&edited).await.expect("made");
    for error in [
        cobbler.find_profile(&wanted).await.expect_err("edited"),
        cobbler.ensure_profile(&wanted).await.expect_err("edited"),
    ] {
        match error {
            CobblerError::Drifted {
                kind, differences, ..
            } => {
                assert_eq!(kind, Kind::Profile);
                assert!(
                    differences.starts_with("kernel_options was")
                        && differences.contains("nomodeset"),
                    "{differences}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    let everything = Found {
        profile: true,
        template: true,
    };
    let found = cobbler.find_profile(&edited).await.expect("looked");
    assert_eq!(found, everything);
    // What is deleted there is made anew.
    cobbler.remove_profile(&edited.name).await.expect("gone");
    cobbler.ensure_profile(&wanted).await.expect("made anew");
    cobbler.remove_profile(&wanted.name).await.expect("gone");
    cobbler
        .remove_template(&wanted.template)
        .await
        .expect("gone");
}
