//! Firmware releases as values that can be compared.

/// A CIMC firmware release such as `1.5(4)` or `2.0(13e)`, as far as it decides what the firmware
/// knows: major, minor, maintenance number and patch letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Release(u16, u16, u16, char);

impl Release {
    /// `letter` is a space for releases without one, which sorts before every letter.
    pub(crate) const fn new(major: u16, minor: u16, maintenance: u16, letter: char) -> Self {
        Self(major, minor, maintenance, letter)
    }
}

/// The first release with the XML API (imcsdk 0.9.17 metadata: every method since 1.4(2b)).
pub(crate) const R1_4_2B: Release = Release::new(1, 4, 2, 'b');
/// The first release that the SDK metadata knows in detail is 1.5(1f); 1.5(1b) has the same model.
pub(crate) const R1_5: Release = Release::new(1, 5, 1, 'a');
/// Precision boot order.
pub(crate) const R2_0_1A: Release = Release::new(2, 0, 1, 'a');
/// `biosUnit.adminAction`.
pub(crate) const R2_0_2C: Release = Release::new(2, 0, 2, 'c');
/// `computeRackUnit.chassisSerial`.
pub(crate) const R2_0_4C: Release = Release::new(2, 0, 4, 'c');
/// `lsbootNVMe`, `networkAdapterUnit.presence` (2.0(9c)), `cimcResetReason`.
pub(crate) const R2_0_13E: Release = Release::new(2, 0, 13, 'e');
/// One-time precision boot device, Redfish, asset tag.
pub(crate) const R3_0_1C: Release = Release::new(3, 0, 1, 'c');
/// Local CD boot devices, `lsbootPxe.macAddress`.
pub(crate) const R3_0_4A: Release = Release::new(3, 0, 4, 'a');
/// `lsbootPxe.iptype`, `slotId`.
pub(crate) const R4_0_1A: Release = Release::new(4, 0, 1, 'a');
/// `computeRackUnit.biosPostState`.
pub(crate) const R4_1_1C: Release = Release::new(4, 1, 1, 'c');
/// `networkAdapterEthIf.name`.
pub(crate) const R4_1_2A: Release = Release::new(4, 1, 2, 'a');
/// UEFI HTTP boot devices.
pub(crate) const R4_1_3A: Release = Release::new(4, 1, 3, 'a');
