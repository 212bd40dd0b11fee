//! What was asked on simulated hardware, in the words of the batch file.

use cimc_sim::Rack;
use cobbler_sim::{Call, CobblerSim};
use serde_json::Value;

use super::stage::Asked;
use crate::batch::{Batch, BatchNode};
use crate::model::Node;

/// The longest period in which a repetition is looked for: that of a session with its reads.
const LONGEST_PERIOD: usize = 8;
/// What stands for simulated and random values in what is shown.
pub(super) struct Names(Vec<(String, String)>);

impl Names {
    pub(super) fn of(
        batch: &Batch,
        wanted: &BatchNode,
        cobbler: &CobblerSim,
        rack: &Rack,
        node: &Node,
    ) -> Self {
        let mut names = Self(Vec::new());
        let host = reqwest::Url::parse(&batch.cobbler.url).ok();
        let host = host.as_ref().and_then(|url| {
            let host = url.host_str()?;
            Some(
                url.port()
                    .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            )
        });
        names.add(
            &cobbler.address().to_string(),
            host.as_deref().unwrap_or("COBBLER"),
        );
        for controller in rack.controllers() {
            names.add(&controller.address(), &wanted.cimc.address);
            for (index, mac) in controller.macs().iter().enumerate() {
                // In both forms: some releases of Cobbler find a MAC address only as it was written.
                let [lower, upper] = match wanted.macs.get(index) {
                    Some(known) => [known.to_lowercase(), known.to_uppercase()],
                    None => ["", " in capitals"].map(|how| format!("<MAC {}{how}>", index + 1)),
                };
                names.add(mac, &lower);
                names.add(&mac.to_uppercase(), &upper);
            }
        }
        names.add(&node.uuid.to_string(), "<node>");
        names
    }

    pub(super) fn add(&mut self, from: &str, to: &str) {
        self.0.push((from.to_owned(), to.to_owned()));
    }

    pub(super) fn put(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    fn put_into(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.put(text)),
            Value::Array(items) => items.iter().map(|item| self.put_into(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| (key.clone(), self.put_into(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    pub(super) fn calls(&self, calls: Vec<Call>, requests: Vec<String>) -> Vec<Asked> {
        let cobbler = calls.into_iter().map(|call| Asked::Cobbler {
            arguments: call
                .arguments
                .iter()
                .map(|arg| self.put_into(arg))
                .collect(),
            method: call.method,
        });
        let cimc = requests.into_iter().map(|request| Asked::Cimc {
            request: self.put(&request),
        });
        // No step talks to both in turns, but the seventh: to Cobbler first.
        without_repetitions(cobbler.chain(cimc))
    }
}

/// What is asked again and again while something is waited for, once.
pub(super) fn without_repetitions<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for one in all {
        kept.push(one);
        let is_again = |period: &usize| {
            let end = kept.len();
            end >= 2 * period && kept[end - period..] == kept[end - 2 * period..end - period]
        };
        if let Some(period) = (1..=LONGEST_PERIOD).find(|period| is_again(period)) {
            kept.truncate(kept.len() - period);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_repetitions;

    #[test]
    fn a_poll_is_shown_once() {
        let kept = without_repetitions("abcabcabxab".chars());
        assert_eq!(kept.into_iter().collect::<String>(), "abcabxab");
        assert_eq!(without_repetitions([1, 1, 1, 2]), [1, 2]);
    }
}
