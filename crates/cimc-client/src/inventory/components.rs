//! Versions of the firmware components (`firmwareRunning`).

use super::FirmwareComponent;
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
        let mut components: Vec<_> = objects.iter().filter_map(component).collect();
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

fn component(object: &Element) -> Option<FirmwareComponent> {
    let version = object.known("version")?.to_owned();
    let place = object.get("dn")?.strip_prefix(SERVER)?.strip_prefix('/')?;
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
    Some(FirmwareComponent { component, version })
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
            component(&object).map(|one| one.component)
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
}
