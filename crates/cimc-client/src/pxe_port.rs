//! Which network interface the server boots from, and why.

use crate::boot::{BootKind, BootOrder};
use crate::nics::{HostNic, NicKind, valid_mac};

/// The interface to boot from among those of a server, and the reason in words for a person.
///
/// First the one that the configured boot order's first PXE device names by MAC address or by slot
/// and port, unless it has no link; then one with PXE switched on and a link; then the first LOM
/// port whose link isn't known to be down; then the first of all. `nics` is as
/// [`crate::Session::host_nics`] sorts it.
pub fn choose_pxe_port<'n>(
    nics: &'n [HostNic],
    order: Option<&BootOrder>,
) -> Option<(&'n HostNic, String)> {
    let is_up = |nic: &&HostNic| nic.link != Some(false);
    if let Some((nic, why)) = order
        .and_then(|order| named(nics, order))
        .filter(|(nic, _)| is_up(nic))
    {
        return Some((nic, why));
    }
    let switched_on = |nic: &&HostNic| nic.pxe_boot == Some(true);
    if let Some(nic) = nics
        .iter()
        .find(|nic| switched_on(nic) && nic.link == Some(true))
    {
        return Some((
            nic,
            "PXE is switched on for it, and it has a link".to_owned(),
        ));
    }
    if let Some(nic) = nics.iter().find(|nic| switched_on(nic) && is_up(nic)) {
        return Some((nic, "PXE is switched on for it".to_owned()));
    }
    if let Some(nic) = nics
        .iter()
        .filter(is_up)
        .find(|nic| nic.kind == NicKind::Lom)
    {
        let link = if nic.link == Some(true) {
            " with a link"
        } else {
            ""
        };
        return Some((nic, format!("it is the first port on the board{link}")));
    }
    if let Some(nic) = nics.iter().find(is_up) {
        return Some((
            nic,
            "it is the first interface that is not known to be without a link".to_owned(),
        ));
    }
    let nic = nics.first()?;
    Some((
        nic,
        "no interface has a link, and it is the first".to_owned(),
    ))
}

/// What the first enabled PXE device of the boot order names.
fn named<'n>(nics: &'n [HostNic], order: &BootOrder) -> Option<(&'n HostNic, String)> {
    let device = order
        .devices
        .iter()
        .find(|device| device.kind == BootKind::Network && device.enabled)?;
    let object = &device.object;
    if let Some(mac) = object.known("macAddress").and_then(valid_mac) {
        let nic = nics.iter().find(|nic| nic.mac == mac)?;
        return Some((
            nic,
            format!(
                "the boot order's device {} has its MAC address",
                device.name
            ),
        ));
    }
    let slot = object.known("slot")?;
    let in_slot = |nic: &&HostNic| nic.slot == slot;
    let port: Option<u32> = object.known("port").and_then(|port| port.parse().ok());
    let exact = nics
        .iter()
        .filter(in_slot)
        .find(|nic| port.is_some() && nic.port == port);
    let nic = exact.or_else(|| nics.iter().find(in_slot))?;
    Some((
        nic,
        format!("the boot order's device {} names slot {slot}", device.name),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boot::{BootDevice, BootStyle};
    use crate::xml::Element;

    fn nic(mac: &str, kind: NicKind, slot: &str, pxe: Option<bool>, link: Option<bool>) -> HostNic {
        HostNic {
            mac: mac.to_owned(),
            name: mac.to_owned(),
            kind,
            slot: slot.to_owned(),
            port: Some(1),
            pxe_boot: pxe,
            link,
            dn: String::new(),
        }
    }

    fn order(object: Element) -> BootOrder {
        BootOrder {
            style: BootStyle::Precision,
            devices: vec![BootDevice {
                kind: BootKind::Network,
                name: "net".to_owned(),
                dn: String::new(),
                order: 1,
                enabled: true,
                object,
            }],
            one_time: None,
            boot_mode: None,
            set_by_bios: false,
        }
    }

    #[test]
    fn the_boot_orders_own_device_wins_unless_its_link_is_down() {
        let nics = [
            nic("aa:00:00:00:00:01", NicKind::Lom, "L", None, None),
            nic(
                "aa:00:00:00:00:02",
                NicKind::Vic,
                "MLOM",
                Some(false),
                Some(true),
            ),
        ];
        let by_slot = order(
            Element::new("lsbootPxe")
                .with("slot", "MLOM")
                .with("port", "1"),
        );
        let (chosen, why) = choose_pxe_port(&nics, Some(&by_slot)).unwrap();
        assert_eq!(chosen.slot, "MLOM");
        assert!(why.contains("net") && why.contains("MLOM"), "{why}");
        let by_mac = order(Element::new("lsbootPxe").with("macAddress", "AA:00:00:00:00:01"));
        assert_eq!(choose_pxe_port(&nics, Some(&by_mac)).unwrap().0.slot, "L");
        let down = [
            nics[0].clone(),
            HostNic {
                link: Some(false),
                ..nics[1].clone()
            },
        ];
        assert_eq!(choose_pxe_port(&down, Some(&by_slot)).unwrap().0.slot, "L");
    }

    #[test]
    fn without_an_order_it_is_pxe_then_the_board_then_whatever_there_is() {
        let lom = nic("aa:00:00:00:00:01", NicKind::Lom, "L", None, None);
        let vic = nic(
            "aa:00:00:00:00:02",
            NicKind::Vic,
            "1",
            Some(true),
            Some(true),
        );
        let dead = nic(
            "aa:00:00:00:00:03",
            NicKind::Vic,
            "2",
            Some(true),
            Some(false),
        );
        let chosen =
            |nics: &[HostNic]| choose_pxe_port(nics, None).map(|(nic, _)| nic.slot.clone());
        assert_eq!(
            chosen(&[dead.clone(), vic, lom.clone()]).as_deref(),
            Some("1")
        );
        assert_eq!(chosen(&[dead.clone(), lom]).as_deref(), Some("L"));
        assert_eq!(chosen(&[dead]).as_deref(), Some("2"));
        assert_eq!(chosen(&[]), None);
    }
}
