//! The objects that a controller has before anybody has written to it.

mod cards;
mod condition;

use crate::identity::Identity;
use crate::personality::{BootDialect, Personality};
use crate::tree::{ManagedObject, ObjectTree, Pool, RACK_UNIT};

/// Memory of every simulated machine in MB.
const MEMORY_MB: &str = "131072";
const DISK_SIZE: &str = "285148 MB";

/// Builds the object tree of a new machine. `address` is where its controller listens.
pub(crate) fn objects(
    personality: &Personality,
    identity: &Identity,
    name: &str,
    address: &str,
    pool: &mut Pool,
) -> ObjectTree {
    let mut objects = system(personality, identity, name, address);
    objects.extend(board(personality, identity));
    objects.extend(network(identity));
    objects.extend(condition::objects(identity));
    objects.extend(cards::objects(identity));
    objects.extend(boot_order(personality));
    ObjectTree::new(objects, personality, pool)
}

fn new(class: &'static str, below: &str) -> ManagedObject {
    let dn = if below.is_empty() {
        RACK_UNIT.to_owned()
    } else {
        format!("{RACK_UNIT}/{below}")
    };
    ManagedObject::new(class, dn)
}

fn system(
    personality: &Personality,
    identity: &Identity,
    name: &str,
    address: &str,
) -> Vec<ManagedObject> {
    let running = |below, kind: &'static str, version: &'static str| {
        new("firmwareRunning", below)
            .with(
                "deployment",
                if kind == "blade-controller" {
                    "system"
                } else {
                    "boot-loader"
                },
            )
            .with("type", kind)
            .with("version", version)
    };
    vec![
        ManagedObject::new("topSystem", "sys")
            .with("address", address.to_owned())
            .with("currentTime", "Thu Jan  1 00:10:00 1970")
            .with("mode", "stand-alone")
            .with("name", name.to_owned())
            .with("timeZone", "UTC"),
        new("computeRackUnit", "")
            .with("adminPower", "policy")
            .with("operPower", "off")
            .with("model", personality.model)
            .with("name", personality.model.replace('-', " "))
            .with("serial", identity.serial.clone())
            .with("chassisSerial", identity.serial.clone())
            .with("vendor", "Cisco Systems Inc")
            .with("uuid", identity.uuid.clone())
            .with("originalUuid", identity.uuid.clone())
            .with("totalMemory", MEMORY_MB)
            .with("availableMemory", MEMORY_MB)
            .with("memorySpeed", "1600")
            .with("numOfCpus", "2")
            .with("numOfCores", "16")
            .with("numOfCoresEnabled", "16")
            .with("numOfThreads", "32")
            .with("numOfAdaptors", "1")
            .with("numOfEthHostIfs", "2")
            .with("numOfFcHostIfs", "0")
            .with("serverId", "1")
            .with("slotId", "NA")
            .with("presence", "equipped")
            .with("cimcResetReason", "ac-cycle")
            .with("biosPostState", "unknown")
            .with("assetTag", "Unknown")
            .with("usrLbl", ""),
        new("biosUnit", "bios")
            .with("model", personality.model)
            .with("revision", "")
            .with("serial", "")
            .with("vendor", "Cisco Systems, Inc."),
        running("bios/fw-boot-loader", "blade-bios", personality.bios),
        new("mgmtController", "mgmt")
            .with("model", personality.model)
            .with("serial", identity.serial.clone())
            .with("subject", "blade")
            .with("vendor", "Cisco Systems Inc"),
        running("mgmt/fw-system", "blade-controller", personality.firmware),
        running(
            "mgmt/fw-boot-loader",
            "blade-controller-boot-loader",
            personality.firmware,
        ),
        new("mgmtIf", "mgmt/if-1")
            .with("id", "1")
            .with("dhcpEnable", "no")
            .with("extIp", address.to_owned())
            .with("extMask", "255.255.255.0")
            .with("extGw", "0.0.0.0")
            .with("hostname", name.to_owned())
            .with("mac", identity.controller_mac.to_uppercase())
            .with("nicMode", "dedicated")
            .with("vlanEnable", "no"),
        new("equipmentLocatorLed", "locator-led")
            .with("adminState", "inactive")
            .with("color", "blue")
            .with("id", "1")
            .with("name", "LOCATOR_LED")
            .with("operState", "off"),
    ]
}

