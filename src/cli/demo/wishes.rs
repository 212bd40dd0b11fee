//! What the demo wants of its servers.

use serde_json::{Map, Value};

use super::COBBLER;
use super::hardware::Server;
use crate::batch::{BatchCimc, BatchNode};
use crate::cli::rollout::Wish;
use crate::cli::sim::lab_name;
use crate::cli::sim::rack::DISTRO;
use crate::config::ImageTarget;

/// The kinds of server in the demo's rack, and what each has beyond the distro's minimum.
const SERVICES: [(&str, &str); 3] = [
    (
        "web",
        "nginx chrony openssl certbot logrotate rsyslog firewalld policycoreutils",
    ),
    (
        "db",
        "postgresql-server postgresql-contrib chrony lvm2 xfsprogs tuned rsyslog firewalld sysstat",
    ),
    (
        "compute",
        "qemu-kvm libvirt-daemon-kvm openvswitch chrony tuned numactl lvm2 multipath-tools ethtool rsyslog",
    ),
];

/// What is to become of the server of that number.
pub(super) fn wish(index: usize, server: &Server) -> Wish {
    let name = lab_name(index);
    let (service, packages) = SERVICES[index % SERVICES.len()];
    let mut extra = Map::new();
    extra.insert("firmware".to_owned(), Value::from(server.firmware.clone()));
    Wish {
        node: BatchNode {
            hostname: name.clone(),
            name,
            line: 0,
            service: service.to_owned(),
            target: ImageTarget::Distro(DISTRO.to_owned()),
            packages: packages.split(' ').map(str::to_owned).collect(),
            cimc: BatchCimc {
                address: server.address.clone(),
                username: "admin".to_owned(),
                password: "password".into(),
                protocol: Some("http".to_owned()),
                port: None,
                verify_ca: None,
                tls: None,
                cli: None,
                ssh_port: None,
                ssh_fingerprint: None,
            },
            macs: Vec::new(),
            domain: Some("lab.example".to_owned()),
            address: None,
            gateway: None,
            name_servers: Vec::new(),
            kernel_options: None,
            options: serde_json::Map::new(),
            root_password: None,
            ssh_keys: Vec::new(),
            user_data: None,
            resource_class: "baremetal".to_owned(),
        },
        cobbler: COBBLER.to_owned(),
        extra,
    }
}
