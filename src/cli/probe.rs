//! `ferric probe`: what a controller is, and what its server is set to.

use cimc_client::{
    BootOrder, CimcError, ControllerSettings, Controllers, HostNic, Identity, PowerState, Protocol,
    TlsVerify,
};
use clap::Args;
use serde_json::{Value, json};

use super::exit::{Exit, Failure, Outcome};
use super::table::table;
use super::{Global, output};
use crate::config::environment::Environment;

#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    /// The controller: HOST or HOST:PORT
    address: String,
    /// The account
    #[arg(long, value_name = "USER", default_value = "admin")]
    user: String,
    /// The environment variable that holds its password
    #[arg(long, value_name = "VAR", default_value = "CIMC_PASSWORD")]
    password_env: String,
    /// Plain HTTP, for firmware that speaks only old TLS
    #[arg(long)]
    http: bool,
    /// Accept any certificate; most controllers have a self-signed one
    #[arg(long)]
    insecure: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is read of a controller. What it can't tell is an error of its own, not of the probe.
struct Found {
    identity: Identity,
    power: PowerState,
    boot: Result<BootOrder, CimcError>,
    nics: Result<Vec<HostNic>, CimcError>,
}

pub(super) async fn run(global: &Global, args: ProbeArgs) -> Outcome {
    global.log()?;
    let environment = Environment::of_process();
    let Some(password) = environment.get(&args.password_env) else {
        return Err(Failure::usage(format!(
            "the environment variable {name} is not set; run: read -rs {name}; export {name}",
            name = args.password_env
        )));
    };
    let mut settings = ControllerSettings::new(&args.address, &args.user, password.into());
    if args.http {
        settings.protocol = Protocol::Http;
    }
    if args.insecure {
        settings.verify = TlsVerify::Off;
    }
    let controllers = Controllers::new();
    let found = read(&controllers, &settings).await;
    controllers.drain().await;
    let found = found.map_err(|error| Failure::of(Exit::CannotStart, &error))?;
    if args.json {
        output::line(format!("{:#}", as_json(&args.address, &found)));
    } else {
        output::line(as_table(&args.address, &found));
    }
    Ok(Exit::Done)
}

async fn read(
    controllers: &Controllers,
    settings: &ControllerSettings,
) -> Result<Found, CimcError> {
    let controller = controllers.get(settings)?;
    controller
        .run(async |session| {
            Ok(Found {
                identity: session.identity().await?,
                power: session.power_state().await?,
                boot: session.boot_order().await,
                nics: session.host_nics().await,
            })
        })
        .await
}

fn power(state: &PowerState) -> &str {
    match state {
        PowerState::On => "on",
        PowerState::Off => "off",
        PowerState::Unknown(word) => word,
    }
}

fn as_json(address: &str, found: &Found) -> Value {
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
    })
}

fn as_table(address: &str, found: &Found) -> String {
    let identity = &found.identity;
    let unknown = || "not told".to_owned();
    let number = |value: Option<u64>, unit: &str| {
        value.map_or_else(unknown, |value| format!("{value}{unit}"))
    };
    let mut rows: Vec<(&str, String)> = vec![
        ("address", address.to_owned()),
        ("model", identity.model.clone().unwrap_or_else(unknown)),
        ("serial", identity.serial.clone().unwrap_or_else(unknown)),
        (
            "firmware",
            identity
                .firmware
                .as_ref()
                .map_or_else(unknown, ToString::to_string),
        ),
        ("memory", number(identity.memory_mb, " MB")),
        ("cores", number(identity.cores.map(u64::from), "")),
        ("power", power(&found.power).to_owned()),
    ];
    match &found.boot {
        Ok(boot) => {
            for (index, device) in boot.devices.iter().enumerate() {
                let off = if device.enabled { "" } else { " (off)" };
                let kind = format!("{:?}", device.kind).to_lowercase();
                let heading = if index == 0 { "boot order" } else { "" };
                rows.push((
                    heading,
                    format!("{} {kind} {}{off}", device.order, device.name),
                ));
            }
            if let Some(once) = &boot.one_time {
                rows.push(("boot once", once.clone()));
            }
        }
        Err(error) => rows.push(("boot order", error.to_string())),
    }
    match &found.nics {
        Ok(nics) if nics.is_empty() => rows.push(("macs", unknown())),
        Ok(nics) => {
            for (index, nic) in nics.iter().enumerate() {
                let heading = if index == 0 { "macs" } else { "" };
                rows.push((heading, format!("{} {} {}", nic.mac, nic.slot, nic.name)));
            }
        }
        Err(error) => rows.push(("macs", error.to_string())),
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(heading, value)| vec![heading.to_owned(), value])
        .collect();
    table(&["", ""], &rows)
}
