//! Temperatures, power, fans, power supplies. A server that is off has few of them.

use super::{Sensor, is_missing, last};
use crate::error::CimcError;
use crate::session::Session;
use crate::xml::Element;

/// Class, Ironic's group, unit, and the properties that hold readings.
const READINGS: &[(&str, &str, &str, &[&str])] = &[
    ("computeMbPowerStats", "Power", "W", &["consumedPower"]),
    ("computeMbPowerStats", "Voltage", "V", &["inputVoltage"]),
    ("computeMbPowerStats", "Current", "A", &["inputCurrent"]),
    (
        "computeRackUnitMbTempStats",
        "Temperature",
        "C",
        &[
            "ambientTemp",
            "frontTemp",
            "rearTemp",
            "ioh1Temp",
            "ioh2Temp",
        ],
    ),
    ("processorEnvStats", "Temperature", "C", &["temperature"]),
    ("memoryUnitEnvStats", "Temperature", "C", &["temperature"]),
];

/// Class, Ironic's group, and the property that holds the state.
const STATES: &[(&str, &str, &str)] = &[
    ("equipmentFan", "Fan", "operability"),
    ("equipmentPsu", "Power Supply", "operability"),
];

impl Session {
    /// Reads the sensors; those without a reading are left out.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where the firmware has none of the classes; any failure of a
    /// read.
    pub async fn sensors(&mut self) -> Result<Vec<Sensor>, CimcError> {
        let mut sensors = Vec::new();
        let mut notes = Vec::new();
        let mut classes: Vec<&str> = READINGS.iter().map(|(class, ..)| *class).collect();
        classes.extend(STATES.iter().map(|(class, ..)| *class));
        classes.dedup();
        for class in &classes {
            for object in self.part(class, &mut notes).await? {
                sensors.extend(readings(&object));
                sensors.extend(state(&object));
            }
        }
        if notes.len() == classes.len() {
            return Err(self.unsupported("tell its sensors", notes.join("; ")));
        }
        Ok(sensors)
    }
}

fn readings(object: &Element) -> Vec<Sensor> {
    let known = READINGS.iter().filter(|(class, ..)| *class == object.name);
    known
        .flat_map(|(_, group, unit, properties)| {
            properties.iter().filter_map(|property| {
                let value = object
                    .known(property)?
                    .parse()
                    .ok()
                    .filter(|value: &f64| value.is_finite())?;
                Some(Sensor {
                    group: (*group).to_owned(),
                    name: format!("{} {property}", place(object)),
                    value: Some(value),
                    unit: (*unit).to_owned(),
                    status: None,
                })
            })
        })
        .collect()
}

fn state(object: &Element) -> Option<Sensor> {
    let (_, group, property) = STATES.iter().find(|(class, ..)| *class == object.name)?;
    if is_missing(object) {
        return None;
    }
    Some(Sensor {
        group: (*group).to_owned(),
        name: place(object).to_owned(),
        status: Some(object.known(property)?.to_owned()),
        ..Sensor::default()
    })
}

/// What the reading is of: for statistics the object that they hang on.
fn place(object: &Element) -> &str {
    let name = last(object);
    if !name.ends_with("stats") {
        return name;
    }
    let dn = object.get("dn").unwrap_or_default();
    dn.rsplit('/').nth(1).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_have_their_unit_and_what_is_not_told_is_left_out() {
        let object = Element::new("computeRackUnitMbTempStats")
            .with("dn", "sys/rack-unit-1/board/temp-stats")
            .with("ambientTemp", "25.0")
            .with("frontTemp", "N/A")
            .with("rearTemp", "hot");
        let found = readings(&object);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (
                found[0].name.as_str(),
                found[0].value,
                found[0].unit.as_str()
            ),
            ("board ambientTemp", Some(25.0), "C")
        );
    }

    #[test]
    fn a_power_supply_that_is_not_there_is_no_sensor() {
        let psu = Element::new("equipmentPsu")
            .with("dn", "sys/rack-unit-1/psu-2")
            .with("operability", "operable");
        assert_eq!(state(&psu).unwrap().status.as_deref(), Some("operable"));
        assert_eq!(state(&psu.with("presence", "missing")), None);
    }
}
