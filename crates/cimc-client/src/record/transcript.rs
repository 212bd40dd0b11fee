//! The lines of a transcript, in their order.

use std::io;

use serde::Serialize;

use super::Heard;
use super::file::LinesFile;
use super::scrub::Scrubber;
use crate::settings::ControllerSettings;
use crate::xml::Element;

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

/// A transcript that is being written.
pub(super) struct Transcript {
    file: LinesFile,
    scrubber: Scrubber,
    /// What the scrubber has learned of the settings.
    settings: Option<ControllerSettings>,
    firmware: Option<String>,
    model: Option<String>,
    /// What is held back until the header can be written; `None` once it has been.
    waiting: Option<Vec<Heard>>,
    /// The first write that failed; nothing is written after it.
    pub(super) failed: Option<io::Error>,
}

impl Transcript {
    pub(super) fn new(file: LinesFile) -> Self {
        Self {
            file,
            scrubber: Scrubber::default(),
            settings: None,
            firmware: None,
            model: None,
            waiting: Some(Vec::new()),
            failed: None,
        }
    }

    /// Takes an exchange in.
    pub(super) fn take(&mut self, settings: &ControllerSettings, heard: Heard) {
        let known = self.settings.as_ref();
        if known.is_none_or(|known| !known.is_same(settings)) {
            self.scrubber.learn_settings(settings);
            self.settings = Some(settings.clone());
        }
        self.learn(&heard);
        if let Some(answer) = &heard.answer {
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

    fn learn(&mut self, heard: &Heard) {
        self.scrubber.learn(&heard.request);
        if let Some(answer) = &heard.answer {
            self.scrubber.learn(answer);
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

    /// Writes what is held back.
    pub(super) fn flush(&mut self) {
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
        let written = self.scrubbed(heard).and_then(|line| {
            if !self.file.is_full_for(&line) {
                return self.file.add(&line);
            }
            self.begin_again()?;
            self.learn(heard);
            let line = self.scrubbed(heard)?;
            self.file.add(&line)
        });
        self.keep(written);
    }

    fn scrubbed(&mut self, heard: &Heard) -> io::Result<String> {
        let outcome = self.scrubber.text(&heard.outcome, false);
        let answer = heard.answer.as_ref();
        line(&Exchange {
            method: &heard.request.name,
            elapsed_ms: heard.elapsed.as_millis(),
            status: heard.status,
            outcome: &outcome,
            request: self.scrubber.element(&heard.request).to_string(),
            answer: answer.map(|answer| self.scrubber.element(answer).to_string()),
        })
    }

    /// A new file, in which stand-ins begin anew.
    fn begin_again(&mut self) -> io::Result<()> {
        self.file.begin_again()?;
        self.scrubber = Scrubber::default();
        if let Some(settings) = &self.settings {
            self.scrubber.learn_settings(settings);
        }
        self.write_header();
        Ok(())
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
