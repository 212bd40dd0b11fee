//! MAC addresses: `show host-eth-if detail` of each adapter, `show mac-list detail` of each other
//! network card.

use super::parse::Record;
use super::shell::Shell;
use crate::error::CimcError;
use crate::nics::{HostNic, NicKind, sort, valid_mac};
use crate::session::{SERVER, absent_as_none};

impl Shell {
    /// All interfaces with a valid MAC address, in the order of [`crate::Session::host_nics`].
    ///
    /// VICs have been in `scope adapter` since the first of them. `scope network-adapter`, which
    /// has the ports on the board, is in the guides from 1.5 on: where it is missing, so are they.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] when neither is known; any failure of a command.
    pub async fn host_nics(&mut self) -> Result<Vec<HostNic>, CimcError> {
        let vics = absent_as_none(self.vics().await)?;
        let ports = absent_as_none(self.ports().await)?;
        if vics.is_none() && ports.is_none() {
            let why = "it has neither `show adapter` nor `show network-adapter`";
            return Err(self.unsupported("tell the host's MAC addresses", why));
        }
        let mut nics: Vec<_> = vics.into_iter().chain(ports).flatten().collect();
        sort(&mut nics);
        Ok(nics)
    }

    async fn vics(&mut self) -> Result<Vec<HostNic>, CimcError> {
        self.enter(&["chassis"]).await?;
        let adapters = self.records("show adapter detail").await?;
        let mut nics = Vec::new();
        for slot in adapters.iter().filter_map(slot) {
            self.enter(&["chassis", &format!("adapter {slot}")]).await?;
            let interfaces = self.records("show host-eth-if detail").await?;
            nics.extend(interfaces.iter().filter_map(|one| vic(&slot, one)));
        }
        Ok(nics)
    }

    async fn ports(&mut self) -> Result<Vec<HostNic>, CimcError> {
        self.enter(&["chassis"]).await?;
        let cards = self.records("show network-adapter detail").await?;
        let mut nics = Vec::new();
        for slot in cards.iter().filter_map(slot) {
            self.enter(&["chassis", &format!("network-adapter {slot}")])
                .await?;
            let ports = self.records("show mac-list detail").await?;
            nics.extend(ports.iter().filter_map(|one| port(&slot, one)));
        }
        Ok(nics)
    }
}

/// `PCI Slot 1:` as a heading, or `Slot: L` as a field; it becomes part of a command.
fn slot(record: &Record) -> Option<String> {
    let slot = record
        .get("Slot")
        .or_else(|| record.get("PCI Slot"))
        .unwrap_or_else(|| record.name());
    let is_word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    (!slot.is_empty() && slot.len() <= 32 && slot.chars().all(is_word)).then(|| slot.to_owned())
}

/// `Name eth0:` with its fields.
fn vic(slot: &str, record: &Record) -> Option<HostNic> {
    let mac = mac(record)?;
    let name = record
        .get("Name")
        .unwrap_or_else(|| record.name())
        .to_owned();
    let pxe_boot = record
        .get("PXE Boot")
        .map(|word| word.to_ascii_lowercase().starts_with("enable"));
    Some(HostNic {
        mac,
        port: number(&name),
        kind: NicKind::Vic,
        slot: slot.to_owned(),
        pxe_boot,
        link: None,
        dn: format!("{SERVER}/adaptor-{slot}/host-eth-{name}"),
        name,
    })
}

fn port(slot: &str, record: &Record) -> Option<HostNic> {
    let mac = mac(record)?;
    let id = record.get("Interface ID").unwrap_or_else(|| record.name());
    let port = number(id);
    let last = port.map_or_else(|| id.to_owned(), |port| format!("eth-{port}"));
    Some(HostNic {
        mac,
        name: last.clone(),
        kind: if slot == "L" {
            NicKind::Lom
        } else {
            NicKind::Other
        },
        slot: slot.to_owned(),
        port,
        pxe_boot: None,
        link: None,
        dn: format!("{SERVER}/network-adapter-{slot}/{last}"),
    })
}

/// With colons, or as twelve digits: the guides have both.
fn mac(record: &Record) -> Option<String> {
    let text = record.get("MAC Address")?;
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let digits = text.as_bytes().chunks(2);
        let pairs: Vec<_> = digits.map(String::from_utf8_lossy).collect();
        return valid_mac(&pairs.join(":"));
    }
    valid_mac(text)
}

/// The number at the end.
fn number(text: &str) -> Option<u32> {
    let digits = text
        .trim_end_matches(|char: char| char.is_ascii_digit())
        .len();
    text[digits..].parse().ok()
}
