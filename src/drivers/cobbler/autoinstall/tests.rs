use serde_json::{Value, json};

use super::*;
use crate::drivers::cobbler::Cobblers;
use crate::model::{Interfaces, Node, now};

fn request(info: Value) -> InstallRequest {
    let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
    node.name = Some("web01".to_owned());
    node.instance_info = serde_json::from_value(info).unwrap();
    node.instance_info
        .insert("cobbler_distro".to_owned(), "the-distro".into());
    node.instance_info
        .insert("service".to_owned(), "web".into());
    InstallRequest::read(&node, &Cobblers::default()).unwrap()
}

fn base(family: Family) -> Base {
    Base {
        distro: "the-distro".to_owned(),
        family,
        parent: None,
        template: None,
    }
}

fn text(info: Value, family: Family) -> String {
    profile(&request(info), &base(family))
        .unwrap()
        .template_text
}

#[test]
fn equal_requests_share_a_profile_and_others_do_not() {
    let profile = |packages: Value| {
        profile(
            &request(json!({"packages": packages})),
            &base(Family::RedHat),
        )
        .unwrap()
    };
    assert_eq!(profile(json!(["nginx"])), profile(json!(["nginx"])));
    assert_ne!(
        profile(json!(["nginx"])).name,
        profile(json!(["nginx", "chrony"])).name
    );
}

#[test]
fn what_is_a_node_s_own_is_no_part_of_the_profile() {
    let of = |info: Value| profile(&request(info), &base(Family::Ubuntu)).unwrap();
    assert_eq!(
        of(
            json!({"hostname": "a", "address": "10.8.0.40/24", "ssh_keys": ["ssh-ed25519 AAAA"],
            "root_password": "x", "bond": {"interfaces": ["eno1"]}, "vlan": 9})
        ),
        of(json!({"hostname": "b"}))
    );
}

#[test]
fn the_kickstart_holds_the_packages_and_the_links() {
    let text = text(json!({"packages": ["nginx", "chrony"]}), Family::RedHat);
    assert!(text.starts_with("#template=cheetah\n"), "{text}");
    assert!(
        text.contains("\n%packages\n@core\nchrony\nnginx\n%end\n"),
        "{text}"
    );
    for event in ["started", "packages", "post", "done", "failed"] {
        assert!(
            text.contains(&format!("'$ferric_report/{event}'")),
            "{event} is missing in {text}"
        );
    }
    assert!(
        text.contains("\nclearpart --all --initlabel\nautopart --type=lvm\n"),
        "{text}"
    );
}

#[test]
fn only_the_disks_that_are_named_are_touched() {
    let info = json!({"disks": ["sda", "/dev/disk/by-id/x"], "partitioning": "plain"});
    let kickstart = text(info, Family::RedHat);
    for line in [
        "ignoredisk --only-use=sda,disk/by-id/x",
        "clearpart --all --initlabel --drives=sda,disk/by-id/x",
        "autopart --type=plain",
        "bootloader --boot-drive=sda",
    ] {
        assert!(kickstart.lines().any(|l| l == line), "{line}: {kickstart}");
    }
    let preseed = text(json!({"disks": ["sdb"]}), Family::Debian);
    assert!(
        preseed.contains("d-i partman-auto/disk string /dev/sdb\n"),
        "{preseed}"
    );
    let ubuntu = text(json!({"disks": ["sdb"]}), Family::Ubuntu);
    assert!(ubuntu.contains("match: {path: \"/dev/sdb\"}\n"), "{ubuntu}");
}

#[test]
fn release_6_gets_what_its_installer_knows() {
    let text = text(json!({"disks": ["sda"]}), Family::RedHat6);
    assert!(
        text.contains("\n%traceback\n") && !text.contains("%onerror"),
        "{text}"
    );
    assert!(
        text.contains("\nautopart\nbootloader --driveorder=sda\n"),
        "{text}"
    );
}

#[test]
fn what_an_installer_can_t_do_is_refused_with_the_key() {
    for (key, value, family) in [
        ("partitioning", json!("plain"), Family::RedHat6),
        ("disks", json!(["sda", "sdb"]), Family::Debian),
        ("packages", json!(["@core"]), Family::Ubuntu),
        ("repos", json!(["http://repo.lab/x"]), Family::Debian),
        (
            "repos",
            json!(["http://repo.lab/x suite main"]),
            Family::RedHat,
        ),
    ] {
        let mut info = json!({});
        info[key] = value;
        let error = profile(&request(info), &base(family))
            .unwrap_err()
            .to_string();
        assert!(error.contains(&format!("instance_info/{key}")), "{error}");
    }
}

#[test]
fn a_customer_s_template_is_taken_in_as_it_is() {
    let theirs = "lang en_US\n%packages\n@base\n%end\n";
    let base = Base {
        parent: Some("theirs".to_owned()),
        template: Some(theirs.to_owned()),
        ..base(Family::RedHat)
    };
    let made = profile(&request(json!({})), &base).unwrap();
    assert_eq!(made.parent.as_deref(), Some("theirs"));
    assert!(
        made.template_text
            .starts_with(&format!("#template=cheetah\n{theirs}\n%pre\n")),
        "{}",
        made.template_text
    );
}

#[test]
fn the_hooks_are_a_script_without_a_node_s_data() {
    let hooks = hooks().unwrap();
    assert!(
        hooks.starts_with("#!/bin/sh\n") && !hooks.contains("{%"),
        "{hooks}"
    );
}
