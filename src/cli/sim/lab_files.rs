//! What `ferric sim lab` writes: a batch file, a configuration and enrolment commands.

use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use cimc_sim::{Controller, Personality, Rack};

use super::rack::DISTRO;
use crate::batch::DRIVER;

/// The simulated accounts: the defaults of the simulators.
const CIMC: (&str, &str) = ("admin", "password");
const COBBLER: (&str, &str) = ("cobbler", "cobbler");

/// Writes the three files.
pub(super) fn write(directory: &Path, rack: &Rack, cobbler_base: &str) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let url = format!("{cobbler_base}/cobbler_api");
    write_file(
        &directory.join("lab.yaml"),
        0o600,
        &batch(rack.controllers(), &url),
    )?;
    write_file(&directory.join("ferric.toml"), 0o600, &configuration(&url))?;
    write_file(
        &directory.join("enrol.sh"),
        0o700,
        &enrolment(rack.controllers()),
    )
}

/// The files hold passwords.
fn write_file(path: &Path, mode: u32, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// What to run next.
pub(super) fn what_next(directory: &Path, has_real_cobbler: bool) -> String {
    let directory = directory.display();
    let edit = if has_real_cobbler {
        format!(
            "First put the real Cobbler's user and password into {directory}/lab.yaml and\n\
                 {directory}/ferric.toml.\n"
        )
    } else {
        String::new()
    };
    format!(
        "\n{edit}In another terminal, all in one:\n    \
         ferric install {directory}/lab.yaml\n\
         or as a service, with OpenStack's client:\n    \
         ferric --config {directory}/ferric.toml serve\n    \
         sh {directory}/enrol.sh\n\nCtrl-C ends the lab."
    )
}

/// The name of a lab's server: `rack1-01`.
pub(in crate::cli) fn name(index: usize) -> String {
    format!("rack1-{:02}", index + 1)
}

/// Whether a controller can't tell its server's MAC addresses, so that somebody has to: the XML API
/// has the classes from 1.5 on (imcsdk 0.9.17 metadata), the command line those of a VIC before.
pub(in crate::cli) fn needs_mac(controller: &Controller) -> bool {
    needs_command_line(controller.personality()) && controller.ssh_address().is_none()
}

/// Whether a firmware's XML API is missing (1.3), or tells no MAC addresses (1.4).
pub(in crate::cli) fn needs_command_line(personality: &Personality) -> bool {
    ["1.3", "1.4"]
        .iter()
        .any(|release| personality.firmware().starts_with(release))
}

/// Port and host key of its command line, if it has one.
fn command_line(controller: &Controller) -> Option<(u16, &str)> {
    let address = controller.ssh_address()?;
    Some((address.port(), controller.ssh_fingerprint()?))
}

fn batch(controllers: &[Controller], cobbler: &str) -> String {
    let mut text = format!(
        "# The simulated lab's servers; for: ferric install lab.yaml\n\
         cobbler: {{url: \"{cobbler}\", username: {}, password: {}, allow_http: true}}\n\
         defaults: {{cimc: {{username: {}, password: {}, protocol: http}}, domain: lab.example}}\n\
         services:\n  \
         web: {{distro: {DISTRO}, packages: [nginx, chrony]}}\n\
         nodes:\n",
        COBBLER.0, COBBLER.1, CIMC.0, CIMC.1
    );
    for (index, controller) in controllers.iter().enumerate() {
        let mac = match controller.macs().first() {
            Some(mac) if needs_mac(controller) => format!(", mac: \"{mac}\""),
            _ => String::new(),
        };
        let ssh = command_line(controller).map_or_else(String::new, |(port, key)| {
            format!(", ssh_port: {port}, ssh_fingerprint: \"{key}\"")
        });
        text.push_str(&format!(
            "  {}: {{cimc: {{address: \"{}\"{ssh}}}, service: web{mac}}}  # {}\n",
            name(index),
            controller.address(),
            controller.personality().firmware()
        ));
    }
    text
}

fn configuration(cobbler: &str) -> String {
    format!(
        "# A service for the simulated lab; for: ferric --config ferric.toml serve\n\
         [cobbler.lab]\nurl = \"{cobbler}\"\nusername = \"{}\"\npassword = \"{}\"\n\
         allow_http = true\n\n\
         # The simulated hardware is quick.\n\
         [cimc]\npoll_interval_seconds = 0.5\nsoft_power_off_grace_seconds = 5\n",
        COBBLER.0, COBBLER.1
    )
}

fn enrolment(controllers: &[Controller]) -> String {
    let mut text = "\
#!/bin/sh
# Enrols the simulated lab's servers and deploys them. Needs python-ironicclient.
set -eu
export OS_AUTH_TYPE=none OS_ENDPOINT=\"${OS_ENDPOINT:-http://127.0.0.1:6385}\"
"
    .to_owned();
    let mut names = Vec::new();
    for (index, controller) in controllers.iter().enumerate() {
        let name = name(index);
        let ssh = command_line(controller).map_or_else(String::new, |(port, key)| {
            format!(
                "--driver-info cimc_ssh_port={port} \\\n    --driver-info cimc_ssh_fingerprint={key} \\\n    "
            )
        });
        text.push_str(&format!(
            "openstack baremetal node create --name {name} --driver {DRIVER} \\\n    \
             --driver-info cimc_address={} --driver-info cimc_protocol=http \\\n    \
             --driver-info cimc_username={} --driver-info cimc_password={} \\\n    \
             --driver-info cobbler=lab --resource-class baremetal \\\n    \
             {ssh}--extra firmware='{}' -f value -c uuid\n",
            controller.address(),
            CIMC.0,
            CIMC.1,
            controller.personality().firmware()
        ));
        if let Some(mac) = controller.macs().first().filter(|_| needs_mac(controller)) {
            text.push_str(&format!(
                "openstack baremetal port create {mac} --node \\\n    \
                 \"$(openstack baremetal node show {name} -f value -c uuid)\" -f value -c uuid\n"
            ));
        }
        text.push_str(&format!(
            "openstack baremetal node set {name} --instance-info cobbler_distro={DISTRO} \\\n    \
             --instance-info packages='[\"nginx\", \"chrony\"]' --instance-info service=web\n"
        ));
        names.push(name);
    }
    // `--wait` may be followed by a number, so it comes after the names.
    for (verb, wait) in [
        ("manage", " --wait"),
        ("provide", " --wait"),
        ("deploy", ""),
    ] {
        let names = names.join(" ");
        text.push_str(&format!("openstack baremetal node {verb} {names}{wait}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Batch;
    use crate::cli::sim::rack::{MIX, controllers, start_rack};
    use crate::config::{Config, Overrides, environment::Environment};

    #[tokio::test]
    async fn the_files_of_a_lab_are_good_ones() {
        crate::cli::install_crypto();
        let directory = tempfile::tempdir().unwrap();
        let mut all = controllers(MIX, 19).unwrap();
        all.extend(controllers("1.4", 1).unwrap());
        let spec = cimc_sim::RackSpec::new(all);
        let rack = start_rack(spec).await.unwrap();
        write(directory.path(), &rack, "http://127.0.0.1:8080").unwrap();

        let batch = Batch::load(&directory.path().join("lab.yaml")).unwrap();
        assert_eq!(batch.nodes.len(), 20);
        // Firmware 1.4 hides the MAC addresses, so the file has to tell them.
        let told: Vec<_> = batch
            .nodes
            .iter()
            .filter(|node| !node.macs.is_empty())
            .collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].macs[0], rack.controllers()[19].macs()[0]);

        let file = directory.path().join("ferric.toml");
        let config =
            Config::load_from(Some(&file), &Environment::default(), &Overrides::default()).unwrap();
        assert_eq!(config.cobbler["lab"].url, batch.cobbler.url);

        let script = std::fs::read_to_string(directory.path().join("enrol.sh")).unwrap();
        assert_eq!(script.matches("node create").count(), 20);
        rack.shutdown().await;
    }

    #[tokio::test]
    async fn with_a_command_line_no_mac_address_has_to_be_told() {
        crate::cli::install_crypto();
        let directory = tempfile::tempdir().unwrap();
        let mut all = controllers("1.4", 2).unwrap();
        for controller in &mut all {
            controller.ssh = Some(0);
        }
        let rack = start_rack(cimc_sim::RackSpec::new(all)).await.unwrap();
        write(directory.path(), &rack, "http://127.0.0.1:8080").unwrap();
        let batch = Batch::load(&directory.path().join("lab.yaml")).unwrap();
        for (node, controller) in batch.nodes.iter().zip(rack.controllers()) {
            assert_eq!(node.macs.len(), 0);
            let port = controller.ssh_address().map(|address| address.port());
            assert_eq!(node.cimc.ssh_port, port);
            assert_eq!(
                node.cimc.ssh_fingerprint.as_deref(),
                controller.ssh_fingerprint()
            );
        }
        let script = std::fs::read_to_string(directory.path().join("enrol.sh")).unwrap();
        assert_eq!(script.matches("cimc_ssh_fingerprint=SHA256:").count(), 2);
        rack.shutdown().await;
    }
}
