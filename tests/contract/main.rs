//! The `cimc` interfaces against every firmware personality: each operation is done, and what the
//! simulated server became is looked at. The table in `docs/compatibility-cimc.md` is made of
//! what was seen.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

mod bench;
mod operations;
#[path = "../docs/page.rs"]
mod page;
mod promises;

use bench::Bench;
use cimc_sim::{Fault, FaultRule, Personality};
use operations::{OPERATIONS, Seen};
use page::Page;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_does_what_the_published_table_says() {
    let names: Vec<&str> = Personality::names().collect();
    let mut columns = Vec::new();
    let mut refusals = Vec::new();
    for name in &names {
        let bench = Bench::start(name).await;
        let mut column = Vec::new();
        for (operation, way, run) in OPERATIONS {
            let seen = run(&bench).await;
            if let Seen::Refused(words) = &seen {
                assert!(
                    !words.is_empty(),
                    "{operation} on {name}: refused without a word"
                );
                let words = words.replace(&bench.address(), "ADDRESS").replace('|', "/");
                refusals.push(((*name).to_owned(), (*operation).to_owned(), words));
            }
            let by_cli = matches!(seen, Seen::Works(_)) && bench.goes_by_cli(way);
            let note = if by_cli { " (CLI)" } else { "" };
            column.push(format!("{}{note}", seen.cell()));
        }
        let sessions = bench.controller().sessions();
        assert_eq!(sessions.open, 0, "{name}: every session is logged out");
        assert!(
            sessions.most_open <= 1,
            "{name}: one session at a time, not {}",
            sessions.most_open
        );
        columns.push(column);
    }
    let mut page = Page::open("docs/compatibility-cimc.md");
    page.fill("operations", &table(&names, &columns));
    let head = ["firmware", "operation", "what a person reads"];
    page.fill("refusals", &page::table(head, &grouped(&refusals)));
    page.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mainboard_ports_that_the_xml_api_leaves_out_come_from_the_command_line() {
    let mut bench = Bench::start("2.0").await;
    let unknown = Fault::Error {
        code: "594".to_owned(),
        text: "no class named networkAdapterEthIf".to_owned(),
    };
    let faults = bench.controller().faults();
    faults.add(FaultRule::always(unknown).on("networkAdapterEthIf"));
    bench.probe().await;
    let nics = bench.interfaces.inspect.nics(&bench.node).await.unwrap();
    let mut found: Vec<_> = nics.all.iter().map(|nic| nic.mac.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, bench.controller().macs());
    assert_eq!(bench.controller().sessions().most_open, 1);
}

/// One row for each answer of a firmware, with the operations that it was the answer to.
fn grouped(refusals: &[(String, String, String)]) -> Vec<[String; 3]> {
    let mut rows: Vec<([String; 3], usize)> = Vec::new();
    for (name, operation, words) in refusals {
        match rows
            .iter_mut()
            .find(|(row, _)| row[0] == *name && row[2] == *words)
        {
            Some((row, operations)) => {
                *operations += 1;
                row[1] = format!("{}, {operation}", row[1]);
                if *operations == OPERATIONS.len() {
                    row[1] = "all".to_owned();
                }
            }
            None => rows.push(([name.clone(), operation.clone(), words.clone()], 1)),
        }
    }
    rows.into_iter().map(|(row, _)| row).collect()
}

fn table(names: &[&str], columns: &[Vec<String>]) -> String {
    let mut text = format!("| operation | {} |\n", names.join(" | "));
    text.push_str(&format!("| --- |{}\n", " --- |".repeat(names.len())));
    for (row, (operation, ..)) in OPERATIONS.iter().enumerate() {
        let cells: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
        text.push_str(&format!("| {operation} | {} |\n", cells.join(" | ")));
    }
    text
}
