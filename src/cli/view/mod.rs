//! How nodes are shown: changing lines in a terminal, plain lines elsewhere.

mod line;
mod live;
mod plain;
mod summary;

use super::fleet::Fleet;
use super::output;

pub(super) use line::span;
pub(super) use summary::{Row, summary};

/// A view of a fleet.
pub(super) enum View {
    Live(live::Live),
    Plain(plain::Plain),
}

impl View {
    /// The view that fits where the output goes.
    pub(super) fn new() -> Self {
        if output::is_live() {
            Self::Live(live::Live::new())
        } else {
            Self::Plain(plain::Plain::new())
        }
    }

    /// Shows the fleet as it is now.
    pub(super) fn update(&mut self, fleet: &Fleet) {
        match self {
            Self::Live(live) => live.update(fleet),
            Self::Plain(plain) => plain.update(fleet).into_iter().for_each(output::line),
        }
    }

    /// Takes the fleet as known, where only changes are said.
    pub(super) fn skip(&mut self, fleet: &Fleet) {
        if let Self::Plain(plain) = self {
            plain.update(fleet);
        }
    }

    /// Removes what changes in place; what was said stays.
    pub(super) fn finish(&mut self) {
        if let Self::Live(live) = self {
            live.finish();
        }
    }
}
