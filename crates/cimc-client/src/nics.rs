//! The host's network interfaces.

use crate::dialect::{Feature, Support};
use crate::error::CimcError;
use crate::session::{Session, absent_as_none};
use crate::xml::Element;

/// What an interface belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NicKind {
    /// A virtual interface of a Cisco VIC (`adaptorHostEthIf`).
    Vic,
    /// A LAN port on the mainboard (`network-adapter-L`).
    Lom,
    /// A port of another network card.
    Other,
}

/// An interface that the operating system of the host sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostNic {
    /// The MAC address in lower case with colons.
    pub mac: String,
    /// `eth0` and the like; the last part of the DN where the firmware has no name (below 4.1).
    pub name: String,
    /// What it belongs to.
    pub kind: NicKind,
    /// `MLOM`, `L`, `1`...: the slot as in the boot order.
    pub slot: String,
    /// The number at the end of the DN. The boot order may count from another base.
    pub port: Option<u32>,
    /// Whether network boot is enabled on it; `None` where only the BIOS knows.
    pub pxe_boot: Option<bool>,
    /// Whether there is a link, where the firmware tells: for a VIC's interface that of its uplink
    /// (`adaptorExtEthIf.linkState`).
    pub link: Option<bool>,
    /// The DN of the object.
    pub dn: String,
}

impl Session {
    /// All interfaces with a valid MAC address: VIC interfaces enabled for network boot first,
    /// then mainboard ports by number, then the rest by DN.
    ///
    /// Mainboard ports can be missing until the server has been through POST once, so an empty
    /// list is not an error.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] when this firmware has no MAC addresses (1.4, whatever it
    /// answers) or knows neither class; any failure of a read.
    pub async fn host_nics(&mut self) -> Result<Vec<HostNic>, CimcError> {
        let support = self.dialect().await?.support(Feature::HostNics);
        let vics = absent_as_none(self.resolve_class("adaptorHostEthIf").await)?;
        let ports = absent_as_none(self.resolve_class("networkAdapterEthIf").await)?;
        let neither = vics.is_none() && ports.is_none();
        let objects = vics.into_iter().chain(ports).flatten();
        let mut nics: Vec<HostNic> = Vec::new();
        let mut uplinks: Vec<(usize, String)> = Vec::new();
        for object in objects {
            if let Some(nic) = host_nic(&object) {
                if let Some(port) = object
                    .known("uplinkPort")
                    .filter(|_| nic.kind == NicKind::Vic)
                {
                    uplinks.push((nics.len(), format!("adaptor-{}/ext-eth-{port}", nic.slot)));
                }
                nics.push(nic);
            }
        }
        if !uplinks.is_empty() {
            let ports = absent_as_none(self.resolve_class("adaptorExtEthIf").await)?;
            let ports = ports.unwrap_or_default();
            for (index, uplink) in uplinks {
                let own = |port: &&Element| port.get("dn").is_some_and(|dn| dn.ends_with(&uplink));
                let link = ports.iter().find(own).and_then(link_state);
                nics[index].link = link;
            }
        }
        if neither || (nics.is_empty() && support == Support::No) {
            return Err(self.unsupported(
                "tell the host's MAC addresses",
                "they are known from firmware 1.5 on; enter the ports by hand".to_owned(),
            ));
        }
        sort(&mut nics);
        Ok(nics)
    }
}

/// Adds interfaces that another way in knows, and that are not there by their MAC address yet.
pub fn complete_nics(nics: &mut Vec<HostNic>, more: Vec<HostNic>) {
    for nic in more {
        if nics.iter().all(|known| known.mac != nic.mac) {
            nics.push(nic);
        }
    }
    sort(nics);
}

/// VIC interfaces enabled for network boot, then mainboard ports by number, then the rest by DN.
pub(crate) fn sort(nics: &mut [HostNic]) {
    nics.sort_by_cached_key(|nic| {
        let rank = match (nic.kind, nic.pxe_boot) {
            (NicKind::Vic, Some(true)) => 0,
            (NicKind::Lom, _) => 1,
            _ => 2,
        };
        let port = (rank == 1).then_some(nic.port);
        (rank, port, nic.dn.clone())
    });
}

