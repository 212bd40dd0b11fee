//! What server this is.

use crate::error::CimcError;
use crate::session::Session;
use crate::version::FirmwareVersion;

/// What a server and its controller are. What the firmware does not tell is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Such as `UCSC-C220-M5SX`; machines of the first generations have `R200-...` or `R210-...`.
    pub model: Option<String>,
    /// The chassis' serial number.
    pub serial: Option<String>,
    /// The product name, such as `UCS C220 M5SX`.
    pub name: Option<String>,
    /// The server's UUID as the firmware writes it.
    pub uuid: Option<String>,
    /// The CIMC's firmware.
    pub firmware: Option<FirmwareVersion>,
    /// Memory in MB.
    pub memory_mb: Option<u64>,
    /// Sockets with a processor.
    pub cpus: Option<u32>,
    /// Cores of all processors.
    pub cores: Option<u32>,
    /// Threads of all processors.
    pub threads: Option<u32>,
}

impl Session {
    /// Reads what server this is.
    ///
    /// # Errors
    ///
    /// [`CimcError::Busy`] when the CIMC does not show the server yet; any failure of a read.
    pub async fn identity(&mut self) -> Result<Identity, CimcError> {
        let server = self.server().await?;
        let firmware = self.dialect().await?.firmware().cloned();
        let text = |name| server.known(name).map(str::to_owned);
        let number = |name| server.known(name).and_then(|value| value.parse().ok());
        Ok(Identity {
            model: text("model"),
            serial: text("serial"),
            name: text("name"),
            uuid: text("uuid"),
            firmware,
            memory_mb: server
                .known("totalMemory")
                .and_then(|value| value.parse().ok()),
            cpus: number("numOfCpus"),
            cores: number("numOfCores"),
            threads: number("numOfThreads"),
        })
    }
}
