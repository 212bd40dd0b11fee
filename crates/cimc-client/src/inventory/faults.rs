//! The faults that are raised (`faultInst`), and what they make of the server's health.

use serde::{Deserialize, Serialize};

use super::{RaisedFault, text};
use crate::error::CimcError;
use crate::session::Session;
use crate::xml::Element;

/// Severities of `faultInst` from the worst down; `condition` and `cleared` say that all is well.
const SEVERITIES: &[&str] = &["critical", "major", "minor", "warning", "info", "condition"];

/// Ironic's words for a server's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[allow(missing_docs)]
pub enum Health {
    #[strum(serialize = "OK")]
    #[serde(rename = "OK")]
    Ok,
    Warning,
    Critical,
}

impl Health {
    /// `critical` and `major` faults are critical, `minor` and `warning` a warning.
    pub fn of(faults: &[RaisedFault]) -> Self {
        let any = |severities: [&str; 2]| {
            faults
                .iter()
                .any(|one| severities.contains(&one.severity.as_str()))
        };
        if any(["critical", "major"]) {
            Self::Critical
        } else if any(["minor", "warning"]) {
            Self::Warning
        } else {
            Self::Ok
        }
    }
}

impl Session {
    /// Reads the faults that are raised, the worst first.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where the firmware has no such class; any failure of a read.
    pub async fn faults(&mut self) -> Result<Vec<RaisedFault>, CimcError> {
        let objects = self.resolve_class("faultInst").await?;
        let mut faults: Vec<_> = objects.iter().filter_map(raised).collect();
        let rank = |one: &RaisedFault| SEVERITIES.iter().position(|known| *known == one.severity);
        // A word that nobody knows comes first: somebody should look.
        faults.sort_by_key(|one| (rank(one), one.code.clone(), one.affected.clone()));
        Ok(faults)
    }
}

fn raised(object: &Element) -> Option<RaisedFault> {
    let severity = text(object, "severity")?.to_ascii_lowercase();
    if severity == "cleared" {
        return None;
    }
    let words = |name| text(object, name).unwrap_or_default();
    Some(RaisedFault {
        code: words("code"),
        severity,
        description: words("descr"),
        affected: words("affectedDN"),
        created: words("created"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(severity: &str) -> Option<RaisedFault> {
        raised(
            &Element::new("faultInst")
                .with("code", "F0174")
                .with("severity", severity),
        )
    }

    #[test]
    fn cleared_faults_are_none_and_the_worst_decides() {
        assert_eq!(fault("cleared"), None);
        let of = |words: &[&str]| {
            Health::of(
                &words
                    .iter()
                    .filter_map(|word| fault(word))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(of(&[]), Health::Ok);
        assert_eq!(of(&["info", "condition", "cleared"]), Health::Ok);
        assert_eq!(of(&["info", "minor"]), Health::Warning);
        assert_eq!(of(&["warning", "Major"]), Health::Critical);
    }
}
