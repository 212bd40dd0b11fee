//! Processors, memory modules, disks.

use super::{Disk, Inventory, MemoryModule, Processor, is_missing, last, number, text};
use crate::error::CimcError;
use crate::session::Session;
use crate::xml::Element;

impl Session {
    /// Reads what the server is made of. A part that can't be read is empty and has a note.
    ///
    /// # Errors
    ///
    /// Any failure of a read, but not that the firmware has no such class or that the storage is
    /// not ready.
    pub async fn inventory(&mut self) -> Result<Inventory, CimcError> {
        let mut notes = Vec::new();
        let memory_mb = number(&self.server().await?, "totalMemory");
        let processors = self.part("processorUnit", &mut notes).await?;
        let modules = self.part("memoryUnit", &mut notes).await?;
        let drives = self.part("storageVirtualDrive", &mut notes).await?;
        let disks = self.part("storageLocalDisk", &mut notes).await?;
        let mut processors: Vec<_> = processors
            .iter()
            .filter(|one| !is_missing(one))
            .map(processor)
            .collect();
        processors.sort_by(|a, b| a.socket.cmp(&b.socket));
        Ok(Inventory {
            processors,
            memory_mb,
            modules: modules
                .iter()
                .filter(|one| !is_missing(one))
                .filter_map(module)
                .collect(),
            disks: seen_by_the_system(&drives, &disks),
            notes,
        })
    }
}

fn processor(object: &Element) -> Processor {
    Processor {
        socket: text(object, "socketDesignation").unwrap_or_else(|| last(object).to_owned()),
        model: text(object, "model"),
        vendor: text(object, "vendor"),
        cores: number(object, "cores"),
        threads: number(object, "threads"),
        speed_mhz: number(object, "speed"),
    }
}

fn module(object: &Element) -> Option<MemoryModule> {
    Some(MemoryModule {
        location: text(object, "location").unwrap_or_else(|| last(object).to_owned()),
        capacity_mb: number(object, "capacity")?,
        kind: text(object, "type"),
        clock_mhz: number(object, "clock"),
        serial: text(object, "serial"),
    })
}

/// The disks that an operating system sees: the virtual drives, the boot drive first; the
/// physical disks of controllers that have none.
fn seen_by_the_system(drives: &[Element], disks: &[Element]) -> Vec<Disk> {
    let controller = |object: &Element| {
        let dn = object.get("dn").unwrap_or_default();
        dn.rsplit_once('/')
            .map_or("", |(parent, _)| parent)
            .to_owned()
    };
    let mut seen: Vec<Disk> = drives.iter().filter_map(virtual_drive).collect();
    seen.sort_by_key(|disk| disk.boot != Some(true));
    let with_drives: Vec<String> = drives.iter().map(controller).collect();
    seen.extend(
        disks
            .iter()
            .filter(|disk| !with_drives.contains(&controller(disk)))
            .filter_map(local_disk),
    );
    seen
}

fn virtual_drive(object: &Element) -> Option<Disk> {
    Some(Disk {
        name: text(object, "name").unwrap_or_else(|| last(object).to_owned()),
        size: bytes(object.known("size")?)?,
        is_virtual: true,
        boot: object
            .known("bootDrive")
            .map(|value| value == "true" || value == "yes"),
        model: text(object, "raidLevel"),
        health: text(object, "health"),
        ..Disk::default()
    })
}

fn local_disk(object: &Element) -> Option<Disk> {
    Some(Disk {
        name: last(object).to_owned(),
        size: bytes(object.known("coercedSize")?)?,
        is_virtual: false,
        boot: None,
        model: text(object, "productId"),
        serial: text(object, "driveSerialNumber"),
        vendor: text(object, "vendor"),
        rotational: object.known("mediaType").map(|kind| kind != "SSD"),
        health: text(object, "health"),
    })
}

/// A size as the firmware writes it: `285148 MB`. Steps of 1024, as the disks' labels show.
fn bytes(size: &str) -> Option<u64> {
    let (value, unit) = size.trim().split_once(' ').unwrap_or((size.trim(), "MB"));
    let factor: u64 = match unit.trim().to_ascii_uppercase().as_str() {
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        "TB" => 1 << 40,
        _ => return None,
    };
    let value: f64 = value.parse().ok()?;
    let size = value * factor as f64;
    // Beyond what a disk can have the conversion to an integer would invent a number.
    (size.is_finite() && (0.0..1e18).contains(&size)).then_some(size as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_every_unit_and_nonsense_is_none() {
        assert_eq!(bytes("285148 MB"), Some(285_148 << 20));
        assert_eq!(bytes("1.5 GB"), Some(3 << 29));
        assert_eq!(bytes("2 TB"), Some(2 << 40));
        assert_eq!(bytes("100"), Some(100 << 20));
        for nonsense in ["", "MB", "-1 MB", "1e300 TB", "NaN MB", "1 XB", "∞ MB"] {
            assert_eq!(bytes(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn disks_behind_a_virtual_drive_are_not_seen_twice() {
        let object = |class: &str, dn: &str| {
            Element::new(class).with("dn", &format!("sys/rack-unit-1/board/{dn}"))
        };
        let drives = [
            object("storageVirtualDrive", "storage-SAS-1/vd-0").with("size", "10 MB"),
            object("storageVirtualDrive", "storage-SAS-1/vd-1")
                .with("size", "20 MB")
                .with("bootDrive", "true"),
        ];
        let disks = [
            object("storageLocalDisk", "storage-SAS-1/pd-1").with("coercedSize", "10 MB"),
            object("storageLocalDisk", "storage-SATA-2/pd-1")
                .with("coercedSize", "30 MB")
                .with("mediaType", "SSD"),
        ];
        let seen = seen_by_the_system(&drives, &disks);
        let names: Vec<_> = seen.iter().map(|disk| disk.name.as_str()).collect();
        assert_eq!(names, ["vd-1", "vd-0", "pd-1"]);
        assert_eq!(seen[2].rotational, Some(false));
    }
}
