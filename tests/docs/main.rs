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
mod observed;
mod page;
mod reference;
mod routes;
mod samples;
mod states;
mod steps;
mod verbs;
mod world;

use ferric::api::openapi::document;
use ferric::api::version::{MAX_MINOR, MIN_MINOR, Version};
use page::Page;

/// One test, since both are made of the samples' answers, which it checks first.
#[tokio::test]
async fn compatibility_and_reference_are_what_the_tables_and_the_samples_say() {
    let document = document(Version::LATEST);
    let samples = samples::checked(&document).await;
    let observed = observed::all(&document, &samples).await;
    reference::whole("api-ref/openapi.json", &format!("{document:#}\n"));
    for (name, text) in reference::pages(&document, &samples, &observed) {
        reference::whole(&format!("api-ref/{name}"), &text);
    }
    let mut page = Page::open("docs/compatibility.md");
    page.fill("versions", &versions());
    page.fill("routes", &routes::ironic(&observed));
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
fn the_openapi_document_has_the_routes_of_the_router_and_no_others() {
    let document = document(Version::LATEST);
    let mut described: Vec<(String, String)> = observed::operations(&document)
        .map(|(path, method, _)| (path.to_owned(), method.to_owned()))
        .collect();
    let mut routed = Vec::new();
    for route in routes::all() {
        for (method, _) in route.handlers {
            // The few that take any method answer the others with 405 themselves.
            let method = if method == "any" { "get" } else { method };
            routed.push((route.path.to_owned(), method.to_owned()));
        }
    }
    described.sort();
    routed.sort();
    for one in &described {
        assert!(
            routed.contains(one),
            "{one:?} is described in src/api/openapi and has no route"
        );
    }
    for one in &routed {
        assert!(
            described.contains(one),
            "{one:?} has a route and no description in src/api/openapi"
        );
    }
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