fn board(personality: &Personality, identity: &Identity) -> Vec<ManagedObject> {
    let mut objects = vec![
        new("computeBoard", "board")
            .with("model", personality.model)
            .with("serial", ""),
        new("memoryArray", "board/memarray-1")
            .with("currCapacity", MEMORY_MB)
            .with("id", "1")
            .with("maxCapacity", "786432")
            .with("populated", "8")
            .with("presence", "equipped"),
        new("storageController", "board/storage-SAS-MRAID")
            .with("id", "MRAID")
            .with("model", "Cisco 12G SAS Modular Raid Controller")
            .with("presence", "equipped")
            .with("raidSupport", "yes")
            .with("serial", format!("{}C", identity.serial))
            .with("vendor", "LSI Logic"),
        new("storageVirtualDrive", "board/storage-SAS-MRAID/vd-0")
            .with("health", "Good")
            .with("id", "0")
            .with("name", "boot")
            .with("raidLevel", "RAID 1")
            .with("size", DISK_SIZE)
            .with("vdStatus", "Optimal"),
    ];
    for disk in 1..=2 {
        objects.push(
            new(
                "storageLocalDisk",
                &format!("board/storage-SAS-MRAID/pd-{disk}"),
            )
            .with("coercedSize", DISK_SIZE)
            .with("driveSerialNumber", format!("{}D{disk}", identity.serial))
            .with("health", "Good")
            .with("id", disk.to_string())
            .with("interfaceType", "SAS")
            .with("mediaType", "HDD")
            .with("online", "true")
            .with("pdStatus", "Online")
            .with("productId", "MK3001GRRB")
            .with("vendor", "TOSHIBA"),
        );
    }
    for cpu in 1..=2 {
        objects.push(
            new("processorUnit", &format!("board/cpu-{cpu}"))
                .with("arch", "Xeon")
                .with("cores", "8")
                .with("coresEnabled", "8")
                .with("id", cpu.to_string())
                .with("model", "Intel(R) Xeon(R) CPU E5-2660 0 @ 2.20GHz")
                .with("presence", "equipped")
                .with("socketDesignation", format!("CPU{cpu}"))
                .with("speed", "2200")
                .with("threads", "16")
                .with("vendor", "Intel(R) Corporation"),
        );
    }
    objects
}

/// Two LOM ports and a VIC with two interfaces and two uplinks.
fn network(identity: &Identity) -> Vec<ManagedObject> {
    let mut objects = vec![
        new("networkAdapterUnit", "network-adapter-L")
            .with("id", "1")
            .with("model", "Intel(R) I350 1 Gbps Network Controller")
            .with("numIntf", "2")
            .with("presence", "equipped")
            .with("slot", "L")
            .with("vendor", "0x8086"),
        new("adaptorUnit", "adaptor-MLOM")
            .with("cimcManagementEnabled", "no")
            .with("id", "MLOM")
            .with("model", "UCSC-MLOM-CSC-02")
            .with("pciSlot", "MLOM")
            .with("presence", "equipped")
            .with("serial", format!("{}A", identity.serial))
            .with("vendor", "Cisco Systems Inc"),
    ];
    let [lom1, lom2, eth0, eth1] = &identity.macs;
    for (port, mac) in [lom1, lom2].into_iter().enumerate() {
        let port = port + 1;
        objects.push(
            new(
                "networkAdapterEthIf",
                &format!("network-adapter-L/eth-{port}"),
            )
            .with("id", port.to_string())
            .with("mac", mac.to_uppercase())
            .with("name", format!("LOM{port}")),
        );
    }
    for (number, mac) in identity.uplink_macs.iter().enumerate() {
        objects.push(
            new("adaptorExtEthIf", &format!("adaptor-MLOM/ext-eth-{number}"))
                .with("id", number.to_string())
                .with("linkState", "up")
                .with("mac", mac.to_uppercase())
                .with("operSpeed", "10Gbps")
                .with("portId", number.to_string()),
        );
    }
    for (number, mac) in [eth0, eth1].into_iter().enumerate() {
        objects.push(
            new(
                "adaptorHostEthIf",
                &format!("adaptor-MLOM/host-eth-eth{number}"),
            )
            .with("channelNumber", "N/A")
            .with("classOfService", "0")
            .with("ifType", "virtual")
            .with("iscsiBoot", "disabled")
            .with("mac", mac.to_uppercase())
            .with("mtu", "1500")
            .with("name", format!("eth{number}"))
            .with("portProfile", "")
            .with("pxeBoot", "disabled")
            .with("uplinkPort", number.to_string())
            .with("usnicCount", "0"),
        );
    }
    objects
}

