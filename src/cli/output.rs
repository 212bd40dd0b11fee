//! What the program writes for people: the only place that does.

use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;

use indicatif::MultiProgress;

/// The lines of the live view. Everything else that is written goes above them.
static PROGRESS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// The live view's lines.
pub(super) fn progress() -> &'static MultiProgress {
    &PROGRESS
}

/// Whether a person watches, so that lines may change in place.
pub(super) fn is_live() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Writes text and a line's end to standard output. A reader that has gone away is no error.
pub(super) fn line(text: impl AsRef<str>) {
    write(&mut io::stdout().lock(), text.as_ref().as_bytes(), true);
}

/// Writes to standard error.
pub(super) fn note(text: impl AsRef<str>) {
    write(&mut io::stderr().lock(), text.as_ref().as_bytes(), true);
}

/// Writes log lines.
pub(super) fn log(bytes: &[u8]) {
    write(&mut io::stderr().lock(), bytes, false);
}

fn write(to: &mut dyn Write, bytes: &[u8], end: bool) {
    PROGRESS.suspend(|| {
        let _ = to.write_all(bytes);
        if end {
            let _ = to.write_all(b"\n");
        }
        let _ = to.flush();
    });
}
