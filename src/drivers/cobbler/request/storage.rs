//! Disks.

use super::super::info::{Info, wrong};
use crate::drivers::DriverError;

/// The disks of a node and how they are divided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storage {
    /// The layout.
    pub layout: Layout,
    /// The disks that are wiped and used, without `/dev/`; no other is touched. Empty: what the
    /// installer chooses.
    pub disks: Vec<String>,
}

/// The layouts that every installer can make by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, strum::EnumString, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Layout {
    /// One volume group over the disk.
    #[default]
    Lvm,
    /// Partitions.
    Plain,
}

impl Storage {
    pub(super) fn read(info: &Info<'_>) -> Result<Self, DriverError> {
        let layout = info
            .parsed("partitioning", "lvm or plain")?
            .unwrap_or_default();
        let mut disks = Vec::new();
        for disk in info.texts("disks")? {
            let name = disk.strip_prefix("/dev/").unwrap_or(&disk);
            let is_good = !name.is_empty()
                && !name.starts_with(['-', '/'])
                && !name.split('/').any(|part| part == "..")
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_-.:/+".contains(&b));
            if !is_good {
                return Err(wrong(
                    "disks",
                    &disk,
                    "names of disks, such as sda or /dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:0:0",
                ));
            }
            disks.push(name.to_owned());
        }
        Ok(Self { layout, disks })
    }
}
