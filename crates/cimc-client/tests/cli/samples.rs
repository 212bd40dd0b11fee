//! The parser on samples, and on anything at all.

use cimc_client::cli::{fuzz_screen, parse};
use proptest::prelude::*;

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../fixtures/cli/", $name))
    };
}

#[test]
fn chassis_and_controller_pages_have_their_facts() {
    let chassis = &parse::records(sample!("chassis-detail.txt")).unwrap()[0];
    assert_eq!(chassis.title, "Chassis");
    assert_eq!(chassis.get("Power"), Some("on"));
    assert_eq!(chassis.get("PID"), Some("UCSC-C220-M3S"));
    assert_eq!(chassis.get("Description"), None);
    let cimc = &parse::records(sample!("cimc-detail.txt")).unwrap()[0];
    assert_eq!(cimc.get("Firmware Version"), Some("1.4(3c)"));
    let bios = &parse::records(sample!("bios-detail.txt")).unwrap()[0];
    assert_eq!(bios.get("Boot Order"), Some("HDD,CDROM,FDD,PXE,EFI"));
}

#[test]
fn interfaces_have_their_addresses() {
    let interfaces = parse::records(sample!("host-eth-if-detail.txt")).unwrap();
    let macs: Vec<_> = interfaces
        .iter()
        .map(|one| (one.name(), one.get("MAC Address").unwrap()))
        .collect();
    assert_eq!(
        macs,
        [("eth0", "00:22:BD:D6:42:DA"), ("eth1", "00:22:BD:D6:42:DB")]
    );
    let ports = parse::records(sample!("mac-list-detail.txt")).unwrap();
    assert_eq!(ports.len(), 2);
    assert_eq!(ports[1].get("MAC Address"), Some("5c:71:0d:26:37:b3"));
}

#[test]
fn processors_memory_and_drives_have_their_sizes() {
    let cpus = parse::records(sample!("cpu-detail.txt")).unwrap();
    assert_eq!((cpus.len(), cpus[0].get("Thread Count")), (2, Some("40")));
    let summary = &parse::records(sample!("dimm-summary.txt")).unwrap()[0];
    assert_eq!(summary.get("Total Memory"), Some("393216 MB"));
    let dimms = parse::table(sample!("dimm.txt")).unwrap();
    assert_eq!(
        dimms.cell(&dimms.rows[0], "Capacity"),
        Some("Not Installed")
    );
    assert_eq!(dimms.cell(&dimms.rows[1], "Capacity"), Some("2048"));
    let adapters = parse::records(sample!("storageadapter-detail.txt")).unwrap();
    assert_eq!(adapters[0].name(), "SLOT-3");
    let drives = parse::records(sample!("virtual-drive-detail.txt")).unwrap();
    assert_eq!(drives[0].get("Size"), Some("1996036 MB"));
}

#[test]
fn another_form_is_refused_with_the_line() {
    // `set cli output yaml`, which somebody may have left on.
    let error = parse::records(sample!("yaml-output.txt")).unwrap_err();
    assert_eq!(error.line, "---");
    assert_eq!(
        parse::refusal(sample!("no-such-object.txt")),
        Some("Error: Managed object does not exist")
    );
    // A note of the command line that is no refusal.
    assert_eq!(parse::refusal(sample!("set-boot-order.txt")), None);
}

proptest! {
    #[test]
    fn nothing_makes_the_parser_panic_or_grow(text in "[ -~\\n\\t:#\\-]{0,2000}", bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        if let Ok(records) = parse::records(&text) {
            prop_assert!(records.iter().map(|record| record.fields.len() + 1).sum::<usize>() <= 2 * text.lines().count());
        }
        if let Ok(table) = parse::table(&text) {
            prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
            prop_assert!(table.rows.len() <= text.lines().count());
        }
        let _ = parse::refusal(&text);
        let _ = fuzz_screen(&bytes);
    }

    #[test]
    fn a_page_that_is_written_is_read_again(
        title in "[A-Z][a-z]{1,8} [a-z0-9]{1,8}",
        fields in prop::collection::vec(("[A-Z][a-z]{1,8}", "[!-~]([ -~]{0,20}[!-~])?"), 1..20),
    ) {
        let mut page = format!("{title}:\n");
        for (key, value) in &fields {
            page.push_str(&format!("    {key}: {value}\n"));
        }
        let read = parse::records(&page).unwrap();
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(&read[0].title, &title);
        prop_assert_eq!(&read[0].fields, &fields);
    }
}
