//! What to install: read from a node's `instance_info`, checked before anything is touched.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value;

use super::Cobblers;
use super::info::{Info, wrong};
use crate::drivers::DriverError;
use crate::model::Node;

/// What a node is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallRequest {
    /// The Cobbler distro to install from.
    pub distro: String,
    /// The kind of server; nodes of one service share a profile.
    pub service: String,
    /// Packages beyond the distro's minimum, sorted.
    pub packages: Vec<String>,
    /// Kernel options of the installer.
    pub kernel_options: BTreeMap<String, Vec<String>>,
    /// The full host name.
    pub hostname: String,
    /// A fixed address and its prefix length; without one the node takes a lease.
    pub address: Option<(Ipv4Addr, u8)>,
    /// Default gateway of the fixed address.
    pub gateway: Option<Ipv4Addr>,
    /// Name servers.
    pub name_servers: Vec<IpAddr>,
    /// Public keys that may log in as root.
    pub ssh_keys: Vec<String>,
    /// The user data, cloud-init's or a script.
    pub user_data: Option<String>,
}

impl InstallRequest {
    /// Reads a node's `instance_info`.
    ///
    /// # Errors
    /// [`DriverError::InvalidParameter`] that names the key, what is wrong with it and what it
    /// must be.
    pub fn read(node: &Node, cobblers: &Cobblers) -> Result<Self, DriverError> {
        let info = Info(&node.instance_info);
        let distro = distro(&info, cobblers)?;
        let mut packages = info.texts("packages")?;
        packages.sort_unstable();
        packages.dedup();
        if let Some(bad) = packages.iter().find(|p| !is_package(p)) {
            return Err(wrong(
                "packages",
                bad,
                "names of packages or @groups without blanks",
            ));
        }
        let service = info.text("service")?.unwrap_or_else(|| distro.clone());
        if !is_name(&service) {
            return Err(wrong(
                "service",
                &service,
                "letters, digits, \"-\", \"_\" and \".\"",
            ));
        }
        let hostname = hostname(node, &info)?;
        let address = info.text("address")?.map(|text| cidr(&text)).transpose()?;
        let gateway = info.parsed("gateway", "an IPv4 address")?;
        let name_servers = info
            .texts("name_servers")?
            .iter()
            .map(|text| {
                text.parse()
                    .map_err(|_| wrong("name_servers", text, "IP addresses"))
            })
            .collect::<Result<_, _>>()?;
        let ssh_keys = info.texts("ssh_keys")?;
        if let Some(bad) = ssh_keys.iter().find(|key| key.contains(['\n', '\r'])) {
            return Err(wrong("ssh_keys", bad, "public keys of one line each"));
        }
        Ok(Self {
            distro,
            service,
            packages,
            kernel_options: kernel_options(&info)?,
            hostname,
            address,
            gateway,
            name_servers,
            ssh_keys,
            user_data: info.text("user_data")?,
        })
    }
}

/// The distro, from `cobbler_distro` or from what stands for an image.
fn distro(info: &Info<'_>, cobblers: &Cobblers) -> Result<String, DriverError> {
    if info.text("cobbler_profile")?.is_some() {
        return Err(DriverError::invalid(
            "instance_info/cobbler_profile: installing from a profile that exists already is not supported yet; give \
             cobbler_distro and packages, from which a profile is made.",
        ));
    }
    if let Some(distro) = info.text("cobbler_distro")? {
        return Ok(distro);
    }
    let Some(source) = info.text("image_source")? else {
        return Err(DriverError::invalid(
            "instance_info says not what to install; set cobbler_distro to the name of a Cobbler distro, or \
             image_source to cobbler://distro/NAME.",
        ));
    };
    let url = cobblers.image(&source).unwrap_or(&source);
    match url.strip_prefix("cobbler://distro/") {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err(wrong(
            "image_source",
            &source,
            "cobbler://distro/NAME or an id of the [images] section",
        )),
    }
}

fn hostname(node: &Node, info: &Info<'_>) -> Result<String, DriverError> {
    let name = match info.text("hostname")? {
        Some(name) => name,
        None => node.display_name(),
    };
    let full = match info.text("domain")? {
        Some(domain) if !name.contains('.') => format!("{name}.{domain}"),
        _ => name,
    };
    let valid = full.len() <= 253
        && full.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    if valid {
        Ok(full)
    } else {
        Err(wrong(
            "hostname",
            &full,
            "a host name (letters, digits, \"-\" and dots)",
        ))
    }
}

