//! Whether single values make sense, and whether any is given twice.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use super::BatchNode;
use super::problems::{Place, Problems};
use super::section::{At, Section};

/// Says what is wrong with a text.
pub(super) type Check = fn(&str) -> Result<(), String>;

/// A name that can be a host name too (RFC 1123, 2.1).
pub(super) fn name(text: &str) -> Result<(), String> {
    let is_good = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() <= 253 && text.split('.').all(is_good) {
        Ok(())
    } else {
        Err(format!(
            "{text:?} is no host name (letters, digits, hyphens and dots)"
        ))
    }
}

/// An address.
pub(super) fn ip(text: &str) -> Result<(), String> {
    text.parse::<IpAddr>()
        .map(drop)
        .map_err(|_| format!("{text:?} is no IP address"))
}

/// An IPv4 address.
pub(super) fn ipv4(text: &str) -> Result<(), String> {
    text.parse::<Ipv4Addr>()
        .map(drop)
        .map_err(|_| format!("{text:?} is no IPv4 address"))
}

/// A package's or group's name, or an exclusion (`-kdump`), as a kickstart's `%packages` takes it;
/// nothing that a template or a shell would read.
pub(super) fn package(text: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+*@^:".contains(c);
    if (1..=200).contains(&text.len()) && text.chars().all(is_plain) {
        Ok(())
    } else {
        Err(format!(
            "{text:?} is no package name; a list has one name an item"
        ))
    }
}

/// A service's name: part of the name of its profile in Cobbler.
pub(super) fn service(text: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=80).contains(&text.len()) && text.chars().all(is_plain) {
        Ok(())
    } else {
        Err(format!(
            "{text:?} is no service name (letters, digits, hyphens, dots)"
        ))
    }
}

/// The fingerprint of an SSH host key, as OpenSSH writes it.
pub(super) fn host_key(text: &str) -> Result<(), String> {
    let digest = text.strip_prefix("SHA256:").unwrap_or_default();
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
    if digest.len() == 43 && digest.chars().all(is_base64) {
        Ok(())
    } else {
        Err(format!(
            "{text:?} is no fingerprint of a host key (SHA256: and 43 characters, as ssh-keygen -l prints it)"
        ))
    }
}

/// A host or an address, maybe with a port.
pub(super) fn cimc_address(text: &str) -> Result<(), String> {
    let wrong = || Err(format!("{text:?} is no host, address or HOST:PORT"));
    if text.parse::<IpAddr>().is_ok() {
        return Ok(());
    }
    let host = match text.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok_and(|port| port > 0) => host,
        Some((_, _)) if !text.ends_with(']') => return wrong(),
        _ => text,
    };
    match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(inner) if inner.parse::<std::net::Ipv6Addr>().is_ok() => Ok(()),
        Some(_) => wrong(),
        // Four numbers are meant as an address, and then they have to be one.
        None if host.split('.').all(|part| part.parse::<u64>().is_ok()) => {
            host.parse::<IpAddr>().map(drop).or_else(|_| wrong())
        }
        None => name(host).or_else(|_| wrong()),
    }
}

fn split_cidr(text: &str) -> Option<(Ipv4Addr, u32)> {
    let (address, prefix) = text.split_once('/')?;
    let prefix = prefix
        .parse()
        .ok()
        .filter(|prefix| (1..=32).contains(prefix))?;
    Some((address.parse().ok()?, prefix))
}

/// An IPv4 address with a prefix length.
pub(super) fn cidr(text: &str) -> Result<(), String> {
    match split_cidr(text) {
        Some(_) => Ok(()),
        None if text.parse::<Ipv4Addr>().is_ok() => {
            Err(format!("{text} has no prefix length, as in {text}/24"))
        }
        None => Err(format!(
            "{text:?} is no IPv4 address with a prefix length, as in 10.8.0.40/24"
        )),
    }
}

/// A MAC address of six bytes.
pub(super) fn mac(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_byte = |part: &&str| part.len() == 2 && u8::from_str_radix(part, 16).is_ok();
    if parts.len() == 6 && parts.iter().all(is_byte) {
        Ok(())
    } else {
        Err(format!(
            "{text:?} is no MAC address, as in 00:25:b5:00:00:0a"
        ))
    }
}

