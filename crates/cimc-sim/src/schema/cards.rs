//! The classes of cards and what is on them, as far as only an inventory asks for them.

use super::{Class, class, ro, rw};
use crate::release::{R1_5, R2_0_1A, R3_0_1C};

pub(super) static CLASSES: &[Class] = &[
    class(
        "pciEquipSlot",
        R1_5,
        &[
            ro("id"),
            ro("model"),
            ro("vendor"),
            ro("controllerReported"),
            ro("smbiosId"),
            ro("version").since(R2_0_1A),
            // Since 3.0(3a), of which no release here is older than 3.0(4a).
            ro("optionROMStatus").since(R3_0_1C),
        ],
    ),
    class(
        "equipmentTpm",
        R2_0_1A,
        &[
            ro("activeStatus"),
            ro("enabledStatus"),
            ro("model"),
            ro("ownership"),
            ro("presence"),
            ro("serial"),
            ro("tpmRevision"),
            ro("vendor"),
            ro("version"),
        ],
    ),
    class(
        "storageControllerProps",
        R1_5,
        &[
            ro("bootDrive"),
            ro("health"),
            ro("physicalDriveCount"),
            ro("virtualDriveCount"),
            ro("firmwarePackageBuild").since(R2_0_1A),
        ],
    ),
    class(
        "adaptorHostFcIf",
        R1_5,
        &[
            ro("name"),
            ro("ifType"),
            rw("channelNumber"),
            rw("portProfile"),
            rw("sanBoot"),
            rw("uplinkPort"),
            rw("wwnn"),
            rw("wwpn"),
        ],
    ),
];
