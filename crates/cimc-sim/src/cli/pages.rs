//! What `show` prints. Without `detail` the guides have a table, with it a page of fields; some
//! things have one form only.

use std::fmt::Write as _;

use super::commands::BOOT_WORDS;
use crate::boot;
use crate::chassis::{Chassis, State};
use crate::fault::Fault;
use crate::personality::Personality;
use crate::release::Release;
use crate::tree::RACK_UNIT;

/// What came with a later release. The guides of 1.5 and 2.0 have all of it; from when each is
/// there is not recorded, so that old releases lack most.
pub(super) struct Features {
    pub(super) dimm_summary: bool,
    pub(super) storage_adapter: bool,
    pub(super) network_adapter: bool,
}

impl Features {
    pub(super) fn of(personality: &Personality) -> Self {
        let since = |major, minor| personality.release >= Release::new(major, minor, 0, ' ');
        Self {
            dimm_summary: since(1, 4),
            storage_adapter: since(1, 4),
            network_adapter: since(1, 5),
        }
    }
}

/// The page, if the scope has it.
pub(super) fn page(chassis: &Chassis, scopes: &[&str], what: &[&str]) -> Option<String> {
    let features = Features::of(chassis.personality());
    Some(match (scopes, what) {
        ([], ["chassis", "detail"]) | (["chassis"], ["detail"]) => chassis_detail(chassis),
        ([], ["cimc", "detail"]) | (["cimc"], ["detail"]) => cimc_detail(chassis),
        ([], ["bios", "detail"]) | (["bios"], ["detail"]) => bios_detail(chassis),
        (["chassis"], ["cpu", "detail"]) => cpu_detail(chassis),
        (["chassis"], ["cpu"]) => cpu(chassis),
        (["chassis"], ["dimm"]) => dimm(),
        (["chassis"], ["dimm-summary"]) if features.dimm_summary => dimm_summary(),
        (["chassis"], ["adapter", "detail"]) => adapter_detail(chassis),
        (["chassis", "adapter MLOM"], ["host-eth-if", "detail"]) => host_eth_if_detail(chassis),
        (["chassis"], ["network-adapter", "detail"]) if features.network_adapter => {
            "Network Adapter:\n    Slot: L\n    Product Name: Intel(R) I350 1 Gbps Network Controller\n    \
             Number Of Interfaces: 2\n"
                .to_owned()
        }
        (["chassis", "network-adapter L"], ["mac-list", "detail"]) => mac_list_detail(chassis),
        (["chassis"], ["storageadapter", "detail"]) if features.storage_adapter => {
            "PCI Slot MRAID:\n    Health: Good\n    Controller Status: Optimal\n    \
             Product Name: LSI MegaRAID SAS 9266-8i\n    Boot Drive: 0\n    Boot Drive is PD: false\n"
                .to_owned()
        }
        (["chassis", "storageadapter MRAID"], ["virtual-drive", "detail"]) => {
            "Virtual Drive 0:\n    Health: Good\n    Status: Optimal\n    Name: boot\n    Size: 285148 MB\n    \
             RAID Level: RAID 1\n    Boot Drive: true\n"
                .to_owned()
        }
        (["chassis"], ["hdd"]) => {
            table(&["Name", "Status", "LocateLEDStatus"], &[
                vec!["HDD_01_STATUS".to_owned(), "present".to_owned(), "TurnOFF".to_owned()],
            ])
        }
        _ => return None,
    })
}

fn rack_unit(state: &State, name: &str) -> String {
    let unit = state.tree.get(RACK_UNIT);
    unit.map(|unit| unit.get(name).to_owned())
        .unwrap_or_default()
}

fn chassis_detail(chassis: &Chassis) -> String {
    let state = chassis.state();
    let lie = chassis.faults.take("show chassis", |fault| match fault {
        Fault::PowerReads(value) => Some(value.clone()),
        _ => None,
    });
    let led = state.tree.get(&format!("{RACK_UNIT}/locator-led"));
    format!(
        "Chassis:\n    Power: {}\n    Serial Number: {}\n    Product Name: {}\n    PID : {}\n    UUID: {}\n    \
         Locator LED: {}\n    Description:\n",
        lie.unwrap_or_else(|| rack_unit(&state, "operPower")),
        chassis.identity.serial,
        chassis.personality().model().replace('-', " "),
        chassis.personality().model(),
        chassis.identity.uuid,
        led.map_or("off", |led| led.get("operState")),
    )
}

fn cimc_detail(chassis: &Chassis) -> String {
    let version = chassis.personality().firmware();
    format!(
        "CIMC:\n    Firmware Version: {version}\n    Current Time: Thu Jan  1 00:10:00 1970\n    \
         Boot-loader Version: {version}.36\n"
    )
}

