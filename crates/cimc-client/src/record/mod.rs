//! Transcripts: what was said with a controller, without what must not leave the house.
//!
//! A transcript is a text of JSON lines. The first is a header ([`Header`]); each further one is a
//! request and what came of it ([`Exchange`]). Everything is scrubbed before it is written; the
//! same value has the same stand-in in the whole file. Answers are written as they were
//! understood: in the order of their attributes, without padding and comments. What can't be read
//! as XML is not written, as nothing can be known to be harmless in it; its length and the reason
//! are.

mod file;
mod pattern;
mod scrub;
mod stand_in;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::settings::ControllerSettings;
use crate::transport::TransportError;
use crate::xml::{self, Element};
use file::LinesFile;
use scrub::Scrubber;

/// The version of the form of transcripts.
const FORMAT: u32 = 1;
/// The header waits for firmware and model for so many exchanges at most.
const MAX_WAITING: usize = 64;

/// The first line.
#[derive(Debug, Serialize)]
struct Header<'a> {
    /// [`FORMAT`]; the name tells what the file is.
    ferric_cimc_transcript: u32,
    /// Ferric's version.
    ferric: &'static str,
    firmware: Option<&'a str>,
    model: Option<&'a str>,
}

/// A further line.
#[derive(Debug, Serialize)]
struct Exchange<'a> {
    method: &'a str,
    elapsed_ms: u128,
    /// The HTTP status, if there was an answer.
    status: Option<u16>,
    /// `answered`, `web page`, or a sentence about what came instead.
    outcome: &'a str,
    request: String,
    answer: Option<String>,
}

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
    state: Mutex<State>,
}

struct State {
    file: LinesFile,
    scrubber: Scrubber,
    firmware: Option<String>,
    model: Option<String>,
    /// What is held back until the header can be written; `None` once it has been.
    waiting: Option<Vec<Heard>>,
    failed: Option<io::Error>,
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
            state: Mutex::new(State {
                file,
                scrubber: Scrubber::default(),
                firmware: None,
                model: None,
                waiting: Some(Vec::new()),
                failed: None,
            }),
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
        state.failed.take().map_or(Ok(()), Err)
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

    fn state(&self) -> MutexGuard<'_, State> {
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

impl State {
    fn take(&mut self, settings: &ControllerSettings, heard: Heard) {
        self.scrubber.learn_settings(settings);
        self.scrubber.learn(&heard.request);
        if let Some(answer) = &heard.answer {
            self.scrubber.learn(answer);
            self.look_for_identity(answer);
        }
        let ends = heard.request.name == "aaaLogout";
        let Some(waiting) = &mut self.waiting else {
            self.write(&heard);
            return;
        };
        waiting.push(heard);
        let knows = self.firmware.is_some() && self.model.is_some();
        if ends || knows || waiting.len() >= MAX_WAITING {
            self.flush();
        }
    }

    /// The firmware is told at login, by 1.5(1b) only in the object of the running one.
    fn look_for_identity(&mut self, answer: &Element) {
        if self.firmware.is_none() {
            self.firmware = answer.known("outVersion").map(str::to_owned);
        }
        if self.model.is_some() && self.firmware.is_some() {
            return;
        }
        let mut open: Vec<&Element> = answer.children.iter().collect();
        while let Some(element) = open.pop() {
            let text = |name| element.known(name).map(str::to_owned);
            let runs = |dn: &str| dn.ends_with("/mgmt/fw-system");
            match element.name.as_str() {
                "computeRackUnit" if self.model.is_none() => self.model = text("model"),
                "firmwareRunning"
                    if self.firmware.is_none() && element.get("dn").is_some_and(runs) =>
                {
                    self.firmware = text("version");
                }
                _ => {}
            }
            open.extend(&element.children);
        }
    }

    fn flush(&mut self) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        if waiting.is_empty() {
            self.waiting = Some(waiting);
            return;
        }
        self.write_header();
        for heard in &waiting {
            self.write(heard);
        }
    }

    fn write_header(&mut self) {
        let header = Header {
            ferric_cimc_transcript: FORMAT,
            ferric: env!("CARGO_PKG_VERSION"),
            firmware: self.firmware.as_deref(),
            model: self.model.as_deref(),
        };
        let written = line(&header).and_then(|line| self.file.add(&line));
        self.keep(written);
    }

    fn write(&mut self, heard: &Heard) {
        if self.failed.is_some() {
            return;
        }
        let outcome = self.scrubber.text(&heard.outcome, false);
        let answer = heard.answer.as_ref();
        let exchange = Exchange {
            method: &heard.request.name,
            elapsed_ms: heard.elapsed.as_millis(),
            status: heard.status,
            outcome: &outcome,
            request: self.scrubber.element(&heard.request).to_string(),
            answer: answer.map(|answer| self.scrubber.element(answer).to_string()),
        };
        let written = line(&exchange);
        let written = written.and_then(|line| {
            if self.file.is_full_for(&line) {
                self.file.begin_again()?;
                self.write_header();
            }
            self.file.add(&line)
        });
        self.keep(written);
    }

    fn keep(&mut self, written: io::Result<()>) {
        if let Err(error) = written
            && self.failed.is_none()
        {
            self.failed = Some(error);
        }
    }
}

fn line(value: &impl Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::other)
}

#[cfg(test)]
mod tests;
