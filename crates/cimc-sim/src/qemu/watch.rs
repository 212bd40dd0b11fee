//! What the firmware does, from what it writes into its log.

use std::collections::VecDeque;
use std::io::{self, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::time::sleep;

use crate::backend::BootDevice;

/// How often the log is looked at. Nobody tells when a file has grown, and what is seen is only
/// shown, and counted.
const PAUSE: Duration = Duration::from_millis(250);

/// A step of the firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It tries a device.
    Tries(BootDevice),
    /// It has handed over to the device: what happens then it doesn't see. A network port takes
    /// over before it asks for an address.
    HandsOver(BootDevice),
    /// Nothing could be booted.
    GivesUp,
}

/// Reads a log from where it ended as the watch began.
#[derive(Debug)]
pub(super) struct Watch {
    log: PathBuf,
    at: u64,
    /// A line that isn't finished.
    rest: Vec<u8>,
    steps: VecDeque<Step>,
    reader: Reader,
}

impl Watch {
    /// Begins at the present end of the log.
    pub(super) async fn begin(log: PathBuf) -> Self {
        let at = tokio::fs::metadata(&log).await.map_or(0, |data| data.len());
        Self {
            log,
            at,
            rest: Vec::new(),
            steps: VecDeque::new(),
            reader: Reader::default(),
        }
    }

    /// Waits for the next step. Nothing is lost if it is given up.
    pub(super) async fn step(&mut self) -> Step {
        loop {
            if let Some(step) = self.steps.pop_front() {
                return step;
            }
            match self.news().await {
                Ok(news) if !news.is_empty() => self.take(&news),
                // A log that isn't there yet is one without news.
                Ok(_) | Err(_) => sleep(PAUSE).await,
            }
        }
    }

    async fn news(&self) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.log).await?;
        file.seek(SeekFrom::Start(self.at)).await?;
        let mut news = Vec::new();
        file.read_to_end(&mut news).await?;
        Ok(news)
    }

    fn take(&mut self, news: &[u8]) {
        self.at += news.len() as u64;
        self.rest.extend_from_slice(news);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<_> = self.rest.drain(..=end).collect();
            self.steps
                .extend(self.reader.read(&String::from_utf8_lossy(&line)));
        }
    }
}

/// Understands the lines of SeaBIOS and of OVMF.
///
/// SeaBIOS 1.16 names the device ("Booting from Hard Disk..."; network ports are option ROMs,
/// "Booting from ROM..."), then the address that it jumps to if there is something to jump to
/// ("Booting from 0000:7c00"), and ends with "No bootable device."
///
/// OVMF 2022.11 hands a port over to the iPXE in its ROM, which writes its banner and starts what
/// it has fetched by itself; then it tries its own PXE (">>Start PXE over IPv4"). Of other devices
/// it writes `BdsDxe: loading Boot0001 ...` and `BdsDxe: starting ...`. It ends in a shell, or
/// with `BdsDxe: No bootable option or device was found.`
#[derive(Debug, Default)]
struct Reader {
    trying: Option<BootDevice>,
}

impl Reader {
    fn read(&mut self, line: &str) -> Option<Step> {
        if line.contains("No bootable device") || line.contains("BdsDxe: No bootable option") {
            return Some(Step::GivesUp);
        }
        if let Some((_, what)) = line.split_once("Booting from ") {
            let device = match what.trim_end() {
                what if what.starts_with("ROM") => BootDevice::Network,
                what if what.starts_with("Hard Disk") => BootDevice::Disk,
                what if what.starts_with("DVD/CD") => BootDevice::Cdrom,
                what if is_address(what) => return self.trying.take().map(Step::HandsOver),
                _ => BootDevice::Other,
            };
            self.trying = Some(device);
            return Some(Step::Tries(device));
        }
        if line.contains("iPXE") && line.contains("Network Boot Firmware") {
            return Some(Step::HandsOver(BootDevice::Network));
        }
        if line.contains(">>Start PXE") || line.contains(">>Start HTTP") {
            return Some(Step::Tries(BootDevice::Network));
        }
        let (_, what) = line.split_once("BdsDxe: ")?;
        let device = if what.contains("PXE") || what.contains("HTTP") {
            BootDevice::Network
        } else {
            BootDevice::Disk
        };
        match what.split_whitespace().next()? {
            "loading" if !what.contains("EFI Internal Shell") => Some(Step::Tries(device)),
            "starting" if what.contains("EFI Internal Shell") => Some(Step::GivesUp),
            "starting" => Some(Step::HandsOver(device)),
            _ => None,
        }
    }
}

/// A segment and an offset: `0000:7c00`.
fn is_address(text: &str) -> bool {
    text.len() == 9
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| (at == 4 && byte == b':') || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(log: &str) -> Vec<Step> {
        let mut reader = Reader::default();
        log.lines().filter_map(|line| reader.read(line)).collect()
    }

    #[test]
    fn seabios_hands_over_when_it_jumps() {
        let log = "enter handle_19:\n  NULL\nBooting from ROM...\nBooting from ca00:036e\n\
                   Booting from Hard Disk...\nBoot failed: not a bootable disk\n\n\
                   No bootable device.\n";
        assert_eq!(
            steps(log),
            [
                Step::Tries(BootDevice::Network),
                Step::HandsOver(BootDevice::Network),
                Step::Tries(BootDevice::Disk),
                Step::GivesUp,
            ]
        );
    }

    #[test]
    fn ovmf_says_what_it_loads_and_starts() {
        let log = "\u{1b}[37miPXE 1.0.0+git -- Open Source Network Boot Firmware -- \n\
                   BdsDxe: failed to load Boot0002 \"UEFI PXEv4 (MAC:0025B5000000)\" from X: Not Found\n\
                   >>Start PXE over IPv4.\n  PXE-E16: No valid offer received.\n\
                   BdsDxe: loading Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x1,0x0)\n\
                   BdsDxe: starting Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x1,0x0)\n\
                   BdsDxe: loading Boot0004 \"EFI Internal Shell\" from Fv(X)\n\
                   BdsDxe: starting Boot0004 \"EFI Internal Shell\" from Fv(X)\n";
        assert_eq!(
            steps(log),
            [
                Step::HandsOver(BootDevice::Network),
                Step::Tries(BootDevice::Network),
                Step::Tries(BootDevice::Disk),
                Step::HandsOver(BootDevice::Disk),
                Step::GivesUp,
            ]
        );
    }

    #[tokio::test]
    async fn a_watch_begins_at_the_end_and_waits_for_whole_lines() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("firmware.log");
        std::fs::write(&log, "Booting from ROM...\n").unwrap();
        let mut watch = Watch::begin(log).await;
        watch.take(b"Booting from Hard");
        assert!(watch.steps.is_empty());
        watch.take(b" Disk...\n");
        assert_eq!(watch.step().await, Step::Tries(BootDevice::Disk));
    }
}
