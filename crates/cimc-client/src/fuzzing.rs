//! Entries for the fuzz targets in `fuzz/`: they reach what is not public, and panic where a
//! property doesn't hold.

use std::cmp::Ordering;

use crate::cli::{fuzz_screen, parse};
use crate::version::FirmwareVersion;
use crate::xml;

/// Reads an answer; what could be read is the same after it was written and read again.
///
/// # Panics
///
/// When it isn't.
pub fn xml_answer(body: &[u8]) {
    let Ok(element) = xml::parse(body) else {
        return;
    };
    let written = element.to_string();
    let read = xml::parse(written.as_bytes());
    assert!(read.is_ok(), "unreadable when written: {written:?}");
    let rewritten = read.map(|element| element.to_string());
    assert_eq!(
        rewritten.as_deref(),
        Ok(written.as_str()),
        "changed by being written"
    );
}

/// Reads a firmware version; one that could be read equals itself when shown and read again.
///
/// # Panics
///
/// When it doesn't.
pub fn firmware_version(text: &str) {
    let Some(version) = FirmwareVersion::parse(text) else {
        return;
    };
    let again = FirmwareVersion::parse(&version.to_string());
    assert!(
        again.is_some_and(|again| again.cmp(&version) == Ordering::Equal),
        "{text:?} became {version}"
    );
}

/// Reads what a terminal shows, as each of the forms that a command can print. What is read is
/// bounded and whole: a table's rows have its columns, and an error quotes a line of the text.
///
/// # Panics
///
/// When it isn't.
pub fn command_line(bytes: &[u8]) {
    let shown = fuzz_screen(bytes);
    let quotes = |error: parse::NotUnderstood| {
        assert!(
            shown.contains(&error.line),
            "{error} quotes what was not printed"
        );
    };
    match parse::records(&shown) {
        Ok(records) => assert!(
            records.iter().all(|record| record.fields.len() <= 1024) && records.len() <= 1024
        ),
        Err(error) => quotes(error),
    }
    match parse::table(&shown) {
        Ok(table) => assert!(
            table
                .rows
                .iter()
                .all(|row| row.len() == table.columns.len())
        ),
        Err(error) => quotes(error),
    }
    let refused = parse::refusal(&shown);
    assert!(refused.is_none_or(|line| shown.contains(line)));
}
