//! Memory modules, sensors, fans, power supplies, BIOS tokens and services of a new machine. The
//! readings are those of a server in a cool room; they don't follow its power.

use super::new;
use crate::identity::Identity;
use crate::tree::ManagedObject;

/// The controller's services stand beside the server, not below it.
const SERVICES: &str = "sys/svc-ext";

pub(super) fn objects(identity: &Identity) -> Vec<ManagedObject> {
    let mut objects = vec![
        new("computeMbPowerStats", "board/power-stats")
            .with("consumedPower", "118")
            .with("inputCurrent", "0.53")
            .with("inputVoltage", "221.7"),
        new("computeRackUnitMbTempStats", "board/temp-stats")
            .with("ambientTemp", "22.0")
            .with("frontTemp", "22.0")
            .with("rearTemp", "31.0")
            .with("ioh1Temp", "N/A"),
        new("biosSettings", "bios/bios-settings"),
        new(
            "biosVfLOMPortOptionROM",
            "bios/bios-settings/LOMPort-OptionROM",
        )
        .with("vpLOMPortsAllState", "Enabled")
        .with("vpLOMPort0State", "Enabled")
        .with("vpLOMPort1State", "Enabled"),
        new(
            "biosVfConsoleRedirection",
            "bios/bios-settings/Console-redirection",
        )
        .with("vpConsoleRedirection", "disabled")
        .with("vpBaudRate", "115200")
        .with("vpTerminalType", "vt100"),
        ManagedObject::new("commVMedia", format!("{SERVICES}/vmedia-svc"))
            .with("adminState", "enabled")
            .with("encryptionState", "disabled")
            .with("activeSessions", "0"),
        ManagedObject::new("commRedfish", format!("{SERVICES}/redfish-svc"))
            .with("adminState", "enabled")
            .with("activeSessions", "0")
            .with("maximumSessions", "4"),
    ];
    for cpu in 1..=2 {
        objects.push(
            new("processorEnvStats", &format!("board/cpu-{cpu}/env-stats"))
                .with("id", cpu.to_string())
                .with("temperature", "38.0"),
        );
        objects.push(
            new("equipmentPsu", &format!("psu-{cpu}"))
                .with("id", cpu.to_string())
                .with("model", "UCSC-PSU1-770W")
                .with("serial", format!("{}P{cpu}", identity.serial))
                .with("operability", "operable")
                .with("power", "on")
                .with("presence", "equipped")
                .with("input", "224"),
        );
        objects.push(
            new("equipmentFan", &format!("fan-module-1-{cpu}/fan-1"))
                .with("id", "1")
                .with("operability", "operable")
                .with("power", "on")
                .with("presence", "equipped")
                .with("thermal", "ok"),
        );
    }
    objects.extend((1..=10).map(|slot| module(identity, slot)));
    objects
}

/// Eight modules of 16 GB; two slots are empty.
fn module(identity: &Identity, slot: u8) -> ManagedObject {
    let object = new("memoryUnit", &format!("board/memarray-1/mem-{slot}"))
        .with("id", slot.to_string())
        .with("location", format!("DIMM_{slot}"));
    if slot > 8 {
        return object.with("presence", "missing").with("capacity", "NA");
    }
    object
        .with("presence", "equipped")
        .with("capacity", "16384")
        .with("clock", "1600")
        .with("type", "DDR3")
        .with("serial", format!("{}M{slot}", identity.serial))
}
