//! `ferric plan`: the eight steps of every node, from the batch file alone.

use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Outcome};
use super::{Global, output};
use crate::batch::{Batch, BatchNode};
use crate::config::{Config, ImageTarget, Overrides};

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// The batch file (YAML)
    file: PathBuf,
}

pub(super) fn run(global: &Global, args: &PlanArgs) -> Outcome {
    let config = global.load(Overrides::default(), true)?;
    show(&Batch::load(&args.file)?, &config);
    Ok(Exit::Done)
}

/// Prints the plan.
pub(super) fn show(batch: &Batch, config: &Config) {
    for node in &batch.nodes {
        output::line(node_plan(node, &batch.cobbler.url, config));
    }
    output::line(format!(
        "{} nodes; nothing was contacted. Without --plan, `ferric install {}` does this.",
        batch.nodes.len(),
        batch.path.display()
    ));
}

fn node_plan(node: &BatchNode, cobbler: &str, config: &Config) -> String {
    let mut text = format!(
        "{}  {}  as {}\n",
        node.name, node.cimc.address, node.service
    );
    for (index, (step, what)) in steps(node, cobbler, config).into_iter().enumerate() {
        text.push_str(&format!("  {} {step:<15} {what}\n", index + 1));
    }
    text
}

fn steps(node: &BatchNode, cobbler: &str, config: &Config) -> [(&'static str, String); 8] {
    let profile = match &node.target {
        ImageTarget::Distro(distro) if node.packages.is_empty() => {
            format!("a profile of distro {distro}, without packages of its own")
        }
        ImageTarget::Distro(distro) => {
            format!(
                "a profile of distro {distro} with {}",
                node.packages.join(", ")
            )
        }
        ImageTarget::Profile(name) => format!("the profile {name}, which Cobbler has to have"),
    };
    let macs = match node.macs.split_first() {
        Some((first, _)) => format!("boots from {first}, as the file says"),
        None => "all MAC addresses from the controller; the first that can boots".to_owned(),
    };
    let fqdn = match &node.domain {
        Some(domain) => format!("{}.{domain}", node.hostname),
        None => node.hostname.clone(),
    };
    let mut system = format!(
        "{fqdn}, {}",
        node.address.as_deref().unwrap_or("address by DHCP")
    );
    if !node.ssh_keys.is_empty() {
        system.push_str(&format!(", {} SSH keys", node.ssh_keys.len()));
    }
    if node.user_data.is_some() {
        system.push_str(", user data by one-time link");
    }
    let grace = config.cimc.soft_power_off_grace.as_secs();
    let silence = config.conductor.install_silence_limit.as_secs() / 60;
    [
        (
            "power_off",
            format!("soft, and hard after {grace} s; nothing if it is off"),
        ),
        ("ensure_profile", format!("{profile}; in {cobbler}")),
        ("learn_macs", macs),
        (
            "ensure_system",
            format!("a system for {}: {system}; netboot on", node.name),
        ),
        (
            "boot_network",
            "network first: for one boot where the firmware can".to_owned(),
        ),
        ("power_on", "on, unless it is on already".to_owned()),
        (
            "boot_disk",
            "once the installer shows: disk first, netboot off".to_owned(),
        ),
        (
            "wait_installed",
            format!(
                "until the installer says that it is done; fails after {silence} min of silence"
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_the_eight_steps_and_no_password() {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/batch/fixtures/full.yaml");
        let batch = Batch::load(&file).unwrap();
        let plan = node_plan(&batch.nodes[1], &batch.cobbler.url, &Config::default());
        for part in [
            "web2  10.9.1.12  as web",
            "1 power_off",
            "a profile of distro el9-x86_64 with chrony, nginx, tmux",
            "boots from 00:25:b5:00:00:0a",
            "a system for web2: www2, 10.8.0.42/24",
            "8 wait_installed",
        ] {
            assert!(plan.contains(part), "no {part:?} in\n{plan}");
        }
        assert!(!plan.contains("secret"), "{plan}");
    }
}
