use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::model::{Interfaces, now};

fn read(info: Value) -> Result<InstallRequest, DriverError> {
    let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
    node.name = Some("web01".to_owned());
    node.instance_info = serde_json::from_value(info).unwrap();
    let images = BTreeMap::from([("img".to_owned(), "cobbler://distro/el9-x86_64".to_owned())]);
    InstallRequest::read(&node, &Cobblers::new(Vec::new(), images))
}

/// A request for `el9` with one more key.
fn with(key: &str, value: Value) -> Result<InstallRequest, DriverError> {
    let mut info = json!({"cobbler_distro": "el9"});
    info[key] = value;
    read(info)
}

#[test]
fn packages_are_a_set_in_one_order() {
    let request = with("packages", json!(["nginx", "chrony", "nginx"])).unwrap();
    assert_eq!(request.packages, ["chrony", "nginx"]);
    assert_eq!(
        with("packages", json!("nginx,chrony")).unwrap().packages,
        request.packages
    );
}

#[test]
fn an_image_may_be_a_url_or_an_id_of_the_map() {
    for (source, target) in [
        ("cobbler://distro/el9", Target::Distro("el9".to_owned())),
        ("cobbler://profile/web", Target::Profile("web".to_owned())),
        ("img", Target::Distro("el9-x86_64".to_owned())),
    ] {
        assert_eq!(
            read(json!({"image_source": source})).unwrap().target,
            target
        );
    }
}

#[test]
fn the_host_name_is_the_nodes_with_the_domain() {
    assert_eq!(
        with("domain", json!("lab.example")).unwrap().hostname,
        "web01.lab.example"
    );
}

#[test]
fn what_can_t_be_is_refused_with_its_key() {
    for (key, value) in [
        ("packages", json!(["a b"])),
        ("packages", json!(["$(reboot)"])),
        ("service", json!("a/b")),
        ("hostname", json!("-x")),
        ("address", json!("10.0.0.1")),
        ("gateway", json!("x")),
        ("name_servers", json!(["x"])),
        ("ssh_keys", json!(["a\nb"])),
        ("kernel_options", json!(1)),
        ("kernel_options", json!("x=$HOME")),
        ("kernel_options", json!("x=@@server@@")),
        ("cobbler_profile", json!("theirs")),
        ("autoinstall", json!("../x.ks")),
        ("repos", json!(["repo.lab"])),
        ("repos", json!(["http://repo.lab/$(x)"])),
        ("repos", json!(["http://user:pass@repo.lab/"])),
        ("proxy", json!("proxy.lab:3128")),
        ("time_zone", json!("Europe/Berlin; reboot")),
        ("partitioning", json!("btrfs")),
        ("disks", json!(["sda; reboot"])),
        ("disks", json!(["/dev/../sda"])),
        ("bond", json!(["eno1"])),
        ("bond", json!({"interfaces": []})),
        ("bond", json!({"interfaces": ["eno1"], "mode": "fast"})),
        ("bond", json!({"interfaces": ["eno1"], "modus": "802.3ad"})),
        ("vlan", json!(4095)),
        ("user_data", json!(1)),
        ("root_password", json!("a\nb")),
        ("configdrive", json!("not gzip")),
        ("configdrive", json!(["x"])),
    ] {
        let error = with(key, value.clone()).unwrap_err().to_string();
        assert!(error.contains(key), "{key} {value}: {error}");
    }
    let error = read(json!({"image_source": "http://x"})).unwrap_err();
    assert!(error.to_string().contains("image_source"), "{error}");
}

#[test]
fn a_complaint_does_not_show_what_may_be_a_secret() {
    for (key, value) in [
        ("root_password", json!("hunter2\n")),
        ("proxy", json!("http://me:hunter2@proxy.lab")),
        ("repos", json!(["http://me:hunter2@repo.lab/"])),
        ("configdrive", json!("hunter2")),
        ("user_data", json!(["hunter2"])),
    ] {
        let error = with(key, value).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn what_only_our_templates_read_is_refused_beside_another_s() {
    for (key, value) in [
        ("cobbler_profile", "theirs"),
        ("autoinstall", "lang en\ntext\n"),
    ] {
        let mut info = json!({"packages": ["nginx"]});
        info[key] = value.into();
        if key == "autoinstall" {
            info["cobbler_distro"] = "el9".into();
        }
        let error = read(info).unwrap_err().to_string();
        assert!(error.contains("packages") && error.contains(key), "{error}");
    }
}

#[test]
fn an_own_template_is_a_text_or_a_name() {
    assert_eq!(
        with("autoinstall", json!("site/web.ks"))
            .unwrap()
            .own_template,
        Some(OwnTemplate::Named("site/web.ks".to_owned()))
    );
    assert_eq!(
        with("autoinstall", json!("text\nreboot\n"))
            .unwrap()
            .own_template,
        Some(OwnTemplate::Text("text\nreboot\n".to_owned()))
    );
}

#[test]
fn user_data_that_is_no_script_brings_cloud_init() {
    let packages = |data: &str| with("user_data", json!(data)).unwrap().packages;
    assert_eq!(packages("#cloud-config\n"), ["cloud-init"]);
    assert!(packages("#!/bin/sh\n").is_empty());
}

#[test]
fn kernel_options_are_a_line_or_an_object() {
    let line = with("kernel_options", json!("console=tty0 console=ttyS0 quiet")).unwrap();
    assert_eq!(line.kernel_options["console"], ["tty0", "ttyS0"]);
    assert!(line.kernel_options["quiet"].is_empty());
    let object = with("kernel_options", json!({"quiet": null, "selinux": 0})).unwrap();
    assert_eq!(object.kernel_options["selinux"], ["0"]);
}

#[test]
fn a_request_shows_no_secret_when_it_is_printed() {
    let request = read(json!({
        "cobbler_distro": "el9", "user_data": "hunter2", "root_password": "hunter2",
        "configdrive": {"user_data": "hunter2", "meta_data": {"x": "hunter2"}},
    }))
    .unwrap();
    assert!(!format!("{request:?}").contains("hunter2"));
}

#[test]
fn a_prefix_becomes_a_mask() {
    for (prefix, mask) in [
        (24, "255.255.255.0"),
        (32, "255.255.255.255"),
        (1, "128.0.0.0"),
    ] {
        let request = with("address", json!(format!("10.8.0.40/{prefix}"))).unwrap();
        assert_eq!(request.network.netmask().unwrap().to_string(), mask);
    }
}

#[test]
fn nothing_is_installed_over_what_is_to_be_kept() {
    for asked in [json!(true), json!("True")] {
        let error = with("preserve_ephemeral", asked).unwrap_err();
        assert!(
            error.to_string().contains("preserve_ephemeral is true"),
            "{error}"
        );
    }
    for not in [json!(false), json!("False"), Value::Null] {
        assert!(with("preserve_ephemeral", not).is_ok());
    }
}
