//! The script that a node fetches over its one-time link and runs in the installed system: what
//! is the node's own and must not be readable by everybody who reaches Cobbler.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::InstallRequest;
use crate::model::Node;

/// The script for a node. All values go in as base64, whose alphabet no shell reads.
pub(super) fn for_node(node: &Node, request: &InstallRequest) -> String {
    let encode = |text: &str| BASE64.encode(text);
    let keys: String = request
        .ssh_keys
        .iter()
        .map(|key| format!("{key}\n"))
        .collect();
    let meta = format!(
        "instance-id: {}\nlocal-hostname: {}\n",
        node.uuid, request.hostname
    );
    let mut script = format!(
        "#!/bin/sh\n# Sets up this node; made for it alone.\nset -eu\n\
         put() {{ mkdir -p \"$(dirname \"$2\")\"; printf %s \"$1\" | base64 -d >\"$2\"; chmod \"$3\" \"$2\"; }}\n\
         put '{}' /etc/hostname 644\n",
        encode(&format!("{}\n", request.hostname)),
    );
    if !keys.is_empty() {
        script.push_str(&format!(
            "mkdir -p /root/.ssh\nchmod 700 /root/.ssh\nput '{}' /root/.ssh/authorized_keys 600\n",
            encode(&keys)
        ));
    }
    if let Some(user_data) = &request.user_data {
        script.push_str(&format!(
            "put '{}' /var/lib/cloud/seed/nocloud/user-data 600\n\
             put '{}' /var/lib/cloud/seed/nocloud/meta-data 644\n",
            encode(user_data),
            encode(&meta),
        ));
        if user_data.starts_with("#!") {
            script.push_str(
                "# Without cloud-init nobody else would run it.\n\
                 command -v cloud-init >/dev/null 2>&1 || {\n    \
                 chmod 700 /var/lib/cloud/seed/nocloud/user-data\n    \
                 /var/lib/cloud/seed/nocloud/user-data\n}\n",
            );
        }
    }
    script
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::process::Command;

    use super::*;
    use crate::model::{Interfaces, now};

    #[test]
    fn hostile_values_arrive_unchanged() {
        let hostile = "it's \"$(reboot)\" `x` @@server@@\n#if $x\n%end\n🦀\n";
        let node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
        let request = InstallRequest {
            distro: String::new(),
            service: String::new(),
            packages: Vec::new(),
            kernel_options: BTreeMap::new(),
            hostname: "web01".to_owned(),
            address: None,
            gateway: None,
            name_servers: Vec::new(),
            ssh_keys: vec!["ssh-ed25519 AAAA it's me".to_owned()],
            user_data: Some(hostile.to_owned()),
        };
        let root = tempfile::tempdir().unwrap();
        // The script as it is, but below a folder of the test's.
        let script = ["/etc/", "/root/", "/var/"].into_iter().fold(
            for_node(&node, &request),
            |text, path| {
                text.replace(
                    &format!(" {path}"),
                    &format!(" {}{path}", root.path().display()),
                )
            },
        );
        let done = Command::new("sh").arg("-c").arg(script).output().unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let read = |path: &str| std::fs::read_to_string(root.path().join(path)).unwrap();
        assert_eq!(read("var/lib/cloud/seed/nocloud/user-data"), hostile);
        assert_eq!(
            read("root/.ssh/authorized_keys"),
            "ssh-ed25519 AAAA it's me\n"
        );
        assert_eq!(read("etc/hostname"), "web01\n");
    }
}
