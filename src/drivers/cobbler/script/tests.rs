//! The script is run by the shells that installers have, in a folder of the test's.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::*;
use crate::drivers::cobbler::Cobblers;
use crate::model::{Interfaces, now};

/// What templates, shells and Cobbler itself would read, if they could.
const HOSTILE: &str = "it's \"$(reboot)\" `x` \\ $HOME ${x} @@server@@ $SNIPPET('x')\n#if $x\n#end if\n## y\n%end\n\
                       END_OF_DATA\n{{ x }} {% x %}\r\n\t🦀 你好\n";

fn script(info: Value) -> String {
    let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
    node.name = Some("web01".to_owned());
    node.instance_info = serde_json::from_value(info).unwrap();
    node.instance_info
        .insert("cobbler_distro".to_owned(), "el9".into());
    let request = InstallRequest::read(&node, &Cobblers::default()).unwrap();
    for_node(&node, &request)
}

/// Runs a script below a folder, with stand-ins for what needs root.
fn run(shell: &str, script: &str, root: &Path) -> Output {
    let tools = root.join("tools");
    std::fs::create_dir_all(&tools).unwrap();
    for (name, text) in [
        (
            "chpasswd",
            "#!/bin/sh\n{ echo \"$*\"; cat; } >\"$FERRIC_ROOT/chpasswd\"\n",
        ),
        // "mounts" what stands in for an image by naming its one file.
        (
            "mount",
            "#!/bin/sh\nmkdir -p \"$4/openstack/latest\"\ncp \"$3\" \"$4/openstack/latest/user_data\"\n",
        ),
        ("umount", "#!/bin/sh\n"),
    ] {
        let file = tools.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let file = root.join("node.sh");
    std::fs::write(&file, script).unwrap();
    Command::new("sh")
        .args([
            "-c",
            "PATH=\"$FERRIC_ROOT/tools:$PATH\" exec \"$0\" \"$1\"",
            shell,
        ])
        .arg(&file)
        .env("FERRIC_ROOT", root)
        .output()
        .unwrap()
}

fn shells() -> impl Iterator<Item = &'static str> {
    ["sh", "dash", "bash"].into_iter().filter(|shell| {
        Command::new(shell)
            .args(["-c", ":"])
            .output()
            .is_ok_and(|done| done.status.success())
    })
}

/// Runs the script in each shell and hands the folder on.
fn in_each_shell(script: &str, look: impl Fn(&Path)) {
    for shell in shells() {
        let root = tempfile::tempdir().unwrap();
        let done = run(shell, script, root.path());
        assert!(
            done.status.success(),
            "{shell}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        look(root.path());
    }
}

fn read(root: &Path, path: &str) -> String {
    std::fs::read_to_string(root.join(path)).unwrap()
}

fn mode(root: &Path, path: &str) -> u32 {
    let found = std::fs::metadata(root.join(path)).unwrap();
    found.permissions().mode() & 0o777
}

#[test]
fn hostile_values_arrive_unchanged() {
    let script = script(json!({
        "user_data": HOSTILE, "ssh_keys": ["ssh-ed25519 AAAA it's $(me) @@server@@"],
        "root_password": "p'\"$(x)`y`\\:@@server@@🦀",
    }));
    in_each_shell(&script, |root| {
        assert_eq!(read(root, "var/lib/cloud/seed/nocloud/user-data"), HOSTILE);
        let settings = read(root, "etc/cloud/cloud.cfg.d/99_ferric.cfg");
        assert!(
            settings.contains("\nprefer_fqdn_over_hostname: true\n"),
            "{settings}"
        );
        assert_eq!(
            read(root, "root/.ssh/authorized_keys"),
            "ssh-ed25519 AAAA it's $(me) @@server@@\n"
        );
        assert_eq!(read(root, "etc/hostname"), "web01\n");
        assert_eq!(
            read(root, "chpasswd"),
            "\nroot:p'\"$(x)`y`\\:@@server@@🦀\n"
        );
    });
}

#[test]
fn a_megabyte_arrives_unchanged() {
    let large = HOSTILE.repeat((1 << 20) / HOSTILE.len() + 1);
    in_each_shell(&script(json!({"user_data": large})), |root| {
        assert!(read(root, "var/lib/cloud/seed/nocloud/user-data") == large);
    });
}

#[test]
fn what_may_be_secret_is_root_s_alone() {
    let script = script(json!({"user_data": "x", "ssh_keys": ["k"]}));
    in_each_shell(&script, |root| {
        assert_eq!(mode(root, "var/lib/cloud/seed/nocloud/user-data"), 0o600);
        assert_eq!(mode(root, "root/.ssh/authorized_keys"), 0o600);
        assert_eq!(mode(root, "root/.ssh"), 0o700);
        assert_eq!(mode(root, "etc/hostname"), 0o644);
    });
}

#[test]
fn a_hash_goes_in_as_a_hash() {
    let hash = "$6$salt$hash./";
    in_each_shell(&script(json!({"root_password": hash})), |root| {
        assert_eq!(read(root, "chpasswd"), format!("-e\nroot:{hash}\n"));
    });
}

#[test]
fn a_script_runs_where_there_is_no_cloud_init() {
    let script = script(json!({"user_data": "#!/bin/sh\necho \"ran $0\" >\"$FERRIC_ROOT/ran\"\n"}));
    in_each_shell(&script, |root| {
        let has_cloud_init = Command::new("sh")
            .args(["-c", "command -v cloud-init"])
            .output()
            .unwrap()
            .status
            .success();
        assert_eq!(root.join("ran").exists(), !has_cloud_init);
    });
}

#[test]
fn a_user_s_script_that_fails_fails_the_install() {
    let script = script(json!({"user_data": "#!/bin/sh\nexit 3\n"}))
        .replace("command -v cloud-init", "command -v no-such-command");
    for shell in shells() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(run(shell, &script, root.path()).status.code(), Some(3));
    }
}

