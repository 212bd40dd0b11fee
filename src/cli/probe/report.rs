//! What `ferric probe` reads, and how it shows it.

use cimc_client::{
    BootOrder, Capabilities, CimcError, ControllerSettings, Controllers, HostNic, Identity,
    Operation, PowerState, Session, Way, WayIn, complete_nics,
};
use serde_json::{Value, json};

use crate::cli::table::table;

/// What is read of a controller. What it can't tell is an error of its own, not of the probe.
pub(super) struct Found {
    identity: Identity,
    power: PowerState,
    boot: Result<BootOrder, CimcError>,
    nics: Result<Vec<HostNic>, CimcError>,
    capabilities: Capabilities,
}

/// Asks a controller: what works, and then by the way of each; `all` asks for more than is shown,
/// for a transcript.
pub(super) async fn read(
    controllers: &Controllers,
    settings: &ControllerSettings,
    all: bool,
) -> Result<Found, CimcError> {
    let controller = controllers.get(settings)?;
    let capabilities = controller.probe().await?;
    let mut main = match capabilities.way(Operation::PowerState) {
        Some(Way::Cli) => WayIn::Cli(controller.shell().await?),
        _ => WayIn::Xml(controller.session().await?),
    };
    let facts = facts_of(&mut main).await;
    if all && let WayIn::Xml(session) = &mut main {
        read_more(session).await;
    }
    main.close().await;
    let (identity, power, boot, mut nics) = facts?;
    let is_xml = capabilities
        .way(Operation::PowerState)
        .is_some_and(Way::has_xml);
    match capabilities.way(Operation::HostNics) {
        Some(Way::Cli) if is_xml => nics = controller.cli(async |s| s.host_nics().await).await,
        Some(Way::XmlAndCli) => {
            let more = controller.cli(async |s| s.host_nics().await).await?;
            if let Ok(nics) = &mut nics {
                complete_nics(nics, more);
            }
        }
        _ => {}
    }
    Ok(Found {
        identity,
        power,
        boot,
        nics,
        capabilities,
    })
}

type Facts = (
    Identity,
    PowerState,
    Result<BootOrder, CimcError>,
    Result<Vec<HostNic>, CimcError>,
);

async fn facts_of(way: &mut WayIn) -> Result<Facts, CimcError> {
    let (identity, power) = (way.identity().await?, way.power_state().await?);
    Ok((
        identity,
        power,
        way.boot_order().await,
        way.host_nics().await,
    ))
}

/// What inspection, sensors and settings ask for. Whatever comes of it is in the transcript.
async fn read_more(session: &mut Session) {
    let _ = session.inventory().await;
    let _ = session.firmware_components().await;
    let _ = session.bios_settings().await;
    let _ = session.boot_modes().await;
    let _ = session.sensors().await;
    let _ = session.faults().await;
    let _ = session.locator_led().await;
}

fn power(state: &PowerState) -> &str {
    match state {
        PowerState::On => "on",
        PowerState::Off => "off",
        PowerState::Unknown(word) => word,
    }
}

pub(super) fn as_json(address: &str, found: &Found) -> Value {
    let boot = found.boot.as_ref().ok();
    json!({
        "address": address,
        "model": found.identity.model,
        "serial": found.identity.serial,
        "name": found.identity.name,
        "uuid": found.identity.uuid,
        "firmware": found.identity.firmware.as_ref().map(ToString::to_string),
        "memory_mb": found.identity.memory_mb,
        "cpus": found.identity.cpus,
        "cores": found.identity.cores,
        "power": power(&found.power),
        "boot_order": boot.map(|boot| boot.devices.iter().map(|device| json!({
            "order": device.order,
            "kind": format!("{:?}", device.kind).to_lowercase(),
            "name": device.name,
            "enabled": device.enabled,
        })).collect::<Vec<_>>()),
        "boot_once": boot.and_then(|boot| boot.one_time.clone()),
        "macs": found.nics.as_ref().ok().map(|nics| nics.iter().map(|nic| json!({
            "mac": nic.mac, "name": nic.name, "slot": nic.slot, "pxe": nic.pxe_boot,
        })).collect::<Vec<_>>()),
        "capabilities": found.capabilities,
    })
}

pub(super) fn as_text(address: &str, found: &Found) -> String {
    format!(
        "{}\n\n{}",
        facts(address, found),
        operations(&found.capabilities)
    )
}

fn operations(capabilities: &Capabilities) -> String {
    let rows: Vec<_> = capabilities
        .operations
        .iter()
        .map(|known| {
            vec![
                known.operation.to_string(),
                works(known.way).to_owned(),
                known.evidence.clone(),
            ]
        })
        .collect();
    table(&["OPERATION", "WORKS", "SEEN"], &rows)
}

fn works(way: Option<Way>) -> &'static str {
    match way {
        None => "no",
        Some(Way::Xml) => "yes, by XML",
        Some(Way::Cli) => "yes, by CLI",
        Some(Way::XmlAndCli) => "yes, by XML and CLI",
    }
}

fn facts(address: &str, found: &Found) -> String {
    let identity = &found.identity;
    let unknown = || "not told".to_owned();
    let number = |value: Option<u64>, unit: &str| {
        value.map_or_else(unknown, |value| format!("{value}{unit}"))
    };
    let firmware = identity.firmware.as_ref();
    let mut rows: Vec<(&str, String)> = vec![
        ("address", address.to_owned()),
        ("model", identity.model.clone().unwrap_or_else(unknown)),
        ("serial", identity.serial.clone().unwrap_or_else(unknown)),
        (
            "firmware",
            firmware.map_or_else(unknown, ToString::to_string),
        ),
        ("memory", number(identity.memory_mb, " MB")),
        ("cores", number(identity.cores.map(u64::from), "")),
        ("power", power(&found.power).to_owned()),
    ];
    rows.extend(boot_rows(&found.boot));
    rows.extend(nic_rows(&found.nics));
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(heading, value)| vec![heading.to_owned(), value])
        .collect();
    table(&["", ""], &rows)
}

fn boot_rows(boot: &Result<BootOrder, CimcError>) -> Vec<(&'static str, String)> {
    let boot = match boot {
        Ok(boot) => boot,
        Err(error) => return vec![("boot order", error.to_string())],
    };
    let mut rows: Vec<_> = boot
        .devices
        .iter()
        .map(|device| {
            let off = if device.enabled { "" } else { " (off)" };
            let kind = format!("{:?}", device.kind).to_lowercase();
            format!("{} {kind} {}{off}", device.order, device.name)
        })
        .collect();
    if rows.is_empty() {
        rows.push("nothing".to_owned());
    }
    let mut rows = headed("boot order", rows);
    if let Some(once) = &boot.one_time {
        rows.push(("boot once", once.clone()));
    }
    rows
}

fn nic_rows(nics: &Result<Vec<HostNic>, CimcError>) -> Vec<(&'static str, String)> {
    match nics {
        Ok(nics) if nics.is_empty() => vec![("macs", "not told".to_owned())],
        Ok(nics) => {
            let rows = nics
                .iter()
                .map(|nic| format!("{} {} {}", nic.mac, nic.slot, nic.name));
            headed("macs", rows.collect())
        }
        Err(error) => vec![("macs", error.to_string())],
    }
}

/// Rows of which only the first has the heading.
fn headed(heading: &'static str, rows: Vec<String>) -> Vec<(&'static str, String)> {
    let headings = std::iter::once(heading).chain(std::iter::repeat(""));
    headings.zip(rows).collect()
}
