//! Stand-ins: the same value gets the same one, and each has the form of what it replaces, so that
//! a transcript still makes sense to a reader and to a program.

use std::collections::HashMap;

/// What a value identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// An account.
    User,
    /// The name of a host or of a network.
    Host,
    /// A serial number.
    Serial,
    /// A text that somebody chose: label, asset tag, place.
    Label,
    /// A UUID.
    Uuid,
    /// An Ethernet address.
    Mac,
    /// A Fibre Channel address.
    Wwn,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
}

/// All stand-ins that were given.
#[derive(Debug, Default)]
pub(super) struct StandIns {
    given: HashMap<(Kind, String), String>,
    counts: HashMap<Kind, u32>,
}

impl StandIns {
    /// The stand-in of a value.
    pub(super) fn of(&mut self, kind: Kind, value: &str) -> String {
        let key = (kind, normal(kind, value));
        if let Some(given) = self.given.get(&key) {
            return in_form_of(kind, given, value);
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let made = make(kind, *count, value);
        let shown = in_form_of(kind, &made, value);
        self.given.insert(key, made);
        shown
    }
}

/// Two writings of one address are one value.
fn normal(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Mac | Kind::Wwn | Kind::Uuid => value
            .chars()
            .filter(char::is_ascii_hexdigit)
            .map(|c| c.to_ascii_lowercase())
            .collect(),
        Kind::Host | Kind::Ipv6 => value.to_ascii_lowercase(),
        _ => value.to_owned(),
    }
}

fn make(kind: Kind, count: u32, value: &str) -> String {
    let [_, high, middle, low] = count.to_be_bytes();
    match kind {
        Kind::User => format!("user-{count}"),
        Kind::Host => format!("host-{count}"),
        Kind::Label => format!("label-{count}"),
        Kind::Serial => format!("X{count:0width$}", width = value.chars().count().max(1) - 1),
        Kind::Uuid => format!("00000000-0000-4000-8000-{count:012x}"),
        // 02: locally administered, of one station.
        Kind::Mac => format!("020000{high:02x}{middle:02x}{low:02x}"),
        Kind::Wwn => format!("2000020000{high:02x}{middle:02x}{low:02x}"),
        Kind::Ipv4 => ipv4(count),
        Kind::Ipv6 => format!("2001:db8::{count:x}"),
    }
}

/// The ranges for documentation (RFC 5737), then the one for benchmarks (RFC 2544).
fn ipv4(count: u32) -> String {
    let (range, host) = ((count - 1) / 254, (count - 1) % 254 + 1);
    match range {
        0 => format!("192.0.2.{host}"),
        1 => format!("198.51.100.{host}"),
        2 => format!("203.0.113.{host}"),
        more => format!("198.18.{}.{host}", more % 256),
    }
}

/// Digits put in the places of an address's digits, in its case.
fn in_form_of(kind: Kind, made: &str, value: &str) -> String {
    if !matches!(kind, Kind::Mac | Kind::Wwn) {
        return made.to_owned();
    }
    let upper = value.bytes().any(|byte| byte.is_ascii_uppercase());
    let mut digits = made.chars();
    value
        .chars()
        .map(|c| match c.is_ascii_hexdigit() {
            true => digits.next().unwrap_or('0'),
            false => c,
        })
        .map(|c| if upper { c.to_ascii_uppercase() } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Kind, StandIns};

    #[test]
    fn a_value_keeps_its_stand_in_and_its_form() {
        let mut all = StandIns::default();
        let cases = [
            (Kind::Mac, "3C:08:F6:D9:8F:0A", "02:00:00:00:00:01"),
            (Kind::Mac, "3c08.f6d9.8f0a", "0200.0000.0001"),
            (Kind::Mac, "3c-08-f6-d9-8f-0b", "02-00-00-00-00-02"),
            (Kind::Serial, "FCH1752V07Z", "X0000000001"),
            (Kind::Serial, "FCH1752V07Z", "X0000000001"),
            (Kind::Serial, "A", "X2"),
            (Kind::Ipv4, "10.9.1.11", "192.0.2.1"),
            (Kind::Ipv6, "FD00::1", "2001:db8::1"),
            (Kind::Ipv6, "fd00::1", "2001:db8::1"),
            (Kind::Host, "cimc-a", "host-1"),
        ];
        for (kind, value, expected) in cases {
            assert_eq!(all.of(kind, value), expected, "{kind:?} {value}");
        }
    }

    #[test]
    fn no_two_addresses_share_a_stand_in() {
        let mut all = StandIns::default();
        let given: std::collections::HashSet<_> = (0..2000)
            .map(|n| all.of(Kind::Ipv4, &format!("10.0.{}.{}", n / 250, n % 250)))
            .collect();
        assert_eq!(given.len(), 2000);
    }
}