#[test]
fn a_configdrive_in_parts_becomes_cloud_init_s_seed() {
    let script = script(json!({"configdrive": {
        "meta_data": {"public_keys": {"k": "ssh-ed25519 AAAA"}, "hostname": "own"},
        "user_data": HOSTILE,
        "network_data": {"links": []},
    }}));
    in_each_shell(&script, |root| {
        let latest = "var/lib/cloud/seed/config_drive/openstack/latest";
        let json = |file: &str| -> Value {
            serde_json::from_str(&read(root, &format!("{latest}/{file}"))).unwrap()
        };
        let meta = json("meta_data.json");
        assert_eq!(meta["hostname"], "own");
        assert_eq!(meta["public_keys"]["k"], "ssh-ed25519 AAAA");
        assert!(meta["uuid"].is_string());
        assert_eq!(json("network_data.json"), json!({"links": []}));
        assert_eq!(read(root, &format!("{latest}/user_data")), HOSTILE);
        assert!(read(root, "etc/cloud/cloud.cfg.d/99_ferric.cfg").contains("[ConfigDrive, None]"));
    });
}

#[test]
fn a_configdrive_image_is_unpacked_and_its_files_kept() {
    // gzip of "HELLO\n"; the stand-in for mount gives it as the image's user data.
    let image = "H4sIAAAAAAAAA/Nw9fHx5wIAbtes/QYAAAA=";
    in_each_shell(&script(json!({"configdrive": image})), |root| {
        assert_eq!(
            read(
                root,
                "var/lib/cloud/seed/config_drive/openstack/latest/user_data"
            ),
            "HELLO\n"
        );
    });
}

#[test]
fn nothing_of_a_seed_is_written_where_there_is_no_user_data() {
    in_each_shell(&script(json!({})), |root| {
        assert!(!root.join("var/lib/cloud").exists() && !root.join("etc/cloud").exists());
    });
}

/// Runs the script with a link, as the hooks do.
fn run_with_link(script: &str, root: &Path, link: &str) {
    let file = root.join("node.sh");
    std::fs::write(&file, script).unwrap();
    let done = Command::new("sh")
        .arg(&file)
        .arg(link)
        .env("FERRIC_ROOT", root)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn the_first_boot_is_reported_by_a_unit_where_there_is_systemd_and_by_rc_local_else() {
    const LINK: &str = "http://ferric.lab/n/it's";
    let script = script(json!({}));
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("etc/systemd/system")).unwrap();
    run_with_link(&script, root.path(), LINK);
    let root = root.path();
    assert_eq!(read(root, "etc/ferric-first-boot"), format!("{LINK}\n"));
    assert_eq!(mode(root, "etc/ferric-first-boot"), 0o600);
    assert_eq!(mode(root, "usr/local/sbin/ferric-first-boot"), 0o700);
    let wanted = "etc/systemd/system/multi-user.target.wants/ferric-first-boot.service";
    assert!(read(root, wanted).contains("/usr/local/sbin/ferric-first-boot"));

    let old = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(old.path().join("etc/rc.d")).unwrap();
    std::fs::write(old.path().join("etc/rc.d/rc.local"), "touch x\n").unwrap();
    run_with_link(&script, old.path(), LINK);
    assert_eq!(
        read(old.path(), "etc/rc.d/rc.local"),
        "touch x\n/usr/local/sbin/ferric-first-boot &\n"
    );
}

#[test]
fn without_a_link_there_is_no_first_boot_hook() {
    in_each_shell(&script(json!({})), |root| {
        assert!(!root.join("etc/ferric-first-boot").exists());
    });
}
