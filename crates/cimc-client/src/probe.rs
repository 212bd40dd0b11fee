//! Asking a controller what it can do: by reads alone, each small, and none of them in a loop.
//!
//! What a read can prove is proved by it; what it can't (a diagnostic interrupt, say) is taken
//! from the version table, and the evidence says so.

use crate::boot::BootStyle;
use crate::capability::{Capabilities, Operation, Way};
use crate::dialect::{Feature, Support};
use crate::error::CimcError;
use crate::session::{SERVER, Session};
use crate::xml::Element;

/// Operations that a class of objects carries: the class, and whether none of it means that the
/// operation doesn't work.
const BY_CLASS: &[(Operation, &str, bool)] = &[
    (Operation::Inventory, "processorUnit", true),
    (Operation::FirmwareComponents, "firmwareRunning", true),
    (Operation::Sensors, "computeMbPowerStats", false),
    (Operation::Faults, "faultInst", false),
    (Operation::LocatorLed, "equipmentLocatorLed", true),
    (Operation::VirtualMedia, "commVMedia", true),
];

/// What came of a read.
enum Seen {
    /// So many objects.
    Objects(Vec<Element>),
    /// The schema of this firmware refuses it; its words.
    Refused(String),
}

impl Session {
    /// Finds out what works over the XML API, and what says so.
    ///
    /// # Errors
    ///
    /// Any failure but that this firmware lacks something.
    pub async fn probe(&mut self) -> Result<Capabilities, CimcError> {
        let mut found = Capabilities::default();
        self.probe_server(&mut found).await?;
        self.probe_boot(&mut found).await?;
        self.probe_nics(&mut found).await?;
        for (operation, class, needed) in BY_CLASS {
            let (way, evidence) = match self.look_at_class(class).await? {
                Seen::Objects(objects) if objects.is_empty() && *needed => {
                    (None, format!("{class}: no objects"))
                }
                Seen::Objects(objects) => {
                    (Some(Way::Xml), format!("{class}: {}", count(objects.len())))
                }
                Seen::Refused(words) => (None, words),
            };
            found.note(*operation, way, evidence);
        }
        let below = format!("{SERVER}/bios/bios-settings");
        let (way, evidence) = match self
            .seen(async |s: &mut Self| s.resolve_children(&below).await)
            .await?
        {
            Seen::Objects(objects) if objects.is_empty() => {
                (None, format!("nothing below {below}"))
            }
            Seen::Objects(objects) => (
                Some(Way::Xml),
                format!("{} below {below}", count(objects.len())),
            ),
            Seen::Refused(words) => (None, words),
        };
        found.note(Operation::BiosSettings, way, evidence);
        if self.dialect().await?.may_have(Feature::Redfish) {
            found.redfish = matches!(self.look_at_class("commRedfish").await?, Seen::Objects(o) if !o.is_empty());
        }
        found.operations.sort_by_key(|known| known.operation);
        Ok(found)
    }

    async fn probe_server(&mut self, found: &mut Capabilities) -> Result<(), CimcError> {
        let server = self.server().await?;
        let told = |name: &str| server.known(name).map(str::to_owned);
        let firmware = self.dialect().await?.firmware().map(ToString::to_string);
        found.model = told("model");
        found.serial = told("serial");
        found.firmware.clone_from(&firmware);
        let unknown = "not told".to_owned();
        let identity = format!(
            "computeRackUnit: model {}, firmware {}",
            found.model.as_ref().unwrap_or(&unknown),
            firmware.as_ref().unwrap_or(&unknown)
        );
        found.note(Operation::Identity, Some(Way::Xml), identity);
        let power = server.get("operPower").unwrap_or_default();
        let way = (!power.is_empty()).then_some(Way::Xml);
        found.note(
            Operation::PowerState,
            way,
            format!("operPower reads {power:?}"),
        );
        // Writing is not tried: the property is there, and what it takes is Cisco's list.
        let command = server.get("adminPower");
        let way = command.map(|_| Way::Xml);
        let words = match command {
            Some(word) => format!("adminPower reads {word:?}; not tried, as a command would act"),
            None => "computeRackUnit has no adminPower".to_owned(),
        };
        for operation in [
            Operation::Power,
            Operation::SoftPowerOff,
            Operation::InjectNmi,
        ] {
            found.note(operation, way, words.clone());
        }
        Ok(())
    }

