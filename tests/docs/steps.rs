//! The steps that hardware types offer.

use std::sync::Arc;
use std::time::Duration;

use ferric::drivers::Registry;
use ferric::drivers::cobbler::Cobblers;
use ferric::model::{InterfaceKind, Interfaces, Node, StepKind, now};
use strum::IntoEnumIterator as _;

use crate::cells::code;
use crate::page;

const KINDS: [StepKind; 3] = [StepKind::Clean, StepKind::Deploy, StepKind::Service];

/// The steps of a hardware type with its default interfaces.
pub(crate) fn table(driver: &str) -> String {
    let controllers = Arc::new(cimc_client::Controllers::new());
    let registry = Registry::new(controllers, Duration::from_secs(1), Cobblers::default());
    let hardware = registry.hardware_type(driver).unwrap();
    let mut node = Node::new(driver, Interfaces::default(), now());
    for kind in InterfaceKind::iter() {
        node.interfaces.set(kind, hardware.default(kind));
    }
    let interfaces = registry.interfaces(&node).unwrap();
    let mut rows: Vec<[String; 4]> = Vec::new();
    for kind in KINDS {
        for step in interfaces.steps(kind) {
            let name = code(&format!("{}.{}", step.interface(), step.name()));
            let runs = match step.priority() {
                0 => kind.to_string(),
                priority => format!("{kind}, of itself ({priority})"),
            };
            if let Some(row) = rows.iter_mut().find(|row| row[0] == name) {
                row[1] = format!("{}; {runs}", row[1]);
                continue;
            }
            let args: Vec<String> = step
                .args()
                .iter()
                .map(|arg| {
                    let needed = if arg.required { "" } else { " (optional)" };
                    format!("{}{needed}: {}", code(arg.name), arg.description)
                })
                .collect();
            rows.push([name, runs, args.join("; "), step.purpose().to_owned()]);
        }
    }
    page::table(["step", "in", "arguments", "what it does"], &rows)
}
