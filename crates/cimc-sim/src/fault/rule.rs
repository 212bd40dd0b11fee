//! A fault, the requests it applies to and how often.

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use super::Fault;

/// A fault, the requests it applies to and how often.
///
/// In JSON: `fault`, and if wanted `on`, `count`, `skip`, `probability` and `seed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    pub(super) fault: Fault,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<String>,
    /// How often it still strikes.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "count"
    )]
    pub(super) count: Option<u32>,
    /// How many occasions it still lets pass.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) skip: u32,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "probability"
    )]
    pub(super) probability: Option<f64>,
    #[serde(default, skip_serializing_if = "is_none_seed")]
    pub(super) seed: u64,
}

impl FaultRule {
    /// `fault` on every occasion until it is cleared.
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            on: None,
            count: None,
            skip: 0,
            probability: None,
            seed: 0,
        }
    }

    /// `fault` on the next `count` occasions.
    pub fn times(count: u32, fault: Fault) -> Self {
        Self {
            count: Some(count),
            ..Self::always(fault)
        }
    }

    /// Only for requests whose text contains `part`: a method, a class, a distinguished name or a
    /// value, such as `configConfMo` or `adminPower="up"`. No effect on [`Fault::Refuse`] and
    /// [`Fault::HandshakeFails`], which act before there is a request.
    #[must_use]
    pub fn on(mut self, part: impl Into<String>) -> Self {
        self.on = Some(part.into());
        self
    }

    /// Lets the first `skip` occasions pass.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Strikes an occasion with this probability (0 to 1). The same seed on the same controller
    /// gives the same strikes; controllers differ.
    #[must_use]
    pub fn with_probability(mut self, probability: f64, seed: u64) -> Self {
        self.probability = Some(probability.clamp(0.0, 1.0));
        self.seed = seed;
        self
    }

    /// What it does.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    pub(super) fn applies_to(&self, request: &str) -> bool {
        self.on.as_deref().is_none_or(|part| request.contains(part))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_none_seed(seed: &u64) -> bool {
    *seed == 0
}

fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    match Option::<u32>::deserialize(from)? {
        Some(0) => Err(D::Error::custom(
            "count is 0, it must be 1 or more; leave it out for a fault without end",
        )),
        count => Ok(count),
    }
}

fn probability<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match Option::<f64>::deserialize(from)? {
        Some(value) if !(value > 0.0 && value <= 1.0) => Err(D::Error::custom(format!(
            "probability is {value}, it must be above 0 and at most 1"
        ))),
        probability => Ok(probability),
    }
}

/// Statuses below 200 aren't answers, and above 599 there are none.
pub(super) fn http_status<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    match u16::deserialize(from)? {
        status @ 200..=599 => Ok(status),
        status => Err(D::Error::custom(format!(
            "http_status is {status}, it must be from 200 to 599"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_written_and_read_as_json() {
        let text = json!({
            "fault": {"delay_between": {"least": 0.5, "most": 2.0}},
            "on": "configConfMo", "count": 3, "skip": 1, "probability": 0.5, "seed": 7,
        });
        let rule: FaultRule = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(serde_json::to_value(&rule).unwrap(), text);
        let short = json!({"fault": "html"});
        let rule: FaultRule = serde_json::from_value(short.clone()).unwrap();
        assert_eq!(rule, FaultRule::always(Fault::Html));
        assert_eq!(serde_json::to_value(&rule).unwrap(), short);
    }

    #[test]
    fn a_wrong_rule_is_refused_with_what_is_allowed() {
        for (text, words) in [
            (json!({"fault": "slow"}), "stale_keep_alive"),
            (json!({"fault": "html", "times": 2}), "`count`"),
            (json!({"fault": "html", "count": 0}), "1 or more"),
            (json!({"fault": "html", "probability": 2}), "at most 1"),
            (json!({"fault": {"delay": -1}}), "no length of time"),
            (json!({"fault": {"http_status": 42}}), "from 200 to 599"),
            (json!({"count": 1}), "`fault`"),
        ] {
            let error = serde_json::from_value::<FaultRule>(text.clone()).unwrap_err();
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }
}