    async fn probe_boot(&mut self, found: &mut Capabilities) -> Result<(), CimcError> {
        let dialect = self.dialect().await?;
        let order = match self.boot_order().await {
            Ok(order) => Some(order),
            Err(error) if error.is_schema_refusal() => {
                found.note(Operation::BootOrder, None, error.to_string());
                found.note(Operation::SetBootDevice, None, error.to_string());
                None
            }
            Err(error) => return Err(error),
        };
        if let Some(order) = &order {
            let (kind, place) = match order.style {
                BootStyle::Legacy => ("legacy", "boot-policy"),
                BootStyle::Precision => ("precision", "boot-precision"),
            };
            found.boot_order = Some(kind.to_owned());
            let words = format!("{place}: {} devices", order.devices.len());
            found.note(Operation::BootOrder, Some(Way::Xml), words.clone());
            found.note(Operation::SetBootDevice, Some(Way::Xml), words);
        }
        let one_time = format!("{SERVER}/one-time-precision-boot");
        self.probe_feature(
            found,
            Operation::OneTimeBoot,
            Feature::OneTimeBoot,
            &one_time,
        )
        .await?;
        let list = format!("{SERVER}/boot-precision");
        self.probe_feature(found, Operation::SetBootMode, Feature::BootMode, &list)
            .await?;
        let words = match dialect.support(Feature::BootMode) {
            Support::No => "below 2.0(1a) a server boots by its BIOS alone".to_owned(),
            _ => "configuredBootMode, and bios/bdgep/boot-mode for the last boot".to_owned(),
        };
        found.note(Operation::BootMode, Some(Way::Xml), words);
        let bios = format!("{SERVER}/bios");
        self.probe_feature(found, Operation::BiosSetup, Feature::BiosSetup, &bios)
            .await
    }

    /// Something that came with a release and lives in an object: the object decides where the
    /// release is not known.
    async fn probe_feature(
        &mut self,
        found: &mut Capabilities,
        operation: Operation,
        feature: Feature,
        dn: &str,
    ) -> Result<(), CimcError> {
        let dialect = self.dialect().await?;
        let release = dialect
            .firmware()
            .map_or_else(|| "an unknown release".to_owned(), ToString::to_string);
        if dialect.support(feature) == Support::No {
            found.note(
                operation,
                None,
                format!("{release} is older than the first release that has it"),
            );
            return Ok(());
        }
        let object = self
            .seen(async |s: &mut Self| Ok(s.resolve_dn(dn).await?.into_iter().collect()))
            .await?;
        let (way, evidence) = match object {
            Seen::Objects(objects) if objects.is_empty() => (None, format!("there is no {dn}")),
            Seen::Objects(_) if dialect.support(feature) == Support::Unknown => (
                Some(Way::Xml),
                format!("{dn} is there, though the release is not known"),
            ),
            Seen::Objects(_) => (
                Some(Way::Xml),
                format!("{release} has it, and {dn} is there"),
            ),
            Seen::Refused(words) => (None, words),
        };
        found.note(operation, way, evidence);
        Ok(())
    }

    /// Both classes that carry MAC addresses, and how many of their objects have one: on 1.4 there
    /// may be no such class, no object, or objects with `N/A`.
    async fn probe_nics(&mut self, found: &mut Capabilities) -> Result<(), CimcError> {
        let mut evidence = Vec::new();
        let mut valid = 0;
        found.lacks_ports = true;
        for class in ["adaptorHostEthIf", "networkAdapterEthIf"] {
            evidence.push(match self.look_at_class(class).await? {
                Seen::Objects(objects) => {
                    let macs = objects
                        .iter()
                        .filter(|one| one.known("mac").and_then(crate::nics::valid_mac).is_some());
                    let macs = macs.count();
                    valid += macs;
                    found.lacks_ports &= class == "adaptorHostEthIf" || macs == 0;
                    format!(
                        "{class}: {}, {macs} with a MAC address",
                        count(objects.len())
                    )
                }
                Seen::Refused(words) => format!("{class}: {words}"),
            });
        }
        let way = (valid > 0).then_some(Way::Xml);
        found.note(Operation::HostNics, way, evidence.join("; "));
        Ok(())
    }

    async fn look_at_class(&mut self, class: &str) -> Result<Seen, CimcError> {
        self.seen(async |s: &mut Self| s.resolve_class(class).await)
            .await
    }

    async fn seen<F>(&mut self, read: F) -> Result<Seen, CimcError>
    where
        F: AsyncFnOnce(&mut Self) -> Result<Vec<Element>, CimcError>,
    {
        match read(self).await {
            Ok(objects) => Ok(Seen::Objects(objects)),
            Err(CimcError::Unsupported { answer, .. } | CimcError::Invalid { answer, .. }) => {
                Ok(Seen::Refused(answer))
            }
            Err(error) => Err(error),
        }
    }
}

fn count(objects: usize) -> String {
    match objects {
        1 => "1 object".to_owned(),
        n => format!("{n} objects"),
    }
}
