//! Lengths of time in the configuration: a number of seconds, fractions allowed.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserializer, Error, Visitor};

/// For `#[serde(with = "seconds")]`. A text is taken too: that is what the environment holds.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    struct Seconds;
    impl Visitor<'_> for Seconds {
        type Value = Duration;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number of seconds, 0 or more")
        }
        fn visit_f64<E: Error>(self, seconds: f64) -> Result<Duration, E> {
            Duration::try_from_secs_f64(seconds)
                .map_err(|_| E::invalid_value(serde::de::Unexpected::Float(seconds), &self))
        }
        fn visit_u64<E: Error>(self, seconds: u64) -> Result<Duration, E> {
            Ok(Duration::from_secs(seconds))
        }
        fn visit_i64<E: Error>(self, seconds: i64) -> Result<Duration, E> {
            u64::try_from(seconds)
                .map(Duration::from_secs)
                .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(seconds), &self))
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
            match text.trim().parse::<f64>() {
                Ok(seconds) => self.visit_f64(seconds),
                Err(_) => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
            }
        }
    }
    deserializer.deserialize_any(Seconds)
}
