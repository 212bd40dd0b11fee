//! Lines that change in place, and a bar for the whole fleet below them.

use std::time::Instant;

use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};

use super::line::{Widths, bar, line, span};
use crate::cli::fleet::{Fleet, Node};
use crate::cli::output;

/// Lines for nodes; with more nodes than this only those at work are shown.
const LINES: usize = 20;

pub(in crate::cli) struct Live {
    lines: Vec<ProgressBar>,
    total: ProgressBar,
    started: Instant,
}

impl Live {
    pub(super) fn new() -> Self {
        Self {
            lines: Vec::new(),
            total: output::progress().add(text_line()),
            started: Instant::now(),
        }
    }

    pub(super) fn update(&mut self, fleet: &Fleet) {
        let shown = shown(fleet);
        while self.lines.len() < shown.len() {
            let line = output::progress().insert_before(&self.total, text_line());
            self.lines.push(line);
        }
        let widths = Widths::of(fleet);
        let now = Utc::now();
        for (index, slot) in self.lines.iter().enumerate() {
            slot.set_message(
                shown
                    .get(index)
                    .map(|node| line(node, widths, now))
                    .unwrap_or_default(),
            );
        }
        self.total.set_message(total(fleet, self.started));
    }

    pub(super) fn finish(&mut self) {
        for line in self.lines.drain(..).chain([self.total.clone()]) {
            line.finish_and_clear();
            output::progress().remove(&line);
        }
    }
}

fn text_line() -> ProgressBar {
    // The template is a constant that indicatif knows; its default would draw a bar.
    let style = ProgressStyle::with_template("{wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner().with_style(style)
}

/// All nodes if they fit, else those at work, then those that failed.
fn shown(fleet: &Fleet) -> Vec<&Node> {
    if fleet.nodes.len() <= LINES {
        return fleet.nodes.values().collect();
    }
    let moving = fleet.nodes.values().filter(|node| node.job.is_some());
    let failed = fleet
        .nodes
        .values()
        .filter(|node| node.job.is_none() && node.has_failed());
    moving.chain(failed).take(LINES).collect()
}

fn total(fleet: &Fleet, started: Instant) -> String {
    if let Some(trouble) = &fleet.trouble {
        return format!("fleet  {trouble}");
    }
    let count = |is: fn(&Node) -> bool| fleet.nodes.values().filter(|node| is(node)).count();
    let (active, failed, moving) = (
        count(Node::is_active),
        count(Node::has_failed),
        count(Node::is_moving),
    );
    let all = fleet.nodes.len();
    let cells = 30;
    let filled = (active * cells).checked_div(all).unwrap_or(0);
    let mut text = format!("fleet  {} {active}/{all} active", bar(filled, cells));
    if moving > 0 {
        text.push_str(&format!("  {moving} at work"));
    }
    if failed > 0 {
        text.push_str(&format!("  {failed} failed"));
    }
    format!("{text}  {}", span(started.elapsed()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fleet(nodes: impl Iterator<Item = serde_json::Value>) -> Fleet {
        let nodes = nodes
            .map(|node| Node::from_api(&node))
            .map(|node| (node.name.clone(), node));
        Fleet {
            nodes: nodes.collect(),
            ..Fleet::default()
        }
    }

    #[test]
    fn a_small_fleet_is_shown_whole_and_a_big_one_where_it_moves() {
        let small =
            fleet((0..5).map(|n| json!({"name": format!("n{n}"), "provision_state": "active"})));
        assert_eq!(shown(&small).len(), 5);
        let big = fleet((0..100).map(|n| {
            let state = if n == 7 { "deploy failed" } else { "active" };
            json!({"name": format!("n{n:03}"), "provision_state": state})
        }));
        let names: Vec<_> = shown(&big).iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["n007"]);
        assert!(total(&big, Instant::now()).contains("99/100 active  1 failed"));
    }
}
