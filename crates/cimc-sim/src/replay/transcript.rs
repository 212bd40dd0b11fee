//! Reading a transcript: JSON lines, the first of which says what the file is.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::xml::Element;

/// The version of the form that is read here.
const FORMAT: u32 = 1;

/// Why a transcript can't be served.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    /// The file can't be read.
    #[error("{}: the transcript can't be read; check the path and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line is not what it must be.
    #[error("{}:{line}: {problem}; {advice}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        problem: String,
        /// What to do.
        advice: &'static str,
    },
}

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The element of the answer.
    Answer(Element),
    /// This HTTP status and no answer.
    Status(u16),
    /// A web page.
    Page,
    /// No answer that could be written down; the transcript's words.
    Nothing(String),
}

/// A recorded conversation with one controller.
#[derive(Debug, Clone)]
pub struct Transcript {
    firmware: Option<String>,
    model: Option<String>,
    exchanges: usize,
    pub(super) outcomes: HashMap<String, Vec<Outcome>>,
}

/// A line of any kind.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Header(Header),
    Exchange(Exchange),
}

#[derive(Debug, Deserialize)]
struct Header {
    ferric_cimc_transcript: u32,
    firmware: Option<String>,
    model: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Exchange {
    request: String,
    status: Option<u16>,
    outcome: String,
    answer: Option<String>,
}

const RECORD_AGAIN: &str = "record it again with ferric probe --record";
const CUT_OFF: &str = "delete the line if it is the last one and cut off, else record it again";

impl Transcript {
    /// Reads a transcript. Further headers are where a recording began anew.
    ///
    /// # Errors
    /// [`TranscriptError`] with the line that is wrong.
    pub fn read(path: &Path) -> Result<Self, TranscriptError> {
        let unreadable = |source| TranscriptError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let mut transcript = Self {
            firmware: None,
            model: None,
            exchanges: 0,
            outcomes: HashMap::new(),
        };
        let mut lines = 0;
        for text in BufReader::new(File::open(path).map_err(unreadable)?).lines() {
            let text = text.map_err(unreadable)?;
            lines += 1;
            let taken = transcript.take(&text, lines == 1);
            taken.map_err(|(problem, advice)| TranscriptError::Line {
                path: path.to_owned(),
                line: lines,
                problem,
                advice,
            })?;
        }
        match transcript.exchanges {
            0 => Err(TranscriptError::Line {
                path: path.to_owned(),
                line: lines.max(1),
                problem: "no exchange is recorded here".to_owned(),
                advice: RECORD_AGAIN,
            }),
            _ => Ok(transcript),
        }
    }

    fn take(&mut self, text: &str, is_first: bool) -> Result<(), (String, &'static str)> {
        let line = match serde_json::from_str(text) {
            Ok(line) => line,
            Err(_) if is_first => {
                let problem = "this is no header of a CIMC transcript".to_owned();
                return Err((problem, RECORD_AGAIN));
            }
            Err(error) if error.is_data() => {
                let problem = "this is no exchange (method, request, status, outcome, answer)";
                return Err((problem.to_owned(), CUT_OFF));
            }
            Err(error) => return Err((format!("this is no JSON ({error})"), CUT_OFF)),
        };
        match line {
            Line::Header(header) if header.ferric_cimc_transcript != FORMAT => {
                let version = header.ferric_cimc_transcript;
                let problem = format!("the transcript has form {version}, not {FORMAT}");
                Err((problem, "serve it with the release that recorded it"))
            }
            Line::Header(header) => {
                self.firmware = header.firmware.or(self.firmware.take());
                self.model = header.model.or(self.model.take());
                Ok(())
            }
            Line::Exchange(_) if is_first => {
                let problem = "the header is missing".to_owned();
                Err((problem, RECORD_AGAIN))
            }
            Line::Exchange(exchange) => self.keep(exchange),
        }
    }

