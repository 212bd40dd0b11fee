//! Names of traits.

/// How many traits a node may have (Ironic 39.0.0 refuses the 51st).
pub const MAX_TRAITS_PER_NODE: usize = 50;

/// Whether a trait's name is one that Ironic accepts: `CUSTOM_…`, or the form of the standard
/// names. The list of standard names changes with each release of os-traits, so their form is
/// checked and not the list.
pub fn is_valid_trait(name: &str) -> bool {
    const STANDARD: [&str; 9] = [
        "CUSTOM_",
        "HW_",
        "COMPUTE_",
        "STORAGE_",
        "MISC_",
        "OWNER_",
        "HYPERVISOR_",
        "NETWORK_",
        "SRIOV_",
    ];
    name.len() <= 255
        && STANDARD
            .iter()
            .any(|p| name.starts_with(p) && name.len() > p.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::is_valid_trait;

    #[test]
    fn custom_and_standard_names_are_accepted_and_others_are_not() {
        for good in ["CUSTOM_GOLD", "HW_CPU_X86_VMX", "STORAGE_DISK_SSD"] {
            assert!(is_valid_trait(good), "{good}");
        }
        for bad in [
            "CUSTOM_",
            "custom_gold",
            "GOLD",
            "CUSTOM_Gold",
            "",
            "CUSTOM_A B",
        ] {
            assert!(!is_valid_trait(bad), "{bad}");
        }
    }
}