fn cidr(text: &str) -> Result<(Ipv4Addr, u8), DriverError> {
    let parsed = text.split_once('/').and_then(|(address, length)| {
        Some((
            address.parse().ok()?,
            length
                .parse()
                .ok()
                .filter(|length| (1..=32).contains(length))?,
        ))
    });
    parsed.ok_or_else(|| {
        wrong(
            "address",
            text,
            "an IPv4 address with its prefix length, such as 10.8.0.40/24",
        )
    })
}

/// Options as an object, or as the text of a command line.
fn kernel_options(info: &Info<'_>) -> Result<BTreeMap<String, Vec<String>>, DriverError> {
    let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
    match info.0.get("kernel_options") {
        None | Some(Value::Null) => {}
        Some(Value::String(line)) => {
            for word in line.split_whitespace() {
                let (key, value) = word
                    .split_once('=')
                    .map_or((word, None), |(k, v)| (k, Some(v)));
                options
                    .entry(key.to_owned())
                    .or_default()
                    .extend(value.map(str::to_owned));
            }
        }
        Some(Value::Object(map)) => {
            for (key, value) in map {
                let values = match value {
                    Value::Null => Vec::new(),
                    Value::String(text) => vec![text.clone()],
                    Value::Number(number) => vec![number.to_string()],
                    other => {
                        return Err(wrong(
                            "kernel_options",
                            other,
                            "a text, or an object of texts",
                        ));
                    }
                };
                options.insert(key.clone(), values);
            }
        }
        Some(other) => {
            return Err(wrong(
                "kernel_options",
                other,
                "a text, or an object of texts",
            ));
        }
    }
    Ok(options)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// Names of packages and groups: no blank (a second package), and nothing that a template or a
/// shell would read.
fn is_package(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.+*@^:".contains(&b))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Interfaces, now};

    fn read(info: Value) -> Result<InstallRequest, DriverError> {
        let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
        node.name = Some("web01".to_owned());
        node.instance_info = serde_json::from_value(info).unwrap();
        let images = BTreeMap::from([("img".to_owned(), "cobbler://distro/el9-x86_64".to_owned())]);
        InstallRequest::read(&node, &Cobblers::new(Vec::new(), images))
    }

    #[test]
    fn packages_are_a_set_in_one_order() {
        let request =
            read(json!({"cobbler_distro": "el9", "packages": ["nginx", "chrony", "nginx"]}))
                .unwrap();
        assert_eq!(request.packages, ["chrony", "nginx"]);
        assert_eq!(
            read(json!({"cobbler_distro": "el9", "packages": "nginx,chrony"}))
                .unwrap()
                .packages,
            request.packages
        );
    }

    #[test]
    fn an_image_may_be_a_url_or_an_id_of_the_map() {
        assert_eq!(
            read(json!({"image_source": "cobbler://distro/el9"}))
                .unwrap()
                .distro,
            "el9"
        );
        assert_eq!(
            read(json!({"image_source": "img"})).unwrap().distro,
            "el9-x86_64"
        );
    }

    #[test]
    fn the_host_name_is_the_nodes_with_the_domain() {
        assert_eq!(
            read(json!({"cobbler_distro": "el9", "domain": "lab.example"}))
                .unwrap()
                .hostname,
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
            ("cobbler_profile", json!("theirs")),
            ("image_source", json!("http://x")),
        ] {
            let mut info = json!({"cobbler_distro": "el9"});
            if key == "image_source" {
                info = json!({});
            }
            info[key] = value;
            let error = read(info).unwrap_err().to_string();
            assert!(error.contains(key), "{key}: {error}");
        }
    }

    #[test]
    fn kernel_options_are_a_line_or_an_object() {
        let line = read(
            json!({"cobbler_distro": "el9", "kernel_options": "console=tty0 console=ttyS0 quiet"}),
        )
        .unwrap();
        assert_eq!(line.kernel_options["console"], ["tty0", "ttyS0"]);
        assert!(line.kernel_options["quiet"].is_empty());
        let object =
            read(json!({"cobbler_distro": "el9", "kernel_options": {"quiet": null, "selinux": 0}}))
                .unwrap();
        assert_eq!(object.kernel_options["selinux"], ["0"]);
    }
}