fn bios_detail(chassis: &Chassis) -> String {
    let mut page = format!(
        "BIOS:\n    BIOS Version: \"{} (Build Date: 01/12/2011)\"\n",
        chassis.personality().bios
    );
    if chassis.personality().has_boot_types() {
        let state = chassis.state();
        let mut devices: Vec<_> = state.tree.children(boot::POLICY).collect();
        devices.sort_by_key(|device| device.order());
        let words: Vec<_> = devices
            .iter()
            .filter_map(|device| {
                let (word, _) = BOOT_WORDS.iter().find(|(_, rn)| device.dn.ends_with(rn))?;
                Some(*word)
            })
            .collect();
        // A string can always be written to.
        let _ = writeln!(page, "    Boot Order: {}", words.join(","));
    }
    page + "    FW Update/Recovery Status: NONE\n    Active BIOS on next reboot: main\n"
}

fn cpu_detail(chassis: &Chassis) -> String {
    let state = chassis.state();
    let pages = state.tree.of_class("processorUnit").map(|cpu| {
        format!(
            "Name {}:\n    Manufacturer: {}\n    Family: {}\n    Thread Count : {}\n    Cores : {}\n    \
             Version: {}\n    Speed (Mhz) : {}\n    Status: Enabled\n",
            cpu.get("socketDesignation"),
            cpu.get("vendor"),
            cpu.get("arch"),
            cpu.get("threads"),
            cpu.get("cores"),
            cpu.get("model"),
            cpu.get("speed"),
        )
    });
    pages.collect()
}

fn cpu(chassis: &Chassis) -> String {
    let state = chassis.state();
    let rows: Vec<_> = state
        .tree
        .of_class("processorUnit")
        .map(|cpu| {
            ["socketDesignation", "cores", "model"]
                .map(|name| cpu.get(name).to_owned())
                .to_vec()
        })
        .collect();
    table(&["Name", "Cores", "Version"], &rows)
}

/// Eight modules in the first sockets of two processors; the others are empty.
fn dimm() -> String {
    let sockets = ["A", "B", "C", "D", "E", "F", "G", "H"]
        .iter()
        .flat_map(|bank| (1..=3).map(move |number| (format!("DIMM_{bank}{number}"), number == 1)));
    let rows: Vec<_> = sockets
        .map(|(name, is_there)| {
            let facts = match is_there {
                true => ["16384 MB", "1600", "DDR3"],
                false => ["Not Installed", "Unknown", "Unknown"],
            };
            std::iter::once(name)
                .chain(facts.map(str::to_owned))
                .collect()
        })
        .collect();
    table(
        &["Name", "Capacity", "Channel Speed (MHz)", "Channel Type"],
        &rows,
    )
}

fn dimm_summary() -> String {
    "DIMM Summary:\n    Memory Speed: 1600 MHz\n    Total Memory: 131072 MB\n    Effective Memory: 131072 MB\n    \
     Redundant Memory: 0 MB\n    Failed Memory: 0 MB\n    Ignored Memory: 0 MB\n    Number of Failed Dimms: 0\n"
        .to_owned()
}

fn adapter_detail(chassis: &Chassis) -> String {
    format!(
        "PCI Slot MLOM:\n    Product Name: UCS VIC P81E\n    Serial Number: {}A\n    Product ID: N2XX-ACPCI01\n    \
         Vendor: Cisco Systems Inc\n    Current FW Version: 1.4(1i)\n",
        chassis.identity.serial
    )
}

fn host_eth_if_detail(chassis: &Chassis) -> String {
    let [.., eth0, eth1] = &chassis.identity.macs;
    let pages = [eth0, eth1].into_iter().enumerate().map(|(number, mac)| {
        format!(
            "Name eth{number}:\n    MTU: 1500\n    Uplink Port: {number}\n    MAC Address: {}\n    CoS: 0\n    \
             Trust Host CoS: disabled\n    PCI Order: ANY\n    VLAN: NONE\n    VLAN Mode: TRUNK\n    \
             Rate Limiting: OFF\n    PXE Boot: disabled\n    Channel Number: N/A\n    Port Profile:\n    \
             Uplink Failover: N/A\n",
            mac.to_uppercase()
        )
    });
    pages.collect()
}

/// The guide's example has addresses without colons; a script's comment has them with.
fn mac_list_detail(chassis: &Chassis) -> String {
    let [lom1, lom2, ..] = &chassis.identity.macs;
    let plain = chassis.personality().release < Release::new(2, 0, 0, ' ');
    let pages = [lom1, lom2].into_iter().zip(1..).map(|(mac, number)| {
        let mac = if plain {
            mac.replace(':', "")
        } else {
            mac.clone()
        };
        format!("Interface ID: {number}\n    MAC Address: {mac}\n")
    });
    pages.collect()
}

/// A table as wide as its widest cells.
fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count());
            cells.chain([head.len()]).max().unwrap_or_default()
        })
        .collect();
    let line = |cells: Vec<String>| {
        let padded: Vec<_> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        padded.join(" ") + "\n"
    };
    let mut text = line(head.iter().map(|head| (*head).to_owned()).collect());
    text.push_str(&line(
        widths.iter().map(|width| "-".repeat(*width)).collect(),
    ));
    for row in rows {
        text.push_str(&line(row.clone()));
    }
    text
}