/// Reads `.../adaptor-MLOM/host-eth-eth0` and `.../network-adapter-L/eth-1`.
fn link_state(object: &Element) -> Option<bool> {
    match object.known("linkState")?.to_ascii_lowercase().as_str() {
        "up" => Some(true),
        "down" => Some(false),
        _ => None,
    }
}

fn host_nic(object: &Element) -> Option<HostNic> {
    let mac = valid_mac(object.known("mac")?)?;
    let dn = object.get("dn")?.to_owned();
    let mut parts = dn.rsplit('/');
    let (last, adapter) = (parts.next()?, parts.next()?);
    let (kind, slot) = match adapter.strip_prefix("network-adapter-") {
        Some("L") => (NicKind::Lom, "L"),
        Some(slot) => (NicKind::Other, slot),
        None => (NicKind::Vic, adapter.strip_prefix("adaptor-")?),
    };
    let slot = slot.to_owned();
    let digits = last.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let port = last[digits..].parse().ok();
    let name = object
        .known("name")
        .unwrap_or(last.strip_prefix("host-eth-").unwrap_or(last));
    let name = name.to_owned();
    let pxe_boot = object
        .known("pxeBoot")
        .map(|value| value.eq_ignore_ascii_case("enabled"));
    Some(HostNic {
        mac,
        name,
        kind,
        slot,
        port,
        pxe_boot,
        link: link_state(object),
        dn,
    })
}

/// A unicast MAC address in lower case with colons; `None` for anything else.
pub(crate) fn valid_mac(text: &str) -> Option<String> {
    let mac = text.trim().to_ascii_lowercase().replace('-', ":");
    let pairs: Vec<&str> = mac.split(':').collect();
    let is_pair = |pair: &&str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    let well_formed = pairs.len() == 6 && pairs.iter().all(is_pair);
    let group = u8::from_str_radix(pairs[0], 16).is_ok_and(|first| first & 1 == 1);
    (well_formed && !group && mac != "00:00:00:00:00:00").then_some(mac)
}

#[cfg(test)]
mod tests {
    use super::{HostNic, NicKind, host_nic, valid_mac};
    use crate::xml::Element;

    fn nic(class: &str, dn: &str) -> Option<HostNic> {
        let dn = format!("sys/rack-unit-1/{dn}");
        host_nic(
            &Element::new(class)
                .with("dn", &dn)
                .with("mac", "3C:08:F6:D9:8F:00"),
        )
    }

    #[test]
    fn slot_port_and_kind_come_from_the_dn() {
        let vic = nic("adaptorHostEthIf", "adaptor-MLOM/host-eth-eth12").unwrap();
        assert_eq!(
            (vic.kind, vic.slot.as_str(), vic.port),
            (NicKind::Vic, "MLOM", Some(12))
        );
        assert_eq!(
            (vic.name.as_str(), vic.mac.as_str()),
            ("eth12", "3c:08:f6:d9:8f:00")
        );
        let lom = nic("networkAdapterEthIf", "network-adapter-L/eth-1").unwrap();
        assert_eq!(
            (lom.kind, lom.slot.as_str(), lom.port),
            (NicKind::Lom, "L", Some(1))
        );
        assert_eq!(lom.name, "eth-1");
        let card = nic("networkAdapterEthIf", "network-adapter-2/eth-4").unwrap();
        assert_eq!(
            (card.kind, card.slot.as_str(), card.port),
            (NicKind::Other, "2", Some(4))
        );
        assert_eq!(nic("mgmtIf", "mgmt/if-1"), None);
    }

    #[test]
    fn only_unicast_addresses_are_valid() {
        assert_eq!(
            valid_mac("AA-bb-CC-00-11-22").as_deref(),
            Some("aa:bb:cc:00:11:22")
        );
        for text in [
            "",
            "N/A",
            "AUTO",
            "00:00:00:00:00:00",
            "FF:FF:FF:FF:FF:FF",
            "aa:bb:cc:00:11",
            "aa:bb:cc:00:11:2g",
            "+a:bb:cc:00:11:22",
        ] {
            assert_eq!(valid_mac(text), None, "{text}");
        }
    }
}
