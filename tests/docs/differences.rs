//! Where answers differ from those recorded on a real Ironic: the test that replays the recordings
//! keeps the list, with the reasons.

use serde_json::Value;

use crate::cells::code;
use crate::page;

const EXCEPTIONS: &str = include_str!("../api/exceptions.rs");

macro_rules! recording {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../fixtures/ironic-39.0.0/", $name, ".jsonl")),
        )
    };
}

const RECORDINGS: [(&str, &str); 18] = [
    recording!("01-root-and-versions"),
    recording!("02-node-crud"),
    recording!("03-ports"),
    recording!("07-maintenance-bootdev-traits"),
    recording!("08-allocations"),
    recording!("09-deploy-templates-runbooks"),
    recording!("10-drivers-conductors"),
    recording!("11-errors"),
    recording!("14-chassis"),
    recording!("15-portgroups"),
    recording!("16-deploy-templates"),
    recording!("17-runbooks"),
    recording!("18-allocations"),
    recording!("19-volumes"),
    recording!("20-passthru-raid-vmedia"),
    recording!("21-inspection-rules"),
    recording!("22-versions-to-1.115"),
    recording!("23-vendor-methods"),
];

/// What is recorded, and the list.
pub(crate) fn table() -> String {
    let exceptions: Vec<[String; 3]> = EXCEPTIONS
        .lines()
        .filter_map(|line| line.trim().strip_prefix("except(\""))
        .map(exception)
        .collect();
    assert!(!exceptions.is_empty(), "the list has another form now");
    let recorded: usize = RECORDINGS
        .iter()
        .map(|(_, text)| text.lines().count())
        .sum();
    format!(
        "{recorded} exchanges with Ironic 39.0.0 are replayed. The answers are equal but for these:\n\n{}",
        page::table(["request", "here", "why"], &exceptions)
    )
}

/// A line like `except("01", &[18], Status(200), "we have a health check"),`.
fn exception(line: &str) -> [String; 3] {
    let (scenario, rest) = line.split_once("\", &[").unwrap();
    let (seqs, rest) = rest.split_once("], ").unwrap();
    let (kind, rest) = rest.split_once(", \"").unwrap();
    let reason = rest.trim_end_matches("),").trim_end_matches('"');
    let seqs: Vec<u64> = seqs.split(", ").map(|seq| seq.parse().unwrap()).collect();
    let mut requests: Vec<String> = Vec::new();
    for seq in &seqs {
        let request = request(scenario, *seq);
        if !requests.contains(&request) {
            requests.push(request);
        }
    }
    let here = match kind {
        "NotSent" => "not compared".to_owned(),
        "Body" => "another body".to_owned(),
        status => {
            let status = status.strip_prefix("Status(").unwrap();
            status.trim_end_matches(')').to_owned()
        }
    };
    [requests.join(", "), here, reason.to_owned()]
}

/// Method and path of a recorded exchange; identifiers and arguments are no news.
fn request(scenario: &str, seq: u64) -> String {
    let (_, text) = RECORDINGS
        .iter()
        .find(|(name, _)| name.starts_with(scenario))
        .unwrap();
    let exchange = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|exchange| exchange["seq"] == seq)
        .unwrap();
    let path = exchange["path"].as_str().unwrap();
    let path: Vec<String> = path
        .split('/')
        .map(|part| {
            let (name, query) = part.split_at(part.find('?').unwrap_or(part.len()));
            match name.parse::<uuid::Uuid>() {
                Ok(_) => format!("{{uuid}}{query}"),
                Err(_) => part.to_owned(),
            }
        })
        .collect();
    let method = exchange["method"].as_str().unwrap();
    code(&format!("{method} {}", path.join("/")))
}
