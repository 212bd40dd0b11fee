//! Processors, memory, disks: `show cpu`, `show dimm-summary`, `show dimm`, `show storageadapter`.

use super::parse::{Record, Table};
use super::shell::Shell;
use crate::error::CimcError;
use crate::inventory::{Disk, Inventory, MemoryModule, Processor};

impl Shell {
    /// Reads what the server is made of. A part that this release has no command for is empty and
    /// has a note.
    ///
    /// # Errors
    ///
    /// Any failure of a command but that there is none.
    pub async fn inventory(&mut self) -> Result<Inventory, CimcError> {
        self.enter(&["chassis"]).await?;
        let mut notes = Vec::new();
        let cpus = part(self.records("show cpu detail").await, &mut notes)?;
        let summary = part(self.records("show dimm-summary").await, &mut notes)?;
        let modules = part(self.table("show dimm").await, &mut notes)?;
        let modules = modules.as_ref().map(modules_of).unwrap_or_default();
        let disks = part(self.disks().await, &mut notes)?;
        let total = summary.as_ref().and_then(|records| {
            let total = records.first()?.get("Total Memory")?;
            megabytes(total)
        });
        let sum = modules.iter().map(|module| module.capacity_mb).sum();
        Ok(Inventory {
            processors: cpus.unwrap_or_default().iter().map(processor).collect(),
            memory_mb: total.or((sum > 0).then_some(sum)),
            modules,
            disks: disks.unwrap_or_default(),
            notes,
        })
    }

    /// Virtual drives of each controller; where one has none, its physical drives.
    async fn disks(&mut self) -> Result<Vec<Disk>, CimcError> {
        self.enter(&["chassis"]).await?;
        let adapters = self.records("show storageadapter detail").await?;
        let mut disks = Vec::new();
        for adapter in adapters {
            let slot = adapter.name();
            self.enter(&["chassis", &format!("storageadapter {slot}")])
                .await?;
            let mut drives = self.records("show virtual-drive detail").await?;
            let is_virtual = !drives.is_empty();
            if !is_virtual {
                drives = self.records("show physical-drive detail").await?;
            }
            disks.extend(drives.iter().map(|drive| disk(slot, drive, is_virtual)));
        }
        Ok(disks)
    }
}

/// What was read, or nothing and a note.
fn part<T>(result: Result<T, CimcError>, notes: &mut Vec<String>) -> Result<Option<T>, CimcError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error @ (CimcError::Unsupported { .. } | CimcError::NotUnderstood { .. })) => {
            notes.push(error.to_string());
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn processor(record: &Record) -> Processor {
    let number = |names: [&str; 2]| names.iter().find_map(|name| record.get(name)?.parse().ok());
    Processor {
        socket: record.name().to_owned(),
        model: record.get("Version").map(single_spaced),
        vendor: record.get("Manufacturer").map(str::to_owned),
        cores: number(["Cores", "Core Count"]),
        threads: number(["Thread Count", "Threads"]),
        speed_mhz: number(["Speed (Mhz)", "Current Speed"]),
    }
}

/// `Intel(R) Xeon(R) CPU           E5630  @ 2.53GHz` has what the processor itself pads with.
fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn modules_of(table: &Table) -> Vec<MemoryModule> {
    let modules = table.rows.iter().filter_map(|row| {
        Some(MemoryModule {
            location: row.first()?.clone(),
            capacity_mb: megabytes(table.cell(row, "Capacity")?)?,
            kind: table.cell(row, "Type").map(str::to_owned),
            clock_mhz: table
                .cell(row, "Speed")
                .and_then(|speed| speed.parse().ok()),
            serial: None,
        })
    });
    modules.collect()
}

fn disk(slot: &str, drive: &Record, is_virtual: bool) -> Disk {
    let text = |name: &str| drive.get(name).map(str::to_owned);
    let size = ["Size", "Coerced Size"]
        .iter()
        .find_map(|name| megabytes(drive.get(name)?));
    let own = if is_virtual { text("Name") } else { None };
    Disk {
        name: own.unwrap_or_else(|| format!("{slot}/{}", drive.name())),
        size: size.unwrap_or_default() << 20,
        is_virtual,
        boot: drive
            .get("Boot Drive")
            .map(|word| word.eq_ignore_ascii_case("true")),
        model: text("Model"),
        serial: text("Drive Serial Number"),
        vendor: text("Manufacturer"),
        rotational: drive.get("Type").map(|kind| kind != "SSD"),
        health: text("Health"),
    }
}

/// `393216 MB`, `4096`, `2 GB`; beyond a petabyte it is no such thing.
fn megabytes(text: &str) -> Option<u64> {
    let (number, unit) = text.split_once(' ').unwrap_or((text, "MB"));
    let number: u64 = number.parse().ok()?;
    let factor = match unit.trim() {
        "MB" => 1,
        "GB" => 1 << 10,
        "TB" => 1 << 20,
        _ => return None,
    };
    number
        .checked_mul(factor)
        .filter(|megabytes| *megabytes <= 1 << 30)
}

#[cfg(test)]
mod tests {
    use super::megabytes;

    #[test]
    fn sizes_have_units_and_bounds() {
        assert_eq!(megabytes("393216 MB"), Some(393_216));
        assert_eq!(megabytes("4096"), Some(4096));
        assert_eq!(megabytes("2 GB"), Some(2048));
        assert_eq!(megabytes("Not Installed"), None);
        assert_eq!(megabytes("18446744073709551615 TB"), None);
    }
}