/// The factory's boot order: CD, disk, network.
pub(crate) fn boot_order(personality: &Personality) -> Vec<ManagedObject> {
    let mut objects = vec![
        new("lsbootDef", "boot-policy")
            .with("name", "boot-policy")
            .with("purpose", "operational")
            .with("rebootOnUpdate", "no"),
        new("lsbootBootSecurity", "boot-policy/boot-security").with("secureBoot", "disabled"),
        new("biosBootDevGrp", "bios/bdgep"),
        new("oneTimeBootDevice", "boot-one-time").with("device", "none"),
    ];
    match personality.boot {
        BootDialect::Legacy => objects.extend([
            new("lsbootVirtualMedia", "boot-policy/vm-read-only")
                .with("access", "read-only")
                .with("order", "1")
                .with("type", "virtual-media"),
            new("lsbootStorage", "boot-policy/storage-read-write")
                .with("access", "read-write")
                .with("order", "2")
                .with("type", "storage"),
            new(
                "lsbootLocalStorage",
                "boot-policy/storage-read-write/local-storage",
            ),
            new("lsbootLan", "boot-policy/lan-read-only")
                .with("access", "read-only")
                .with("order", "3")
                .with("prot", "pxe")
                .with("type", "lan"),
        ]),
        BootDialect::Precision => {
            let uefi_only = personality.fixed_boot_mode;
            let mode = if uefi_only { "Uefi" } else { "Legacy" };
            let [cd, disk, net] = personality.boot_names;
            let device = |class,
                          prefix: &str,
                          name: &'static str,
                          order: &'static str,
                          kind: &'static str| {
                new(class, &format!("boot-precision/{prefix}-{name}"))
                    .with("name", name)
                    .with("order", order)
                    .with("state", "Enabled")
                    .with("type", kind)
            };
            objects.extend([
                new("lsbootDevPrecision", "boot-precision")
                    .with("configuredBootMode", mode)
                    .with("lastConfiguredBootOrderSource", "CIMC")
                    .with("name", "boot-precision")
                    .with("purpose", "operational")
                    .with("reapply", "no")
                    .with("rebootOnUpdate", "no"),
                device("lsbootVMedia", "vm", cd, "1", "VMEDIA").with("subtype", "kvm-mapped-dvd"),
                device("lsbootHdd", "hdd", disk, "2", "LOCALHDD").with("slot", "MRAID"),
                device("lsbootPxe", "pxe", net, "3", "PXE")
                    .with("subtype", "PXE")
                    .with("slot", "L")
                    .with("port", "1")
                    .with("macAddress", "")
                    .with("iptype", "IPv4"),
                new("biosBootMode", "bios/bdgep/boot-mode").with("actualBootMode", mode),
                new("oneTimePrecisionBootDevice", "one-time-precision-boot")
                    .with("device", "")
                    .with("rebootOnUpdate", "no"),
            ]);
        }
    }
    objects
}