    fn keep(&mut self, exchange: Exchange) -> Result<(), (String, &'static str)> {
        let request = Element::parse(&exchange.request)
            .map_err(|why| (format!("the request is no XML element ({why})"), CUT_OFF))?;
        let outcome = match (exchange.answer, exchange.status) {
            (Some(answer), _) => Outcome::Answer(
                Element::parse(&answer)
                    .map_err(|why| (format!("the answer is no XML element ({why})"), CUT_OFF))?,
            ),
            (None, Some(200)) if exchange.outcome == "web page" => Outcome::Page,
            (None, Some(status)) if status != 200 => Outcome::Status(status),
            (None, _) => Outcome::Nothing(exchange.outcome),
        };
        self.exchanges += 1;
        self.outcomes
            .entry(key(&request))
            .or_default()
            .push(outcome);
        Ok(())
    }

    /// The firmware version that was recorded, if it was told.
    pub fn firmware(&self) -> Option<&str> {
        self.firmware.as_deref()
    }

    /// The model that was recorded, if it was told.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// How many requests were recorded.
    pub fn exchanges(&self) -> usize {
        self.exchanges
    }
}

/// What makes two requests the same: all but the session and the account, and not the order of
/// attributes.
pub(super) fn key(request: &Element) -> String {
    let mut same = sorted(request);
    let session = ["cookie", "inCookie", "inName", "inPassword"];
    same.attributes
        .retain(|(name, _)| !session.contains(&name.as_str()));
    same.render()
}

fn sorted(element: &Element) -> Element {
    let mut attributes = element.attributes.clone();
    attributes.sort();
    Element {
        name: element.name.clone(),
        attributes,
        children: element.children.iter().map(sorted).collect(),
        text: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        r#"{"ferric_cimc_transcript":1,"ferric":"0.1.0","firmware":"1.5(4)","model":"M"}"#;
    const EXCHANGE: &str = r#"{"method":"a","elapsed_ms":1,"status":200,"outcome":"answered","request":"<a y=\"1\" x=\"2\"/>","answer":"<a/>"}"#;

    fn read(lines: &[&str]) -> Result<Transcript, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t.jsonl");
        std::fs::write(&path, lines.join("\n")).unwrap();
        Transcript::read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_transcript_tells_what_was_recorded() {
        let transcript = read(&[HEADER, EXCHANGE, HEADER, EXCHANGE]).unwrap();
        assert_eq!(transcript.firmware(), Some("1.5(4)"));
        assert_eq!((transcript.model(), transcript.exchanges()), (Some("M"), 2));
    }

    #[test]
    fn requests_are_the_same_whatever_their_session_and_the_order_of_attributes() {
        let key = |text| key(&Element::parse(text).unwrap());
        assert_eq!(
            key("<a cookie='1' x='2' y='3'><b p='1' q='2'/></a>"),
            key("<a y='3' x='2' cookie='9'><b q='2' p='1'></b></a>")
        );
        assert_ne!(key("<a x='2'/>"), key("<a x='3'/>"));
    }

    #[test]
    fn a_wrong_line_is_named_with_what_to_do() {
        let cases: [(&[&str], &str, &str); 8] = [
            (&["", EXCHANGE], ":1: this is no header", "record it again"),
            (&[], ":1: no exchange", "record it again"),
            (&["# Ferric"], ":1: this is no header", "record it again"),
            (&[EXCHANGE], ":1: the header is missing", "record it again"),
            (&[HEADER], ":1: no exchange", "record it again"),
            (
                &[HEADER, EXCHANGE, &EXCHANGE[..40]],
                ":3: this is no JSON",
                "delete the line",
            ),
            (
                &[HEADER, "{\"method\":\"a\"}"],
                ":2: this is no exchange",
                "delete the line",
            ),
            (
                &[r#"{"ferric_cimc_transcript":2}"#],
                ":1: the transcript has form 2",
                "the release that recorded it",
            ),
        ];
        for (lines, problem, advice) in cases {
            let error = read(lines).unwrap_err();
            assert!(error.contains(problem) && error.contains(advice), "{error}");
        }
        let cut = EXCHANGE.replace("<a/>", "<a");
        let error = read(&[HEADER, &cut]).unwrap_err();
        assert!(
            error.contains(":2: the answer is no XML element"),
            "{error}"
        );
    }
}
