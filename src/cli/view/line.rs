//! One node in one line.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::cli::fleet::{Fleet, Node};

/// Cells of the bar where a node has no job to count.
const CELLS: usize = 8;

/// Column widths that fit every node of a fleet.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Widths {
    name: usize,
    firmware: usize,
}

impl Widths {
    pub(super) fn of(fleet: &Fleet) -> Self {
        let most = |length: fn(&Node) -> usize| fleet.nodes.values().map(length).max().unwrap_or(0);
        Self {
            name: most(|node| node.name.chars().count()),
            firmware: most(|node| node.firmware.chars().count()),
        }
    }
}

/// `rack1-01  2.0(13e)  [▇▇▇▇----] 5/8 boot_network  waiting for …  12s`.
pub(super) fn line(node: &Node, widths: Widths, now: DateTime<Utc>) -> String {
    let mut line = format!("{:<width$}  ", node.name, width = widths.name);
    if widths.firmware > 0 {
        line.push_str(&format!(
            "{:<width$}  ",
            node.firmware,
            width = widths.firmware
        ));
    }
    line.push_str(&status(node, now));
    line.trim_end().to_owned()
}

/// The line without the node's name and firmware.
pub(super) fn status(node: &Node, now: DateTime<Utc>) -> String {
    let Some(job) = &node.job else {
        let filled = if node.is_active() { CELLS } else { 0 };
        let error = node.last_error.as_deref().filter(|_| node.has_failed());
        let error = error
            .map(|error| format!(": {}", first_line(error)))
            .unwrap_or_default();
        return format!("{} {}{error}", bar(filled, CELLS), node.state);
    };
    let kind = if job.kind == "deploy" {
        String::new()
    } else {
        format!("{} ", job.kind)
    };
    let step = job.step.as_deref().unwrap_or("done");
    // A cell is filled when its step is done.
    let bar = bar(job.index.saturating_sub(1).min(job.total), job.total);
    let mut line = format!("{bar} {}/{} {kind}{step}", job.index, job.total);
    if let Some(waiting_for) = &job.waiting_for {
        line.push_str(&format!("  waiting for {waiting_for}"));
    }
    if let Some(progress) = &job.progress {
        line.push_str(&format!("  {progress}"));
    }
    if job.attempt > 1 {
        line.push_str(&format!("  attempt {}", job.attempt));
    }
    if let Some(since) = job.since {
        line.push_str(&format!(
            "  {}",
            span((now - since).to_std().unwrap_or_default())
        ));
    }
    line
}

/// A bar of one cell a step.
pub(super) fn bar(filled: usize, cells: usize) -> String {
    format!(
        "[{}{}]",
        "▇".repeat(filled),
        "-".repeat(cells.saturating_sub(filled))
    )
}

/// `12s`, `3m05s`, `2h07m`.
pub(in crate::cli) fn span(length: Duration) -> String {
    match length.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        seconds => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-01-02T03:04:17Z".parse().unwrap()
    }

    #[test]
    fn a_node_at_work_shows_step_wait_and_time() {
        let node = Node::from_api(&json!({
            "name": "rack1-01", "provision_state": "deploying", "extra": {"firmware": "2.0(13e)"},
            "driver_internal_info": {"ferric_job": {
                "kind": "deploy", "step": "boot_network", "index": 5, "total": 8, "attempt": 2,
                "waiting_for": "the power to go off", "since": "2026-01-02T03:04:05Z",
                "progress": null,
            }},
        }));
        let widths = Widths {
            name: 9,
            firmware: 8,
        };
        assert_eq!(
            line(&node, widths, now()),
            "rack1-01   2.0(13e)  [▇▇▇▇----] 5/8 boot_network  waiting for the power to go off  \
             attempt 2  12s"
        );
    }

    #[test]
    fn a_resting_node_shows_its_state_and_a_failed_one_why() {
        let node = |state: &str| {
            Node::from_api(
                &json!({"name": "a", "provision_state": state, "last_error": "no DHCP\nseen"}),
            )
        };
        let widths = Widths::default();
        assert_eq!(line(&node("active"), widths, now()), "a  [▇▇▇▇▇▇▇▇] active");
        assert_eq!(
            line(&node("deploy failed"), widths, now()),
            "a  [--------] deploy failed: no DHCP"
        );
    }

    #[test]
    fn spans_have_two_units_at_most() {
        let shown = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(
            [shown(12), shown(185), shown(7620)],
            ["12s", "3m05s", "2h07m"]
        );
    }
}
