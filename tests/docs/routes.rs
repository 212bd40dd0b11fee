//! The routes, read from the page of the program that lists them.

use crate::cells::code;
use crate::observed::{Observed, cell};
use crate::page::table;

const ROUTER: &str = include_str!("../../src/api/router.rs");

/// The words of the router that add a method.
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "any"];

/// A path with its methods and who handles each.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    pub(crate) handlers: Vec<(&'static str, &'static str)>,
}

/// What isn't all that Ironic has: the handler, and what it does. `no-…` are Ironic's own words for
/// an interface that isn't there, `noop` for one that does nothing.
#[rustfmt::skip]
const NOTES: &[(&str, &str)] = &[
    ("update::without_ident", "400 without a node, as Ironic"),
    ("console::show", "implemented; `cisco-ucs-standalone` has `no-console` alone"),
    ("console::put", "implemented; with `no-console` 400"),
    ("vifs::list", "as `noop` network: always empty"),
    ("vifs::attach", "as `noop` network: taken, not kept"),
    ("vifs::detach", "as `noop` network: 204"),
    ("create::<Connector>", "stored; nothing is attached"),
    ("create::<Target>", "stored; nothing is attached"),
    ("without_ident", "400 without saying which, as Ironic"),
    ("resources::malformed", "400, as Ironic"),
    ("shards::show", "404, as Ironic"),
    ("events::post", "checked; the `noop` network waits for none"),
    ("continue_inspection::post", "always 404: no node waits for a ramdisk"),
    ("raid::put", "kept, and built by nobody; with `no-raid` 404"),
    ("drivers::logical_disk_properties", "implemented; with `no-raid` 404"),
    ("vmedia::show", "as a driver without it: 400"),
    ("vmedia::attach", "as a driver without it: 204, and `last_error` says so"),
    ("vmedia::detach", "as a driver without it: 204, and `last_error` says so"),
    (
        "vendor::by_argument",
        "the methods of `fake-hardware`; `cisco-ucs-standalone` has `no-vendor` alone: 400",
    ),
    (
        "vendor::by_path",
        "the methods of `fake-hardware`; `cisco-ucs-standalone` has `no-vendor` alone: 400",
    ),
    ("drivers::vendor_by_argument", "as `no-vendor`: 400"),
    ("drivers::vendor_by_path", "as `no-vendor`: 400"),
    ("boot_mode::secure_boot", "implemented; `cisco-ucs-standalone` cannot switch it: 400"),
    ("drivers::vendor_methods", "as `no-vendor`: always empty"),
    ("lookup::lookup", "always 404: there is no ramdisk agent"),
    ("heartbeat::post", "what an installer reports; an unknown node is answered as a wrong token"),
];

/// Every route in the page.
pub(crate) fn all() -> Vec<Route> {
    let code: String = ROUTER
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    // The text lives as long as the test does.
    let code: &'static str = Box::leak(code.into_boxed_str());
    let routes: Vec<Route> = code.split(".route(\"").skip(1).map(parse).collect();
    assert_eq!(routes.len(), ROUTER.matches(".route(").count());
    routes
}

fn parse(text: &'static str) -> Route {
    let (path, rest) = text.split_once('"').unwrap();
    let mut handlers = Vec::new();
    for (at, _) in rest.match_indices('(') {
        let before = &rest[..at];
        let word = before.rfind(|c: char| !c.is_alphanumeric() && c != '_');
        let word = &before[word.map_or(0, |end| end + 1)..];
        let argument = rest[at + 1..].split(')').next().unwrap();
        if METHODS.contains(&word) && argument.contains("::") {
            handlers.push((word, argument));
        }
    }
    assert!(!handlers.is_empty(), "{path} has no handler");
    Route { path, handlers }
}

/// Ironic's routes that are there, a row a method, with the statuses that were seen.
pub(crate) fn ironic(observed: &Observed) -> String {
    let routes: Vec<Route> = all().into_iter().filter(is_ironic).collect();
    for (handler, _) in NOTES {
        let used = routes
            .iter()
            .any(|r| r.handlers.iter().any(|(_, h)| is(h, handler)));
        assert!(used, "{handler} has a note and no route");
    }
    let mut rows = Vec::new();
    for route in &routes {
        for (method, handler) in &route.handlers {
            let method = method_of(method);
            let statuses = observed.get(&(method.clone(), route.path.to_owned()));
            let statuses =
                statuses.unwrap_or_else(|| panic!("{method} {} was not asked", route.path));
            let noted = NOTES.iter().find(|(noted, _)| is(handler, noted));
            rows.push([
                code(route.path),
                method,
                cell(statuses),
                noted.map_or("implemented", |(_, note)| note).to_owned(),
            ]);
        }
    }
    table(
        ["path", "method", "sample answered with", "what it does"],
        &rows,
    )
}

/// Our own routes.
pub(crate) fn own() -> String {
    let rows: Vec<[String; 2]> = all()
        .iter()
        .filter(|route| !is_ironic(route))
        .map(|route| [code(route.path), methods(route)])
        .collect();
    table(["path", "methods"], &rows)
}

/// Whether a handler is the one of a note, for any kind of resource if the note names none.
fn is(handler: &str, noted: &str) -> bool {
    handler == noted || handler.split("::<").next() == Some(noted)
}

fn is_ironic(route: &Route) -> bool {
    route.path == "/" || route.path.starts_with("/v1")
}

fn methods(route: &Route) -> String {
    let names: Vec<String> = route
        .handlers
        .iter()
        .map(|(method, _)| method_of(method))
        .collect();
    names.join(", ")
}

fn method_of(word: &str) -> String {
    match word {
        // The few such routes answer 405 to the others themselves.
        "any" => "GET".to_owned(),
        method => method.to_uppercase(),
    }
}
