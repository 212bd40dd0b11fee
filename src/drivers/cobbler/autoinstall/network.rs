//! A node's network in the words of each installer. It comes into the shared template by the
//! variable `ferric_network`, so that nodes with a lease and with fixed addresses share a profile.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use super::Family;
use crate::drivers::cobbler::InstallRequest;
use crate::drivers::cobbler::request::Network;

/// The name of the interface that boots, before the installer knows it.
const PXE: &str = "FERRIC_PXE";

/// The value of `ferric_network` for a node that boots from this MAC address.
pub fn variable(request: &InstallRequest, family: Family, mac: &str) -> String {
    match family {
        Family::RedHat6 | Family::RedHat => kickstart(&request.network, mac, &request.hostname),
        Family::Debian => interfaces(&request.network)
            .map(|text| BASE64.encode(text))
            .unwrap_or_default(),
        Family::Ubuntu => netplan(&request.network, mac).to_string(),
    }
}

/// Anaconda's command `network`. A MAC address as the device works on all its releases.
fn kickstart(network: &Network, mac: &str, hostname: &str) -> String {
    let mut line = match &network.bond {
        Some(bond) => format!(
            "network --device=bond0 --bondslaves={} --bondopts=mode={},miimon=100",
            bond.interfaces.join(","),
            bond.mode
        ),
        None => format!("network --device={mac}"),
    };
    match (network.address, network.netmask()) {
        (Some((address, _)), Some(netmask)) => {
            line.push_str(&format!(
                " --bootproto=static --ip={address} --netmask={netmask}"
            ));
            if let Some(gateway) = network.gateway {
                line.push_str(&format!(" --gateway={gateway}"));
            }
        }
        _ => line.push_str(" --bootproto=dhcp"),
    }
    if !network.name_servers.is_empty() {
        line.push_str(&format!(" --nameserver={}", joined(network, ",")));
    }
    if let Some(vlan) = network.vlan {
        line.push_str(&format!(" --vlanid={vlan}"));
    }
    line.push_str(&format!(" --hostname={hostname} --onboot=yes --activate"));
    line
}

/// `/etc/network/interfaces` of the installed system; `None` where what the installer has from
/// DHCP may stay.
fn interfaces(network: &Network) -> Option<String> {
    if network.address.is_none() && network.bond.is_none() && network.vlan.is_none() {
        return None;
    }
    let mut text = "# Written by Ferric.\nauto lo\niface lo inet loopback\n".to_owned();
    let base = match &network.bond {
        Some(_) => "bond0",
        None => PXE,
    };
    let bond_options = |bond: &crate::drivers::cobbler::request::Bond| {
        format!(
            "    bond-slaves {}\n    bond-mode {}\n    bond-miimon 100\n",
            bond.interfaces.join(" "),
            bond.mode
        )
    };
    let options = network.bond.as_ref().map(bond_options).unwrap_or_default();
    let name = match network.vlan {
        Some(vlan) => {
            text.push_str(&format!(
                "\nauto {base}\niface {base} inet manual\n{options}"
            ));
            format!("{base}.{vlan}")
        }
        None => base.to_owned(),
    };
    match network.address {
        Some((address, prefix)) => {
            text.push_str(&format!(
                "\nauto {name}\niface {name} inet static\n    address {address}/{prefix}\n"
            ));
            if let Some(gateway) = network.gateway {
                text.push_str(&format!("    gateway {gateway}\n"));
            }
            if !network.name_servers.is_empty() {
                text.push_str(&format!("    dns-nameservers {}\n", joined(network, " ")));
            }
        }
        None => text.push_str(&format!("\nauto {name}\niface {name} inet dhcp\n")),
    }
    if network.vlan.is_none() {
        text.push_str(&options);
    }
    Some(text)
}

