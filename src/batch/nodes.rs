//! One row of `nodes`: a server, or a range of them.

use std::collections::BTreeMap;

use super::check::{self, Check};
use super::files::Files;
use super::layer::Layer;
use super::ranges::{Digits, expand};
use super::section::{At, Section};
use super::services::Service;
use super::{BatchCimc, BatchNode, options};
use crate::config::ImageTarget;
use crate::config::nearest::advice;

/// One row, with what it is read against.
pub(super) struct Row<'a> {
    pub(super) section: Section<'a>,
    /// The name, with its range.
    pub(super) key: &'a str,
    pub(super) services: &'a [Service],
    /// The service that lists a node, by the node's name.
    pub(super) lists: &'a BTreeMap<String, String>,
}

/// A text for each of a row's servers, or one report why not.
type Spread = Option<Vec<String>>;

impl Row<'_> {
    /// The row's servers. One that is incomplete is reported and left out.
    pub(super) fn read(&self, files: &Files<'_>) -> Vec<BatchNode> {
        let names = match expand(self.key, Digits::Decimal) {
            Ok(names) => names,
            Err(what) => {
                self.section
                    .problem(&self.section.place, what, "write it like web[01-12]");
                return Vec::new();
            }
        };
        if let Some(Err(what)) = names
            .iter()
            .map(|name| check::name(name))
            .find(Result::is_err)
        {
            self.section.problem(&self.section.place, what, "rename it");
        }
        let (own, cimc) = Layer::read(&self.section, &["address"], files);
        let spread =
            |at: &At<&str>, check: Check| self.spread(at, names.len(), Digits::Decimal, check);
        let spread_key = |key, check| self.section.text(key).and_then(|at| spread(&at, check));
        let cimc_addresses = self
            .cimc_address(cimc.as_ref())
            .and_then(|at| spread(&at, check::cimc_address));
        let addresses: Spread = spread_key("address", check::cidr);
        let hostnames: Spread = spread_key("hostname", check::name);
        let macs: Vec<Vec<String>> = self
            .section
            .texts("mac")
            .unwrap_or_default()
            .iter()
            .filter_map(|at| self.spread(at, names.len(), Digits::Hex, check::mac))
            .collect();
        let mut layers = BTreeMap::<&str, Option<Layer>>::new();
        let mut nodes = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let Some(service) = self.service(name) else {
                break;
            };
            // Checked once a service, or a range would repeat every report.
            let layer = layers.entry(&service.name).or_insert_with(|| {
                let layer = own.over(&service.layer);
                let fits = self.check(&layer, addresses.as_ref())
                    & self.check_target(service.target.as_ref(), &layer);
                fits.then_some(layer)
            });
            let at = |all: &Spread| all.as_ref().and_then(|all| all.get(index).cloned());
            let (Some(layer), Some(target), Some(cimc_address)) =
                (layer.clone(), service.target.clone(), at(&cimc_addresses))
            else {
                continue;
            };
            nodes.push(BatchNode {
                name: name.clone(),
                line: self.section.place.line,
                service: service.name.clone(),
                target,
                packages: layer.packages,
                cimc: BatchCimc {
                    address: cimc_address,
                    username: layer.username.unwrap_or_default(),
                    password: layer.password.unwrap_or_default(),
                    protocol: layer.protocol,
                    port: layer.port,
                    verify_ca: layer.verify,
                    tls: layer.tls,
                    cli: layer.cli,
                    ssh_port: layer.ssh_port,
                    ssh_fingerprint: layer.ssh_fingerprint,
                },
                macs: macs
                    .iter()
                    .filter_map(|all| Some(all.get(index)?.to_lowercase()))
                    .collect(),
                hostname: at(&hostnames).unwrap_or_else(|| name.clone()),
                domain: layer.domain,
                address: at(&addresses),
                gateway: layer.gateway,
                name_servers: layer.name_servers.unwrap_or_default(),
                kernel_options: layer.kernel_options,
                options: layer.options,
                root_password: layer.root_password,
                ssh_keys: layer.ssh_keys,
                user_data: layer.user_data,
                resource_class: layer
                    .resource_class
                    .unwrap_or_else(|| "baremetal".to_owned()),
            });
        }
        nodes
    }

    /// The controller's address as written, which every row needs.
    fn cimc_address<'a>(&self, cimc: Option<&Section<'a>>) -> Option<At<&'a str>> {
        let address = cimc.and_then(|cimc| cimc.text("address"));
        if address.is_none() && cimc.is_none_or(|cimc| cimc.get("address").is_none()) {
            let line = cimc.map_or(self.section.place.line, |cimc| cimc.place.line);
            let place = self.section.place.below("cimc.address", line);
            self.section
                .problem(&place, "is missing", "add the controller's address");
        }
        address
    }

    /// A text for each of `count` servers: a range of that many, or for one server just the text.
    fn spread(&self, at: &At<&str>, count: usize, digits: Digits, check: Check) -> Spread {
        let problem = |what: String, to_do: &str| self.section.problem(&at.place, what, to_do);
        let all = match expand(at.value, digits) {
            Ok(all) => all,
            Err(what) => {
                problem(what, "write it like 10.9.1.[11-22]");
                return None;
            }
        };
        if all.len() != count {
            let what = format!(
                "{} stands for {} and {} for {count}",
                at.value,
                all.len(),
                self.key
            );
            problem(what, "give both the same number");
            return None;
        }
        if let Some(Err(what)) = all.iter().map(|text| check(text)).find(Result::is_err) {
            problem(what, "correct it");
            return None;
        }
        Some(all)
    }

    /// The service that the row names, or that lists the node.
    fn service(&self, name: &str) -> Option<&Service> {
        let listed = self.lists.get(name).map(String::as_str);
        let named = self.section.text("service");
        let chosen = match (&named, listed) {
            (Some(at), Some(listed)) if at.value != listed => {
                let what = format!("is {}, but the service {listed} lists {name}", at.value);
                self.section.problem(&at.place, what, "keep one of them");
                return None;
            }
            (Some(at), _) => at.value,
            (None, Some(listed)) => listed,
            (None, None) => {
                if self.section.get("service").is_none() {
                    let what = format!("{name} has no service");
                    let to_do = "add service: NAME, or list it in a service's nodes";
                    self.section.problem(&self.section.place, what, to_do);
                }
                return None;
            }
        };
        let found = self.services.iter().find(|service| service.name == chosen);
        if let (None, Some(at)) = (found, &named) {
            let known: Vec<&str> = self.services.iter().map(|service| &*service.name).collect();
            let what = format!("there is no service {chosen}");
            self.section
                .problem(&at.place, what, advice(chosen, &known));
        }
        found
    }

    /// Whether nothing is asked for that a template of somebody else's would not do.
    fn check_target(&self, target: Option<&ImageTarget>, layer: &Layer) -> bool {
        let with = match target {
            Some(ImageTarget::Profile(name)) => format!("the profile {name}"),
            _ if layer.options.contains_key("autoinstall") => "autoinstall".to_owned(),
            _ => return true,
        };
        let packages = (!layer.packages.is_empty()).then_some("packages");
        let options = options::OF_OUR_TEMPLATES
            .iter()
            .copied()
            .find(|key| layer.options.contains_key(*key));
        let Some(key) = packages.or(options) else {
            return true;
        };
        let place = self.section.place.below(key, self.section.place.line);
        self.section.problem(
            &place,
            format!("has no effect with {with}, which is taken as it is"),
            "leave one of the two out",
        );
        false
    }

    /// Whether the settings that may come from elsewhere are complete and fit together.
    fn check(&self, layer: &Layer, addresses: Option<&Vec<String>>) -> bool {
        let mut is_good = true;
        let mut problem = |key: &str, what: String, to_do: &str| {
            let place = self.section.place.below(key, self.section.place.line);
            self.section.problem(&place, what, to_do);
            is_good = false;
        };
        if layer.username.is_none() {
            problem(
                "cimc.username",
                "is missing".to_owned(),
                "add it here or under defaults",
            );
        }
        if layer.password.is_none() {
            problem(
                "cimc.password",
                "is missing".to_owned(),
                "add password_env: NAME to cimc, here or under defaults",
            );
        }
        let gateway = layer.gateway.as_deref();
        for address in addresses.into_iter().flatten() {
            if let Some(Err(what)) = gateway.map(|gateway| check::gateway(address, gateway)) {
                problem("gateway", what, "correct one of the two");
                break;
            }
        }
        is_good
    }
}
