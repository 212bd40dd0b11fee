//! The pages in `docs/` that say what the program has are made of the program's own tables: here
//! they are held against them.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

mod cells;
mod differences;
mod fields;
#[path = "../api/harness.rs"]
#[allow(dead_code, reason = "the tests of the API use the rest")]
mod harness;
mod metrics;
mod page;
mod routes;
mod states;
mod steps;
mod verbs;

use ferric::api::version::{MAX_MINOR, MIN_MINOR};
use page::Page;

#[tokio::test]
async fn compatibility_is_what_the_tables_say() {
    let mut page = Page::open("docs/compatibility.md");
    page.fill("versions", &versions());
    page.fill("routes", &routes::ironic());
    page.fill("own routes", &routes::own());
    page.fill("verbs", &verbs::table().await);
    page.fill("node fields", &fields::nodes());
    page.fill("port fields", &fields::ports());
    page.fill("resource fields", &fields::others());
    page.fill("arguments", &fields::arguments());
    page.fill("recorded differences", &differences::table());
    page.close();
}

#[test]
fn states_are_those_of_the_table() {
    let mut page = Page::open("docs/states.md");
    page.fill("diagram", &states::diagram());
    page.fill("states", &states::table());
    page.close();
}

#[test]
fn steps_are_those_that_the_drivers_offer() {
    let mut page = Page::open("docs/steps.md");
    page.fill("cisco", &steps::table("cisco-ucs-standalone"));
    page.fill("fake", &steps::table("fake-hardware"));
    page.close();
}

#[test]
fn the_catalogue_of_metrics_is_what_a_scrape_gives() {
    let mut page = Page::open("docs/metrics.md");
    page.fill("catalogue", &metrics::catalogue());
    page.close();
}

fn versions() -> String {
    format!("API versions **1.{MIN_MINOR} to 1.{MAX_MINOR}** are accepted and advertised.\n")
}
