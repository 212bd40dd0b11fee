//! `modify_interface`: keys `FIELD-INTERFACE`, worked through in the order they came. A fault
//! leaves what was set before it.

use super::fields::shaped;
use crate::fault::Fault;
use crate::item::Item;
use crate::knobs::SimFault;
use crate::release::{Release, ReleaseData};
use crate::state::State;
use crate::store::UNIQUE;
use crate::value::{Struct, Value};
use std::net::Ipv4Addr;

/// The interface field that a key means: underscores do not count, so `macaddress` and
/// `mac_address` are one; `subnet` and `dnsname` are names of 2.x.
pub(crate) fn field(data: &'static ReleaseData, key: &str) -> Option<&'static str> {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let wanted = match plain(key).as_str() {
        "subnet" => "netmask".to_owned(),
        "bonding" => "interfacetype".to_owned(),
        other => other.to_owned(),
    };
    data.interface
        .iter()
        .map(|(name, _)| name)
        .find(|name| plain(name) == wanted)
}

/// True also for a key that means nothing: it is ignored without a word. 3.3.0 does not have the
/// method, and says false.
pub(crate) fn modify(
    state: &mut State,
    item: &mut Item,
    live: bool,
    values: &Value,
) -> Result<bool, Fault> {
    let Value::Struct(values) = values else {
        return Ok(false);
    };
    if state.data.release == Release::V3_3_0 {
        return Ok(false);
    }
    set_all(state, item, live, values)?;
    Ok(true)
}

/// Sets `FIELD-INTERFACE` after `FIELD-INTERFACE`.
pub(crate) fn set_all(
    state: &mut State,
    item: &mut Item,
    live: bool,
    values: &Struct,
) -> Result<(), Fault> {
    for (key, value) in values.iter() {
        let Some((name, interface)) = key.split_once('-') else {
            continue;
        };
        // Before 3.3 an interface comes into being with its first value that is taken.
        if state.data.release >= Release::V3_3_0 {
            item.interface_mut(interface);
        }
        let Some(name) = field(state.data, name) else {
            continue;
        };
        let value = match name {
            "mac_address" => mac_address(state.data.release, &value.python_str())?.into(),
            "ip_address" => ipv4(state.data.release, &value.python_str())?.into(),
            _ => shaped(
                name,
                state.data.interface.get(name).unwrap_or(&Value::Nil),
                value,
            ),
        };
        let Some(unique) = UNIQUE.into_iter().find(|unique| *unique == name) else {
            item.interface_mut(interface).set(name, value);
            continue;
        };
        if unique == "mac_address" && state.knobs.strikes(SimFault::LoseMac) {
            continue;
        }
        let text = value.python_str();
        check_unique(state, item, unique, &text)?;
        let slot = item.interface_mut(interface);
        let old = slot.text(unique).to_owned();
        slot.set(unique, value);
        if live {
            state.store.reindex(&item.name, unique, &old, &text);
        }
    }
    Ok(())
}

/// `delete_interface`: by name, or a struct with `interface`.
pub(crate) fn delete(
    state: &mut State,
    item: &mut Item,
    live: bool,
    value: &Value,
) -> Result<bool, Fault> {
    let name = match value {
        Value::Struct(members) => members.text("interface").to_owned(),
        other => other.python_str(),
    };
    if let Some(at) = item.interfaces.iter().position(|(known, _)| *known == name) {
        let (_, interface) = item.interfaces.remove(at);
        if live {
            state.store.unindex(&item.name, &interface);
        }
    }
    Ok(true)
}

fn check_unique(state: &State, item: &Item, field: &'static str, value: &str) -> Result<(), Fault> {
    let what = match field {
        "mac_address" => "MAC address",
        "ip_address" => "IP address",
        _ if state.data.release < Release::V3_1_2 => "dns-name",
        _ => "DNS name",
    };
    if state.store.has_index() {
        return match state.store.owner(field, value) {
            Some(owner) if owner != item.name => Err(Fault::value(format!(
                "{what} duplicate found \"{value}\". \
                 Object with the conflict has the name \"{owner}\""
            ))),
            _ => Ok(()),
        };
    }
    // 3.3.0 takes the system's own value, set again, for a duplicate.
    let counts_itself = state.data.release == Release::V3_3_0;
    let owners = state.store.owners(field, value);
    match owners
        .iter()
        .any(|owner| counts_itself || *owner != item.name)
    {
        true => Err(Fault::value(format!("{what} duplicated: {value}"))),
        false => Ok(()),
    }
}

/// 3.x stores lower case.
fn mac_address(release: Release, text: &str) -> Result<String, Fault> {
    let lower = text.to_lowercase();
    if lower == "random" {
        let [a, b, c] = rand::random::<[u8; 3]>();
        return Ok(format!("00:16:3e:{a:02x}:{b:02x}:{c:02x}"));
    }
    let pairs: Vec<_> = lower.split(':').collect();
    let hex = |pair: &&str| pair.len() == 2 && pair.chars().all(|c| c.is_ascii_hexdigit());
    // Six pairs for Ethernet, twenty for InfiniBand.
    if lower.is_empty() || (matches!(pairs.len(), 6 | 20) && pairs.iter().all(hex)) {
        return Ok(match release {
            Release::V2_8_5 => text.trim().to_owned(),
            _ => lower,
        });
    }
    Err(Fault::value(match release {
        Release::V2_8_5 => format!("invalid format for MAC address ({text})"),
        _ => format!("Invalid mac address format ({text})"),
    }))
}

fn ipv4(release: Release, text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() || text.parse::<Ipv4Addr>().is_ok() {
        return Ok(text.to_owned());
    }
    Err(Fault::ipv4(match release {
        Release::V2_8_5 => format!("invalid format for IP address ({text})"),
        _ => format!("Invalid IPv4 address format ({text})"),
    }))
}
