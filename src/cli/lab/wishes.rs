//! What the lab wants of its servers.

use cimc_sim::Controller;
use serde_json::{Map, Value};

use super::world::DISTRO;
use crate::batch::{BatchCimc, BatchNode};
use crate::cli::rollout::Wish;
use crate::cli::sim::lab_name;
use crate::config::ImageTarget;

/// The name of the Cobbler in the service's configuration.
pub(super) const COBBLER: &str = "lab";

/// What is installed beyond the minimum, from the lab's repository.
const PACKAGES: [&str; 2] = ["tree", "pv"];

/// What is to become of the server of that number; the key opens the installed system to root.
pub(super) fn wish(index: usize, controller: &Controller, key: &str) -> Wish {
    let name = lab_name(index);
    let firmware = controller.personality().firmware();
    let mut extra = Map::new();
    extra.insert("firmware".to_owned(), Value::from(firmware));
    Wish {
        node: BatchNode {
            hostname: format!("{name}.lab.example"),
            line: 0,
            service: "web".to_owned(),
            target: ImageTarget::Distro(DISTRO.to_owned()),
            packages: PACKAGES.map(str::to_owned).into(),
            cimc: BatchCimc {
                address: controller.address(),
                username: "admin".to_owned(),
                password: "password".into(),
                protocol: Some("http".to_owned()),
                port: None,
                verify_ca: None,
                tls: None,
                cli: None,
                ssh_port: controller.ssh_address().map(|address| address.port()),
                ssh_fingerprint: controller.ssh_fingerprint().map(str::to_owned),
            },
            macs: Vec::new(),
            domain: Some("lab.example".to_owned()),
            address: None,
            gateway: None,
            name_servers: Vec::new(),
            kernel_options: None,
            options: Map::new(),
            root_password: None,
            ssh_keys: vec![key.to_owned()],
            user_data: Some(user_data(&name).into()),
            resource_class: "baremetal".to_owned(),
            name,
        },
        cobbler: COBBLER.to_owned(),
        extra,
    }
}

/// A script that leaves a trace.
fn user_data(name: &str) -> String {
    format!("#!/bin/sh\necho 'This is {name}, by its own user data.' >/etc/motd\n")
}
