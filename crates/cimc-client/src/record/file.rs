//! The file of a transcript: only its owner reads it, whole lines only, and never beyond a bound.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Beyond this (bytes) a transcript is put aside as `NAME.1`, in place of an older one, and a new
/// one is begun. A probe writes some tens of thousands.
pub(super) const MAX_SIZE: u64 = 8 << 20;

/// A file that lines are added to. It is not kept open: there may be one for each of thousands of
/// controllers.
#[derive(Debug)]
pub(super) struct LinesFile {
    path: PathBuf,
    size: u64,
    max_size: u64,
}

impl LinesFile {
    /// Makes the file; one that is there already is left alone, and an error.
    pub(super) fn create_new(path: &Path) -> io::Result<Self> {
        options().create_new(true).open(path)?;
        Ok(Self {
            path: path.to_owned(),
            size: 0,
            max_size: MAX_SIZE,
        })
    }

    /// Makes the file, and puts one that is there already aside.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        put_aside(path)?;
        Self::create_new(path)
    }

    /// Whether a line of this length would go beyond the bound.
    pub(super) fn is_full_for(&self, line: &str) -> bool {
        self.size > 0 && self.size + line.len() as u64 + 1 > self.max_size
    }

    /// Puts the file aside; the next line begins a new one.
    pub(super) fn begin_again(&mut self) -> io::Result<()> {
        put_aside(&self.path)?;
        self.size = 0;
        Ok(())
    }

    /// Adds a line, by one write: whoever dies in between leaves whole lines behind.
    pub(super) fn add(&mut self, line: &str) -> io::Result<()> {
        let line = format!("{line}\n");
        let mut file = options().create(true).open(&self.path)?;
        file.write_all(line.as_bytes())?;
        self.size += line.len() as u64;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn with_max_size(self, max_size: u64) -> Self {
        Self { max_size, ..self }
    }
}

/// Only its owner reads what is made.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true).mode(0o600);
    options
}

fn put_aside(path: &Path) -> io::Result<()> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".1");
    match std::fs::rename(path, aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
