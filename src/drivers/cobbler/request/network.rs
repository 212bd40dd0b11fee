//! Host name, addresses, bonds and VLANs.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value;

use super::super::info::{Info, wrong};
use crate::drivers::DriverError;
use crate::model::Node;

/// How a node is connected once it is installed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// A fixed address and its prefix length; without one the node takes a lease.
    pub address: Option<(Ipv4Addr, u8)>,
    /// Default gateway of the fixed address.
    pub gateway: Option<Ipv4Addr>,
    /// Name servers.
    pub name_servers: Vec<IpAddr>,
    /// Interfaces that are used as one.
    pub bond: Option<Bond>,
    /// The tag of the VLAN that the address is in; 1 to 4094.
    pub vlan: Option<u16>,
}

/// Interfaces that are used as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bond {
    /// Their names in the installed system, `eno1`.
    pub interfaces: Vec<String>,
    /// The mode, in the words of the bonding driver.
    pub mode: String,
}

/// The modes of Linux's bonding driver (its `bonding.rst`).
const MODES: [&str; 7] = [
    "active-backup",
    "802.3ad",
    "balance-rr",
    "balance-xor",
    "broadcast",
    "balance-tlb",
    "balance-alb",
];

impl Network {
    pub(super) fn read(info: &Info<'_>) -> Result<Self, DriverError> {
        let name_servers = info
            .texts("name_servers")?
            .iter()
            .map(|text| {
                text.parse()
                    .map_err(|_| wrong("name_servers", text, "IP addresses"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            address: info.text("address")?.map(|text| cidr(&text)).transpose()?,
            gateway: info.parsed("gateway", "an IPv4 address")?,
            name_servers,
            bond: bond(info)?,
            vlan: vlan(info)?,
        })
    }

    /// The mask of the fixed address.
    pub fn netmask(&self) -> Option<Ipv4Addr> {
        let (_, prefix) = self.address?;
        Some(
            u32::MAX
                .checked_shl(32 - u32::from(prefix))
                .unwrap_or(0)
                .into(),
        )
    }
}

fn bond(info: &Info<'_>) -> Result<Option<Bond>, DriverError> {
    const WANTED: &str =
        "an object such as {\"interfaces\": [\"eno1\", \"eno2\"], \"mode\": \"802.3ad\"}";
    let object = match info.0.get("bond") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(object)) => object,
        Some(other) => return Err(wrong("bond", other, WANTED)),
    };
    if let Some(key) = object
        .keys()
        .find(|key| !["interfaces", "mode"].contains(&key.as_str()))
    {
        return Err(wrong(&format!("bond/{key}"), "not known", WANTED));
    }
    let inner = Info(object);
    let interfaces = inner.texts("interfaces")?;
    let are_names = interfaces.iter().all(|name| is_interface(name));
    if interfaces.is_empty() || !are_names {
        let shown = Value::from(interfaces);
        return Err(wrong(
            "bond/interfaces",
            shown,
            "a list of names of interfaces, such as [\"eno1\", \"eno2\"]",
        ));
    }
    let mode = inner.text("mode")?.unwrap_or_else(|| MODES[0].to_owned());
    if !MODES.contains(&mode.as_str()) {
        return Err(wrong(
            "bond/mode",
            mode,
            &format!("one of {}", MODES.join(", ")),
        ));
    }
    Ok(Some(Bond { interfaces, mode }))
}

/// Linux's limit is 15 bytes (`IFNAMSIZ`).
fn is_interface(name: &str) -> bool {
    (1..=15).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        && !name.starts_with('-')
}

fn vlan(info: &Info<'_>) -> Result<Option<u16>, DriverError> {
    let value = match info.0.get("vlan") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let number = value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        .and_then(|number| u16::try_from(number).ok())
        .filter(|number| (1..=4094).contains(number));
    number
        .map(Some)
        .ok_or_else(|| wrong("vlan", value, "a number from 1 to 4094"))
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

pub(super) fn hostname(node: &Node, info: &Info<'_>) -> Result<String, DriverError> {
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