/// Ubuntu's netplan, as JSON, which is YAML too and stands on one line.
fn netplan(network: &Network, mac: &str) -> Value {
    let mut addressed = Map::new();
    match network.address {
        Some((address, prefix)) => {
            addressed.insert(
                "addresses".to_owned(),
                json!([format!("{address}/{prefix}")]),
            );
            if let Some(gateway) = network.gateway {
                // `to: default` is not known to 20.04's netplan.
                let route = json!([{"to": "0.0.0.0/0", "via": gateway.to_string()}]);
                addressed.insert("routes".to_owned(), route);
            }
        }
        None => {
            addressed.insert("dhcp4".to_owned(), json!(true));
        }
    }
    if !network.name_servers.is_empty() {
        let servers: Vec<String> = network
            .name_servers
            .iter()
            .map(ToString::to_string)
            .collect();
        addressed.insert("nameservers".to_owned(), json!({"addresses": servers}));
    }
    let mut plan = json!({"version": 2, "ethernets": {}});
    let base = match &network.bond {
        Some(bond) => {
            for name in &bond.interfaces {
                plan["ethernets"][name] = json!({});
            }
            plan["bonds"] = json!({"bond0": {
                "interfaces": bond.interfaces,
                "parameters": {"mode": bond.mode, "mii-monitor-interval": 100},
            }});
            ("bonds", "bond0")
        }
        None => {
            plan["ethernets"]["pxe"] = json!({"match": {"macaddress": mac}});
            ("ethernets", "pxe")
        }
    };
    match network.vlan {
        Some(vlan) => {
            addressed.insert("id".to_owned(), json!(vlan));
            addressed.insert("link".to_owned(), json!(base.1));
            plan["vlans"] = json!({format!("vlan{vlan}"): addressed});
        }
        None => {
            if let Some(link) = plan[base.0][base.1].as_object_mut() {
                link.extend(addressed);
            }
        }
    }
    plan
}

fn joined(network: &Network, separator: &str) -> String {
    network
        .name_servers
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drivers::cobbler::request::Bond;

    fn wired(bond: bool, vlan: Option<u16>) -> Network {
        Network {
            address: Some(("10.8.0.40".parse().unwrap(), 24)),
            gateway: Some("10.8.0.1".parse().unwrap()),
            name_servers: vec!["10.8.0.2".parse().unwrap(), "10.8.0.3".parse().unwrap()],
            bond: bond.then(|| Bond {
                interfaces: vec!["eno1".to_owned(), "eno2".to_owned()],
                mode: "802.3ad".to_owned(),
            }),
            vlan,
        }
    }

    const MAC: &str = "00:25:b5:00:00:0a";

    #[test]
    fn a_lease_names_the_interface_by_its_mac() {
        assert_eq!(
            kickstart(&Network::default(), MAC, "web01"),
            "network --device=00:25:b5:00:00:0a --bootproto=dhcp --hostname=web01 --onboot=yes --activate"
        );
        assert_eq!(interfaces(&Network::default()), None);
        assert_eq!(
            netplan(&Network::default(), MAC),
            json!({"version": 2, "ethernets": {"pxe": {"match": {"macaddress": MAC}, "dhcp4": true}}})
        );
    }

    #[test]
    fn a_fixed_address_comes_with_its_gateway_and_name_servers() {
        let network = wired(false, None);
        assert_eq!(
            kickstart(&network, MAC, "web01"),
            "network --device=00:25:b5:00:00:0a --bootproto=static --ip=10.8.0.40 --netmask=255.255.255.0 \
             --gateway=10.8.0.1 --nameserver=10.8.0.2,10.8.0.3 --hostname=web01 --onboot=yes --activate"
        );
        let text = interfaces(&network).unwrap();
        assert!(text.contains(
            "iface FERRIC_PXE inet static\n    address 10.8.0.40/24\n    gateway 10.8.0.1\n"
        ));
        let plan = netplan(&network, MAC);
        assert_eq!(plan["ethernets"]["pxe"]["routes"][0]["via"], "10.8.0.1");
    }

    #[test]
    fn a_vlan_lies_on_the_bond() {
        let network = wired(true, Some(100));
        let line = kickstart(&network, MAC, "web01");
        assert!(
            line.contains("--bondslaves=eno1,eno2 --bondopts=mode=802.3ad,miimon=100")
                && line.contains("--vlanid=100"),
            "{line}"
        );
        let text = interfaces(&network).unwrap();
        assert!(
            text.contains("iface bond0 inet manual\n    bond-slaves eno1 eno2\n")
                && text.contains("iface bond0.100 inet static\n"),
            "{text}"
        );
        let plan = netplan(&network, MAC);
        assert_eq!(plan["vlans"]["vlan100"]["link"], "bond0");
        assert_eq!(plan["vlans"]["vlan100"]["addresses"][0], "10.8.0.40/24");
    }
}
