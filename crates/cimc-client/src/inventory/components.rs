//! Versions of the firmware components (`firmwareRunning`), and the parts that they run in.

use super::{FirmwareComponent, text};
use crate::error::CimcError;
use crate::session::{SERVER, Session, absent_as_none};
use crate::xml::Element;

impl Session {
    /// Reads the versions that run, by component: `bmc` and `bios` first, as Ironic names them.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where the firmware has no such class; any failure of a read.
    pub async fn firmware_components(&mut self) -> Result<Vec<FirmwareComponent>, CimcError> {
        let objects = absent_as_none(self.resolve_class("firmwareRunning").await)?;
        let Some(objects) = objects else {
            return Err(self.unsupported(
                "tell the firmware versions",
                "no class firmwareRunning".to_owned(),
            ));
        };
        let parts = self.parts_of(&objects).await?;
        let mut components: Vec<_> = objects.iter().filter_map(component).collect();
        for (component, place) in &mut components {
            if let Some(part) = parts.iter().find(|part| is_in(place, part)) {
                component.vendor = text(part, "vendor");
                component.model = text(part, "model");
                component.serial = text(part, "serial");
            }
        }
        let mut components: Vec<_> = components.into_iter().map(|(one, _)| one).collect();
        let rank = |one: &FirmwareComponent| match one.component.as_str() {
            "bmc" => 0,
            "bios" => 1,
            _ => 2,
        };
        components.sort_by(|a, b| (rank(a), &a.component).cmp(&(rank(b), &b.component)));
        components.dedup_by(|a, b| a.component == b.component);
        Ok(components)
    }
}

impl Session {
    /// The adapters and RAID controllers, where some of the firmware runs in one. A part that can't
    /// be read leaves its firmware without a maker.
    async fn parts_of(&mut self, firmware: &[Element]) -> Result<Vec<Element>, CimcError> {
        let mut parts = Vec::new();
        for (beginning, class) in PARTS {
            let runs_in_one =
                |object: &Element| place(object).is_some_and(|place| place.starts_with(beginning));
            if firmware.iter().any(runs_in_one) {
                parts.extend(self.part(class, &mut Vec::new()).await?);
            }
        }
        Ok(parts)
    }
}

/// How the places of parts begin, and the class that describes them.
const PARTS: [(&str, &str); 2] = [
    ("adaptor-", "adaptorUnit"),
    ("board/storage-", "storageController"),
];

/// Where an object is in the server.
fn place(object: &Element) -> Option<&str> {
    object.get("dn")?.strip_prefix(SERVER)?.strip_prefix('/')
}

/// Whether a place is that of a part, or below it.
fn is_in(place_of_firmware: &str, part: &Element) -> bool {
    let rest = place(part).and_then(|part| place_of_firmware.strip_prefix(part));
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// A component, and where it is.
fn component(object: &Element) -> Option<(FirmwareComponent, String)> {
    let version = object.known("version")?.to_owned();
    let place = place(object)?;
    let component = match place {
        "mgmt/fw-system" => "bmc".to_owned(),
        "mgmt/fw-boot-loader" => "bmc-boot-loader".to_owned(),
        "bios/fw-boot-loader" => "bios".to_owned(),
        other => {
            let mut parts = other.split('/').rev();
            let firmware = parts.next()?.strip_prefix("fw-")?;
            let owner = parts.find(|part| *part != "mgmt")?;
            let name = match owner.split_once('-') {
                Some(("adaptor", slot)) => format!("nic:{slot}"),
                Some(("storage", id)) => format!("raid:{id}"),
                _ => owner.to_owned(),
            };
            match firmware {
                "system" => name,
                other => format!("{name}-{other}"),
            }
        }
    };
    let component = FirmwareComponent {
        component,
        version,
        ..FirmwareComponent::default()
    };
    Some((component, place.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_named_by_their_place() {
        let at = |place: &str, version: &str| {
            let object = Element::new("firmwareRunning")
                .with("dn", &format!("sys/rack-unit-1/{place}"))
                .with("version", version);
            component(&object).map(|(one, _)| one.component)
        };
        assert_eq!(at("mgmt/fw-system", "4.1(3i)").as_deref(), Some("bmc"));
        assert_eq!(at("bios/fw-boot-loader", "C220M5").as_deref(), Some("bios"));
        assert_eq!(
            at("adaptor-MLOM/mgmt/fw-system", "5.1(3)").as_deref(),
            Some("nic:MLOM")
        );
        assert_eq!(
            at("adaptor-1/mgmt/fw-boot-loader", "5.1(3)").as_deref(),
            Some("nic:1-boot-loader")
        );
        assert_eq!(
            at("board/storage-SAS-MRAID/fw-system", "24.1").as_deref(),
            Some("raid:SAS-MRAID")
        );
        assert_eq!(at("mgmt/fw-system", "N/A"), None);
        assert_eq!(at("strange", "1"), None);
    }

    #[test]
    fn firmware_is_in_the_part_whose_place_its_own_begins_with() {
        let part = |place: &str| {
            Element::new("adaptorUnit").with("dn", &format!("sys/rack-unit-1/{place}"))
        };
        assert!(is_in("adaptor-1/mgmt/fw-system", &part("adaptor-1")));
        assert!(!is_in("adaptor-10/mgmt/fw-system", &part("adaptor-1")));
        assert!(!is_in("mgmt/fw-system", &part("adaptor-1")));
    }
}
