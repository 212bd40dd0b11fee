//! The serial number and addresses of the machine with a given number.

/// What makes machine `index` itself. The same index always gives the same values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) serial: String,
    pub(crate) uuid: String,
    /// Lower case, as Linux writes them: both LOM ports, then both VIC interfaces.
    pub(crate) macs: [String; 4],
    pub(crate) controller_mac: String,
    pub(crate) uplink_macs: [String; 2],
}

impl Identity {
    /// `00:25:b5` is the range that Cisco uses for addresses handed out by software.
    pub(crate) fn new(index: u16) -> Self {
        let [high, low] = index.to_be_bytes();
        let mac = |last: u8| format!("00:25:b5:{high:02x}:{low:02x}:{last:02x}");
        Self {
            serial: format!("FCH19{:02}V{:03X}", index >> 12, index & 0xfff),
            uuid: format!("4A42480B-345D-4CD0-8824-00000000{index:04X}"),
            macs: [mac(0), mac(1), mac(2), mac(3)],
            controller_mac: mac(0xfe),
            uplink_macs: [mac(0xe0), mac(0xe1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_differ_and_repeat() {
        assert_eq!(Identity::new(7), Identity::new(7));
        assert_eq!(Identity::new(0x1234).macs[1], "00:25:b5:12:34:01");
        assert_eq!(Identity::new(0).serial, "FCH1900V000");
        assert_ne!(Identity::new(4096).serial, Identity::new(0).serial);
    }
}
