//! Cobbler's own install log: who has called its install triggers.
//!
//! `get_status` reads the server's `install.log*` files: an object of `IP address: [start, end,
//! "system:NAME", number of starts, number of ends, words]`, the times in seconds since 1970 by the
//! server's clock, 2.8.5 to 3.3.10 alike (recorded). The words are of no use: an end in the second of
//! the start reads as installing for ever. Anybody who reaches the server can write to the log.

use std::collections::BTreeMap;

use dxr::Value;

use crate::client::Cobbler;
use crate::error::CobblerError;
use crate::value::string;
use crate::wire::Patience;

/// When a system's newest installation began and ended, in seconds since 1970 by Cobbler's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct InstallLog {
    /// `op/trig/mode/pre` was called.
    pub started: Option<f64>,
    /// `op/trig/mode/post` was called.
    pub ended: Option<f64>,
}

impl Cobbler {
    /// The install log by system name.
    ///
    /// Fails, on 3.2 and earlier, for as long as the log holds a line without an address: Cobbler
    /// then can't read it itself.
    pub async fn install_log(&self) -> Result<BTreeMap<String, InstallLog>, CobblerError> {
        let action = "read the install log";
        let answer = self
            .authorised(action, Patience::Read, |token| {
                ("get_status", vec![string("normal"), string(token)])
            })
            .await?;
        let Value::Struct(rows) = answer else {
            return Err(self.protocol(action, "the answer is no struct"));
        };
        Ok(by_system(rows.values()))
    }
}

/// One machine may have had several addresses: the newest counts.
fn by_system<'a>(rows: impl Iterator<Item = &'a Value>) -> BTreeMap<String, InstallLog> {
    let mut log: BTreeMap<String, InstallLog> = BTreeMap::new();
    for row in rows {
        let Value::Array(row) = row else { continue };
        let [start, end, Value::String(target), ..] = row.as_slice() else {
            continue;
        };
        let Some(name) = target.strip_prefix("system:") else {
            continue;
        };
        let entry = log.entry(name.to_owned()).or_default();
        entry.started = newer(entry.started, seconds(start));
        entry.ended = newer(entry.ended, seconds(end));
    }
    log
}

fn newer(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

/// What has not happened is -1 or 0.
fn seconds(value: &Value) -> Option<f64> {
    let seconds = match value {
        Value::Double(seconds) => *seconds,
        Value::Integer(seconds) => f64::from(*seconds),
        _ => return None,
    };
    (seconds > 0.0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(start: f64, end: f64, target: &str) -> Value {
        Value::Array(vec![
            Value::Double(start),
            Value::Double(end),
            string(target),
            Value::Integer(1),
            Value::Integer(1),
            string("finished"),
        ])
    }

    #[test]
    fn the_newest_of_a_system_s_addresses_counts_and_profiles_do_not() {
        let rows = [
            row(10.5, -1.0, "system:a"),
            row(7.0, 8.0, "system:a"),
            row(5.0, 6.0, "profile:a"),
            Value::Array(vec![]),
            string("?"),
        ];
        let log = by_system(rows.iter());
        assert_eq!(log.len(), 1);
        assert_eq!(
            log["a"],
            InstallLog {
                started: Some(10.5),
                ended: Some(8.0)
            }
        );
    }
}
