//! What came of the comparison, and the page that is made of it.

use crate::exceptions::{self, Exception};
use crate::page::{Page, table};
use crate::recording::Exchange;
use cobbler_sim::Release;
use std::collections::BTreeMap;

/// The calls that our client makes (its contract tests fail for any other).
const OURS: [&str; 29] = [
    "extended_version",
    "get_settings",
    "login",
    "token_check",
    "get_item_names",
    "get_status",
    "get_distro",
    "get_profile",
    "get_system",
    "find_profile",
    "find_system",
    "new_profile",
    "new_subprofile",
    "modify_profile",
    "save_profile",
    "remove_profile",
    "new_system",
    "modify_system",
    "save_system",
    "xapi_object_edit",
    "remove_system",
    "read_autoinstall_template",
    "write_autoinstall_template",
    "remove_autoinstall_template",
    "read_or_write_kickstart_template",
    "generate_autoinstall",
    "generate_kickstart",
    "background_syncsystems",
    "sync_dhcp",
];

/// How often a method was answered as recorded, and how often not.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    equal: usize,
    different: usize,
}

/// What came of one release.
#[derive(Debug)]
pub(crate) struct Report {
    release: Release,
    methods: BTreeMap<String, Tally>,
    different: Vec<(String, &'static Exception)>,
    /// Exchanges of which only the name is kept.
    pub(crate) skipped: usize,
}

impl Report {
    pub(crate) fn new(release: Release) -> Self {
        Self {
            release,
            methods: BTreeMap::new(),
            different: Vec::new(),
            skipped: 0,
        }
    }

    /// An answer was as recorded.
    pub(crate) fn equal(&mut self, method: &str) {
        self.methods.entry(method.to_owned()).or_default().equal += 1;
    }

    /// An answer was not as recorded, for a known reason.
    pub(crate) fn differs(&mut self, exchange: &Exchange, exception: &'static Exception) {
        let tally = self.methods.entry(exchange.method.clone()).or_default();
        tally.different += 1;
        self.different.push((exchange.label.clone(), exception));
    }

    /// Whether the exception was needed.
    pub(crate) fn met(&self, exception: &'static Exception) -> bool {
        let mut different = self.different.iter();
        different.any(|(_, met)| std::ptr::eq(*met, exception))
    }

    fn total(&self, count: impl Fn(&Tally) -> usize) -> usize {
        self.methods.values().map(count).sum()
    }

    fn cell(&self, method: &str) -> String {
        match self.methods.get(method) {
            None => String::new(),
            Some(Tally {
                equal,
                different: 0,
            }) => equal.to_string(),
            Some(Tally { equal, different }) => format!("{equal} of {}", equal + different),
        }
    }
}

/// Writes or checks the page.
pub(crate) fn publish(reports: &[Report]) {
    let mut page = Page::open("../../docs/compatibility-cobbler.md");
    page.fill("counts", &counts(reports));
    page.fill("calls", &calls(reports));
    page.fill("differences", &differences(reports));
    page.close();
}

fn counts(reports: &[Report]) -> String {
    let rows: Vec<_> = reports
        .iter()
        .map(|report| {
            let (equal, different) = (report.total(|t| t.equal), report.total(|t| t.different));
            let recorded = equal + different + report.skipped;
            [
                report.release.to_string(),
                recorded.to_string(),
                equal.to_string(),
                different.to_string(),
                report.skipped.to_string(),
            ]
        })
        .collect();
    let head = ["release", "recorded", "equal", "different", "not replayed"];
    table(head, &rows)
}

fn calls(reports: &[Report]) -> String {
    let releases: Vec<_> = reports.iter().map(|r| r.release.version()).collect();
    let mut text = format!("| call | {} |\n| --- |", releases.join(" | "));
    text.push_str(&" --- |".repeat(reports.len()));
    text.push('\n');
    for method in OURS {
        let mut cells: Vec<_> = reports.iter().map(|report| report.cell(method)).collect();
        if cells.iter().all(String::is_empty) {
            cells.fill("never recorded".to_owned());
        }
        text.push_str(&format!("| `{method}` | {} |\n", cells.join(" | ")));
    }
    text
}

fn differences(reports: &[Report]) -> String {
    let mut rows = Vec::new();
    for exception in exceptions::ALL {
        for report in reports.iter().filter(|report| report.met(exception)) {
            let different = report.different.iter();
            let labels: Vec<_> = different
                .filter(|(_, met)| std::ptr::eq(*met, exception))
                .map(|(label, _)| format!("`{label}`"))
                .collect();
            let reason = exception.reason.to_owned();
            rows.push([report.release.to_string(), labels.join(", "), reason]);
        }
    }
    table(["release", "exchange", "why"], &rows)
}
