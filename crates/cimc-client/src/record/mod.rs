//! Transcripts: what was said with a controller, without what must not leave the house.
//!
//! A transcript is a text of JSON lines. The first is a header; each further one is a request and
//! what came of it. Everything is scrubbed before it is written; the same value has the same
//! stand-in in the whole file. Answers are written as they were understood: in the order of their
//! attributes, without padding and comments. What can't be read as XML is not written, as nothing
//! can be known to be harmless in it; its length and the reason are.

mod file;
mod pattern;
mod recording;
mod scrub;
mod stand_in;
mod transcript;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::settings::ControllerSettings;
use crate::transport::TransportError;
use crate::xml::{self, Element};
use file::LinesFile;
pub(crate) use recording::Recording;
use transcript::Transcript;

/// An exchange before it is scrubbed.
struct Heard {
    request: Element,
    answer: Option<Element>,
    status: Option<u16>,
    outcome: String,
    elapsed: Duration,
}

/// Writes a transcript of one controller.
///
/// Writing is plain file work of some kilobytes within the exchange. It never makes an exchange
/// fail: what goes wrong is logged once, kept for [`Recorder::finish`], and ends the recording.
pub struct Recorder {
    path: PathBuf,
    state: Mutex<Transcript>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Recorder {
    /// A transcript in a new file, which only its owner can read.
    ///
    /// # Errors
    ///
    /// When the file is there already, or can't be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        LinesFile::create_new(path).map(|file| Self::new(path, file))
    }

    /// A transcript in a file that belongs to recordings: an older one is put aside.
    pub(crate) fn replace(path: &Path) -> io::Result<Self> {
        LinesFile::create(path).map(|file| Self::new(path, file))
    }

    fn new(path: &Path, file: LinesFile) -> Self {
        Self {
            path: path.to_owned(),
            state: Mutex::new(Transcript::new(file)),
        }
    }

    /// Writes what is held back and tells whether all could be written.
    ///
    /// # Errors
    ///
    /// The first error of a write; the transcript ends before it.
    pub fn finish(&self) -> io::Result<()> {
        let mut state = self.state();
        state.flush();
        match &state.failed {
            Some(error) => Err(io::Error::new(error.kind(), error.to_string())),
            None => Ok(()),
        }
    }

    /// Takes an exchange in.
    pub(crate) fn note(
        &self,
        settings: &ControllerSettings,
        request: &Element,
        answer: &Result<Vec<u8>, TransportError>,
        elapsed: Duration,
    ) {
        let heard = Heard::new(request, answer, elapsed);
        let mut state = self.state();
        if state.failed.is_some() {
            return;
        }
        state.take(settings, heard);
        if let Some(error) = &state.failed {
            let path = self.path.display();
            tracing::warn!(%error, %path, "the transcript ends here: it can't be written");
        }
    }

    fn state(&self) -> MutexGuard<'_, Transcript> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.state().flush();
    }
}

impl Heard {
    fn new(request: &Element, answer: &Result<Vec<u8>, TransportError>, elapsed: Duration) -> Self {
        let (status, outcome, answer) = match answer {
            Ok(body) if xml::looks_like_html(body) => (Some(200), "web page".to_owned(), None),
            Ok(body) => match xml::parse(body) {
                Ok(root) => (Some(200), "answered".to_owned(), Some(root)),
                Err(error) => (Some(200), format!("{} bytes: {error}", body.len()), None),
            },
            Err(TransportError::Status(status)) => {
                (Some(status.as_u16()), "refused".to_owned(), None)
            }
            Err(TransportError::Failed(kind, _)) => (None, kind.to_string(), None),
            Err(TransportError::Unusable(problem)) => (None, problem.clone(), None),
        };
        Self {
            request: request.clone(),
            answer,
            status,
            outcome,
            elapsed,
        }
    }
}

#[cfg(test)]
mod tests;
