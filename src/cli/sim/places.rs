//! Where many controllers listen: consecutive ports, and from one address to the next.

use std::net::{IpAddr, SocketAddr};

use crate::cli::exit::Failure;

/// The addresses of `count` controllers from `first` on: `per_address` ports of an address, then
/// the same ports of the next. Port 0 stays 0: any free one.
pub(super) fn places(
    first: SocketAddr,
    count: usize,
    per_address: Option<u16>,
) -> Result<Vec<SocketAddr>, Failure> {
    let ports = per_address.map_or(count.max(1), usize::from);
    let mut places = Vec::new();
    for number in 0..count {
        let ip = nth(first.ip(), number / ports).ok_or_else(|| {
            let text = format!("--per-address: there are too few addresses from {first}");
            Failure::usage(text)
        })?;
        let port = match first.port() {
            0 => Some(0),
            port => u16::try_from(number % ports)
                .ok()
                .and_then(|number| port.checked_add(number)),
        };
        let port = port.ok_or_else(|| {
            Failure::usage(format!(
                "there are no {} ports from {first}; spread the controllers over several \
                 addresses with --per-address 1000",
                ports.min(count)
            ))
        })?;
        places.push(SocketAddr::new(ip, port));
    }
    Ok(places)
}

/// The address that many after another, last numbers first: 127.0.0.255 is followed by 127.0.1.0.
fn nth(ip: IpAddr, number: usize) -> Option<IpAddr> {
    match ip {
        IpAddr::V4(ip) => {
            let bits = ip.to_bits().checked_add(u32::try_from(number).ok()?)?;
            Some(IpAddr::V4(bits.into()))
        }
        IpAddr::V6(ip) => {
            let bits = ip.to_bits().checked_add(u128::try_from(number).ok()?)?;
            Some(IpAddr::V6(bits.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(first: &str, count: usize, per_address: Option<u16>) -> Vec<String> {
        let places = places(first.parse().unwrap(), count, per_address).unwrap();
        places.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ports_follow_each_other_on_one_address_or_on_several() {
        assert_eq!(
            all("127.0.0.1:8000", 3, None),
            ["127.0.0.1:8000", "127.0.0.1:8001", "127.0.0.1:8002"]
        );
        assert_eq!(
            all("127.0.0.255:8000", 3, Some(2)),
            ["127.0.0.255:8000", "127.0.0.255:8001", "127.0.1.0:8000"]
        );
        assert_eq!(all("[::1]:0", 2, None), ["[::1]:0", "[::1]:0"]);
    }

    #[test]
    fn too_many_ports_are_refused_with_what_to_do() {
        let failure = places("127.0.0.1:60000".parse().unwrap(), 6000, None).unwrap_err();
        assert!(
            failure.message.contains("--per-address"),
            "{}",
            failure.message
        );
    }
}
