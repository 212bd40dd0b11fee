//! A line for every change, for files and pipes.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::Utc;

use super::line::status;
use crate::cli::fleet::{Fleet, Node};

pub(in crate::cli) struct Plain {
    started: Instant,
    /// What was said last of each node, by name.
    said: BTreeMap<String, Said>,
    trouble: Option<String>,
}

/// What makes a change worth a line: not the time that passes, nor progress within a step.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    state: String,
    step: Option<(String, usize)>,
    waiting_for: Option<String>,
}

impl Said {
    fn of(node: &Node) -> Self {
        let job = node.job.as_ref();
        Self {
            state: node.state.clone(),
            step: job.map(|job| (job.kind.clone(), job.index)),
            waiting_for: job.and_then(|job| job.waiting_for.clone()),
        }
    }
}

impl Plain {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            said: BTreeMap::new(),
            trouble: None,
        }
    }

    /// The lines to write now.
    pub(super) fn update(&mut self, fleet: &Fleet) -> Vec<String> {
        let at = format!("{:7.1}s", self.started.elapsed().as_secs_f64());
        let mut lines = Vec::new();
        if self.trouble != fleet.trouble {
            self.trouble.clone_from(&fleet.trouble);
            let text = fleet
                .trouble
                .as_deref()
                .unwrap_or("the server answers again");
            lines.push(format!("{at}  {text}"));
        }
        for (name, node) in &fleet.nodes {
            let said = Said::of(node);
            if self.said.get(name) != Some(&said) {
                self.said.insert(name.clone(), said);
                lines.push(format!("{at}  {name}  {}", status(node, Utc::now())));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fleet(index: usize, progress: &str) -> Fleet {
        let node = Node::from_api(&json!({
            "name": "a", "provision_state": "deploying",
            "driver_internal_info": {"ferric_job": {
                "kind": "deploy", "step": "s", "index": index, "total": 8, "progress": progress,
            }},
        }));
        Fleet {
            nodes: [("a".to_owned(), node)].into(),
            ..Fleet::default()
        }
    }

    #[test]
    fn only_changes_of_state_or_step_are_said() {
        let mut plain = Plain::new();
        assert_eq!(plain.update(&fleet(1, "1/9")).len(), 1);
        assert_eq!(plain.update(&fleet(1, "2/9")).len(), 0);
        assert_eq!(plain.update(&fleet(2, "2/9")).len(), 1);
        let away = Fleet {
            trouble: Some("no answer".to_owned()),
            ..fleet(2, "2/9")
        };
        assert_eq!(plain.update(&away).len(), 1);
        assert_eq!(plain.update(&fleet(2, "2/9")).len(), 1);
    }
}