/// A gateway of the address's network that is not the address itself.
pub(super) fn gateway(address: &str, gateway: &str) -> Result<(), String> {
    let (Some((address, prefix)), Ok(gateway)) = (split_cidr(address), gateway.parse::<Ipv4Addr>())
    else {
        return Ok(());
    };
    if address == gateway {
        return Err(format!("the gateway {gateway} is the server's own address"));
    }
    let network = |ip: Ipv4Addr| u32::from(ip) >> (32 - prefix);
    if network(address) == network(gateway) {
        Ok(())
    } else {
        Err(format!(
            "the gateway {gateway} is not in the network of {address}/{prefix}"
        ))
    }
}

/// Cobbler's URL: HTTPS, or HTTP where nobody can listen or the file says so.
pub(super) fn cobbler_url(section: &Section<'_>, url: &At<&str>, allow_http: bool) {
    match reqwest::Url::parse(url.value) {
        Ok(parsed) if parsed.scheme() == "https" => {}
        Ok(parsed) if parsed.scheme() == "http" => {
            if !allow_http && !crate::config::is_loopback(&parsed) {
                section.problem(
                    &url.place,
                    "plain HTTP would show the password to the network",
                    "use https, or add allow_http: true",
                );
            }
        }
        _ => section.problem(
            &url.place,
            format!("{:?} is no URL", url.value),
            "write it like https://cobbler.lab/cobbler_api",
        ),
    }
}

/// Reports names, addresses and MACs that two servers have.
pub(super) fn no_duplicates(nodes: &[BatchNode], problems: &Problems) {
    let mut seen = BTreeMap::<(&str, String), &BatchNode>::new();
    for node in nodes {
        let mut values = vec![
            ("", node.name.to_lowercase()),
            ("cimc.address", node.cimc.address.to_lowercase()),
        ];
        if let Some((address, _)) = node.address.as_deref().and_then(split_cidr) {
            values.push(("address", address.to_string()));
        }
        values.extend(node.macs.iter().map(|mac| ("mac", mac.clone())));
        for (key, value) in values {
            let Some(first) = seen.insert((key, value.clone()), node) else {
                continue;
            };
            let place = Place {
                line: node.line,
                key: format!("nodes.{}", node.name),
            };
            if key.is_empty() {
                let what = format!("line {} has this node already", first.line);
                problems.add(&place, what, "keep one of them");
                // Its other values would be the same twice too.
                break;
            }
            problems.add(
                &place.below(key, node.line),
                format!(
                    "{value} is that of {} (line {}) already",
                    first.name, first.line
                ),
                "give each its own",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_have_a_host_and_maybe_a_port() {
        for good in [
            "10.9.1.40",
            "cimc01.lab",
            "10.9.1.40:8443",
            "[fd00::1]:443",
            "fd00::1",
            "c",
        ] {
            assert_eq!(cimc_address(good), Ok(()), "{good}");
        }
        for bad in [
            "10.9.1.400",
            "10.9.1",
            "cimc01:0",
            "cimc01:https",
            "https://c",
            "[x]:1",
            "a b",
        ] {
            assert!(cimc_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_gateway_is_in_the_network() {
        assert_eq!(gateway("10.8.0.40/24", "10.8.0.1"), Ok(()));
        assert!(
            gateway("10.8.0.40/24", "10.8.1.1")
                .unwrap_err()
                .contains("not in the network")
        );
        assert!(
            gateway("10.8.0.40/24", "10.8.0.40")
                .unwrap_err()
                .contains("own address")
        );
        assert_eq!(gateway("10.8.0.40/1", "10.9.1.1"), Ok(()));
        assert!(gateway("10.8.0.40/32", "10.8.0.41").is_err());
    }

    #[test]
    fn addresses_need_a_prefix_length() {
        assert!(cidr("10.8.0.40").unwrap_err().contains("10.8.0.40/24"));
        assert!(cidr("10.8.0.40/33").is_err() && cidr("10.8.0.40/0").is_err());
        assert!(cidr("fd00::2/64").unwrap_err().contains("no IPv4 address"));
        assert_eq!(cidr("10.8.0.40/24"), Ok(()));
    }

    #[test]
    fn macs_have_six_bytes() {
        assert_eq!(mac("00:25:B5:00:00:0a"), Ok(()));
        assert!(mac("00:25:b5:00:00").is_err() && mac("0025b500000a").is_err());
    }
}
