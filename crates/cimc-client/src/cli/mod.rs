//! The second way in: the command line over SSH, for what the XML API of old firmware can't do.
//!
//! What it prints is known from Cisco's CLI configuration guides for C-Series (1.x, 2.x) and from
//! public scripts that read it; `tests/fixtures/cli` has samples with their sources. It is made
//! for people, so nothing is guessed: a line that is not understood is an error that quotes it.

mod boot;
mod dialogue;
mod identity;
mod inventory;
mod led;
mod nics;
pub mod parse;
mod power;
mod probe;
mod screen;
mod shell;
mod ssh;
mod ticket;

pub(crate) use probe::OPERATIONS;
pub use shell::Shell;

/// The terminal's text, for fuzzing: must not panic, whatever the bytes. Gives what is shown.
#[doc(hidden)]
pub fn fuzz_screen(bytes: &[u8]) -> String {
    let shown = screen::render(bytes);
    let _ = (screen::may_end(bytes), screen::end(&shown));
    let _ = screen::answer(&shown, "top");
    shown
}
