//! Addresses and UUIDs in any text, known by their form alone.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::stand_in::Kind;

/// A form of a fixed length (bytes).
struct Form {
    length: usize,
    kind: Kind,
    is: fn(&str) -> bool,
}

/// The longer first: part of a Fibre Channel address looks like an Ethernet address.
const FORMS: [Form; 6] = [
    form(36, Kind::Uuid, is_uuid),
    form(23, Kind::Wwn, |text| is_pairs(text, 8)),
    form(17, Kind::Mac, |text| is_pairs(text, 6)),
    form(16, Kind::Wwn, is_bare),
    form(14, Kind::Mac, is_dotted),
    form(12, Kind::Mac, is_bare),
];

const fn form(length: usize, kind: Kind, is: fn(&str) -> bool) -> Form {
    Form { length, kind, is }
}

/// What of a text is an address or a UUID, in order and without overlap.
///
/// Addresses that tell nothing of a network are left out: unspecified, loopback and net masks.
/// With `versions`, so is everything that looks like an IPv4 address, as versions do.
pub(super) fn find(text: &str, versions: bool) -> Vec<(Range<usize>, Kind)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        match starts_word(text, at)
            .then(|| longest(rest, versions))
            .flatten()
        {
            Some((length, kind)) => {
                found.push((at..at + length, kind));
                at += length;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    found
}

fn starts_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    before.is_none_or(|c| !c.is_alphanumeric() && c != '.')
}

/// Whether nothing goes on after a find. A full stop may end a sentence.
fn ends_word(rest: &str) -> bool {
    let mut after = rest.chars();
    match after.next() {
        None => true,
        Some('.') => after.next().is_none_or(|c| !c.is_alphanumeric()),
        Some(c) => !c.is_alphanumeric(),
    }
}

fn longest(rest: &str, versions: bool) -> Option<(usize, Kind)> {
    for form in FORMS {
        let fits = rest.get(..form.length).is_some_and(form.is);
        if fits && ends_word(&rest[form.length..]) {
            return Some((form.length, form.kind));
        }
    }
    ipv6(rest).or_else(|| ipv4(rest).filter(|_| !versions))
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.into_iter().all(is_hex)
}

/// `aa:bb:…` or `aa-bb-…`.
fn is_pairs(text: &str, count: usize) -> bool {
    [':', '-'].into_iter().any(|separator| {
        let pairs: Vec<&str> = text.split(separator).collect();
        pairs.len() == count && pairs.iter().all(|pair| pair.len() == 2 && is_hex(pair))
    })
}

/// `aabb.ccdd.eeff`, as other Cisco devices write them.
fn is_dotted(text: &str) -> bool {
    let groups: Vec<&str> = text.split('.').collect();
    groups.len() == 3 && groups.iter().all(|group| group.len() == 4 && is_hex(group))
}

/// Hexadecimal digits without separators; with letters and digits, or it is a word or a number.
fn is_bare(text: &str) -> bool {
    is_hex(text)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn run(rest: &str, belongs: impl Fn(u8) -> bool) -> &str {
    let end = rest.bytes().position(|byte| !belongs(byte));
    &rest[..end.unwrap_or(rest.len())]
}

fn ipv6(rest: &str) -> Option<(usize, Kind)> {
    let run = run(rest, |byte| {
        byte.is_ascii_hexdigit() || byte == b':' || byte == b'.'
    });
    let text = run.trim_end_matches('.');
    let address: Ipv6Addr = text.parse().ok()?;
    let tells = !address.is_unspecified() && !address.is_loopback();
    (tells && ends_word(&rest[text.len()..])).then_some((text.len(), Kind::Ipv6))
}

fn ipv4(rest: &str) -> Option<(usize, Kind)> {
    let run = run(rest, |byte| byte.is_ascii_digit() || byte == b'.');
    let text = run.trim_end_matches('.');
    let address: Ipv4Addr = text.parse().ok()?;
    let tells = !matches!(address.octets()[0], 0 | 127 | 255);
    (tells && ends_word(&rest[text.len()..])).then_some((text.len(), Kind::Ipv4))
}

#[cfg(test)]
mod tests {
    use super::{Kind, find};

    fn in_text(text: &str) -> Vec<(&str, Kind)> {
        find(text, false)
            .into_iter()
            .map(|(range, kind)| (&text[range], kind))
            .collect()
    }

    #[test]
    fn addresses_are_found_in_every_writing() {
        let cases = [
            ("3C:08:F6:D9:8F:00", Kind::Mac),
            ("3c-08-f6-d9-8f-00", Kind::Mac),
            ("3c08.f6d9.8f00", Kind::Mac),
            ("3C08F6D98F00", Kind::Mac),
            ("20:00:00:25:b5:00:00:0f", Kind::Wwn),
            ("4A42480B-345D-4CD0-8824-A399795E279C", Kind::Uuid),
            ("10.9.1.11", Kind::Ipv4),
            ("fe80::a:b", Kind::Ipv6),
            ("2001:420:1:2:3:4:5:6", Kind::Ipv6),
        ];
        for (address, kind) in cases {
            assert_eq!(in_text(address), [(address, kind)]);
            let sentence = format!("Lost the way to {address}, then ({address}).");
            assert_eq!(in_text(&sentence), [(address, kind), (address, kind)]);
        }
        for text in [
            "http://10.0.0.1:8080/x",
            "tftp:10.0.0.1",
            "eth0=10.0.0.1-down",
        ] {
            assert_eq!(in_text(text), [("10.0.0.1", Kind::Ipv4)], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for text in [
            "sys/rack-unit-1/adaptor-MLOM/host-eth-eth0",
            "C240M3.1.5.4.0",
            "4.3(2.230270)",
            "255.255.255.0",
            "0.0.0.0",
            "::",
            "12:30:45",
            "UCSC-C220-M3S",
            "131072",
            "123456789012",
            "1.2.3",
        ] {
            assert_eq!(in_text(text), [], "{text}");
        }
        assert_eq!(find("5.1.2.3", true), []);
    }
}
