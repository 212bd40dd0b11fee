//! The cards of a new machine, and what is on them, as far as only an inventory asks for them. It
//! has no Fibre Channel: there are no `adaptorHostFcIf` objects.

use super::new;
use crate::identity::Identity;
use crate::tree::ManagedObject;

pub(super) fn objects(identity: &Identity) -> Vec<ManagedObject> {
    let slot = |id: &'static str, model: &'static str, vendor: &'static str| {
        new("pciEquipSlot", &format!("equipped-slot-{id}"))
            .with("id", id)
            .with("model", model)
            .with("vendor", vendor)
            .with("controllerReported", id)
            .with("smbiosId", id)
            .with("version", "N/A")
            .with("optionROMStatus", "Loaded")
    };
    vec![
        slot("MLOM", "UCSC-MLOM-CSC-02", "0x1137"),
        slot("MRAID", "Cisco 12G SAS Modular Raid Controller", "0x1000"),
        slot("L", "Intel(R) I350 1 Gbps Network Controller", "0x8086"),
        new("equipmentTpm", "board/tpm")
            .with("activeStatus", "deactivated")
            .with("enabledStatus", "disabled")
            .with("model", "UCSX-TPM2-001")
            .with("ownership", "unowned")
            .with("presence", "equipped")
            .with("serial", format!("{}T", identity.serial))
            .with("tpmRevision", "1")
            .with("vendor", "Cisco Systems Inc")
            .with("version", "NA"),
        new(
            "storageControllerProps",
            "board/storage-SAS-MRAID/controller-props",
        )
        .with("bootDrive", "0")
        .with("health", "Good")
        .with("physicalDriveCount", "2")
        .with("virtualDriveCount", "1")
        .with("firmwarePackageBuild", "24.5.0-0020"),
    ]
}
