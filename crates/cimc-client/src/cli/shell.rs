//! One conversation with the command line: commands one after the other, and their answers.

use std::fmt;
use std::sync::Arc;

use tokio::time::{Instant, timeout};

use super::parse::{self, NotUnderstood, Record, Table};
use super::screen::{self, End};
use super::ssh::LOG_IN;
use super::ticket::Ticket;
use crate::controller::Core;
use crate::error::CimcError;
use crate::exchange::time_left;
use crate::settings::CliSettings;
use crate::turn::Slot;

/// The most that one command may print.
const OUTPUT_LIMIT: usize = 256 * 1024;

/// The command line of one controller, over SSH; keep it short, and end it with
/// [`Shell::close`]. It takes one of the controller's sessions, like [`crate::Session`].
///
/// Its forms are those of Cisco's CLI configuration guides for C-Series, releases 1.x and 2.x.
pub struct Shell {
    core: Arc<Core>,
    ticket: Ticket,
    deadline: Instant,
    /// The controller's name in its prompt.
    name: String,
    /// The scope that the last prompt showed.
    scope: String,
    /// The scopes that were entered, from the top.
    entered: Vec<String>,
}

impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell")
            .field("address", &self.core.address)
            .finish_non_exhaustive()
    }
}

impl Shell {
    /// Logs in and finds the prompt.
    pub(crate) async fn open(
        core: Arc<Core>,
        settings: CliSettings,
        slot: Slot,
        deadline: Instant,
    ) -> Result<Self, CimcError> {
        let ticket = Ticket::obtain(core.clone(), settings, slot, deadline).await?;
        let mut shell = Self {
            core,
            ticket,
            deadline,
            name: String::new(),
            scope: String::new(),
            entered: Vec::new(),
        };
        match shell.find_prompt().await {
            Ok(()) => Ok(shell),
            Err(error) => {
                shell.close().await;
                Err(error)
            }
        }
    }

    /// Host and port, as in the messages.
    pub fn address(&self) -> &str {
        &self.core.address
    }

    /// Logs out and waits for it. One whose future is dropped goes on in the background.
    pub async fn close(self) {
        self.ticket.close().await;
    }

    /// The first line that looks like a prompt may be part of a banner: only what stands at the
    /// end again after a command is the prompt.
    async fn find_prompt(&mut self) -> Result<(), CimcError> {
        self.read(LOG_IN, None, None).await?;
        self.ask("top", None).await.map(drop)
    }

    /// Changes into a scope, given from the top: `["chassis", "adapter 1"]`.
    pub(super) async fn enter(&mut self, scopes: &[&str]) -> Result<(), CimcError> {
        let inside = self
            .entered
            .iter()
            .zip(scopes)
            .all(|(own, wanted)| own == wanted);
        if !inside || self.entered.len() > scopes.len() {
            self.entered.clear();
            self.ask("top", None).await?;
        }
        for scope in &scopes[self.entered.len()..] {
            let command = format!("scope {scope}");
            let said = self.ask(&command, None).await?;
            self.expect_no_refusal(&command, &said)?;
            let kind = scope.split(' ').next().unwrap_or_default();
            if !self.scope.ends_with(&format!("/{kind}")) {
                let problem = NotUnderstood {
                    why: "the prompt doesn't show the scope",
                    line: format!("{} {}", self.name, self.scope),
                };
                return Err(self.not_understood(&command, &problem));
            }
            self.entered.push((*scope).to_owned());
        }
        Ok(())
    }

    /// The records of a `show … detail`; nothing printed is no records.
    pub(super) async fn records(&mut self, command: &str) -> Result<Vec<Record>, CimcError> {
        let said = self.ask(command, None).await?;
        self.expect_no_refusal(command, &said)?;
        parse::records(&said).map_err(|problem| self.not_understood(command, &problem))
    }

    /// The first record of a page that must have one.
    pub(super) async fn record(&mut self, command: &str) -> Result<Record, CimcError> {
        let first = self.records(command).await?.into_iter().next();
        first.ok_or_else(|| {
            let problem = NotUnderstood {
                why: "nothing was printed",
                line: String::new(),
            };
            self.not_understood(command, &problem)
        })
    }

    /// The table of a `show …`.
    pub(super) async fn table(&mut self, command: &str) -> Result<Table, CimcError> {
        let said = self.ask(command, None).await?;
        self.expect_no_refusal(command, &said)?;
        parse::table(&said).map_err(|problem| self.not_understood(command, &problem))
    }

    /// A command that acts; a question that it asks is answered with yes.
    pub(super) async fn act(&mut self, command: &str) -> Result<(), CimcError> {
        let said = self.ask(command, Some("y")).await?;
        self.expect_no_refusal(command, &said)
    }

    /// Sets something and commits it. What can't be committed is discarded.
    pub(super) async fn set(&mut self, command: &str) -> Result<(), CimcError> {
        let result = match self.act(command).await {
            Ok(()) => self.act("commit").await,
            Err(error) => Err(error),
        };
        if result.is_err() {
            // The first error is the one that counts.
            let _ = self.ask("discard", None).await;
        }
        result
    }

    /// Types a command and reads its answer. A question is answered as given, or with no.
    async fn ask(&mut self, command: &str, yes: Option<&str>) -> Result<String, CimcError> {
        let began = Instant::now();
        self.ticket.is_busy = true;
        self.ticket.send(&format!("{command}\n")).await?;
        let answer = self.read(command, Some(command), yes).await?;
        self.ticket.is_busy = false;
        tracing::debug!(
            address = self.core.address,
            command,
            elapsed_ms = began.elapsed().as_millis(),
            "asked a CIMC's command line"
        );
        Ok(answer)
    }

    /// Reads up to the next prompt: behind the echo of a command, or whatever comes.
    async fn read(
        &mut self,
        action: &str,
        echo: Option<&str>,
        yes: Option<&str>,
    ) -> Result<String, CimcError> {
        let limit = time_left(self.deadline, self.core.settings.request_timeout)
            .ok_or_else(|| self.core.too_late(action))?;
        timeout(limit, self.read_on(action, echo, yes))
            .await
            .unwrap_or_else(|_| Err(self.core.too_late(action)))
    }

    async fn read_on(
        &mut self,
        action: &str,
        echo: Option<&str>,
        yes: Option<&str>,
    ) -> Result<String, CimcError> {
        let mut bytes = Vec::new();
        let mut refused = None;
        loop {
            match self.ticket.receive().await {
                Ok(more) => bytes.extend_from_slice(&more),
                Err(error) => return Err(self.cut_off(&screen::render(&bytes), error)),
            }
            if bytes.len() > OUTPUT_LIMIT {
                let problem = NotUnderstood {
                    why: "more text than is read",
                    line: String::new(),
                };
                return Err(self.not_understood(action, &problem));
            }
            if !screen::may_end(&bytes) {
                continue;
            }
            let shown = screen::render(&bytes);
            let answer = match echo {
                Some(command) => screen::answer(&shown, command),
                None => Some(shown.clone()),
            };
            match (screen::end(&shown), answer) {
                (Some(End::Page), _) => {
                    // What was shown so far stays; the word itself is written over or not.
                    remove_last_line(&mut bytes);
                    self.ticket.send(" ").await?;
                }
                (Some(End::Question(question)), _) => {
                    bytes.push(b'\n');
                    let reply = yes.unwrap_or("n");
                    if yes.is_none() {
                        refused = Some(question);
                    }
                    self.ticket.send(&format!("{reply}\n")).await?;
                }
                (Some(End::Prompt(prompt)), Some(answer)) if self.is_own(&prompt.name, echo) => {
                    self.name = prompt.name;
                    self.scope = prompt.scope;
                    return match refused {
                        None => Ok(answer),
                        Some(line) => {
                            let why = "a question that was not expected, answered with no";
                            Err(self.not_understood(action, &NotUnderstood { why, line }))
                        }
                    };
                }
                _ => {}
            }
        }
    }

    /// The connection ended: a controller without a free session says so before it hangs up.
    fn cut_off(&self, shown: &str, error: CimcError) -> CimcError {
        match is_session_limit(shown) {
            true => self.core.session_limit(shown.trim()),
            false => error,
        }
    }

    /// Whether a prompt is this controller's: until the first command any may be.
    fn is_own(&self, name: &str, echo: Option<&str>) -> bool {
        echo.is_none() || echo == Some("top") || self.name == name
    }

    fn expect_no_refusal(&self, command: &str, said: &str) -> Result<(), CimcError> {
        match parse::refusal(said) {
            None => Ok(()),
            Some(line) => Err(CimcError::Unsupported {
                address: self.core.address.clone(),
                action: format!("do `{command}` on its command line"),
                answer: crate::xml::clip(line.trim()),
            }),
        }
    }

    pub(super) fn not_understood(&self, command: &str, problem: &NotUnderstood) -> CimcError {
        CimcError::NotUnderstood {
            address: self.core.address.clone(),
            command: command.to_owned(),
            problem: problem.to_string(),
        }
    }

    /// The error of something that the command line has no command for.
    pub(super) fn unsupported(&self, action: &str, answer: &str) -> CimcError {
        CimcError::Unsupported {
            address: self.core.address.clone(),
            action: action.to_owned(),
            answer: answer.to_owned(),
        }
    }

    /// The error of something that was accepted and did not come to be.
    pub(super) fn operation_error(&self, action: &str, answer: String) -> CimcError {
        CimcError::Operation {
            address: self.core.address.clone(),
            action: action.to_owned(),
            answer,
        }
    }
}

/// Forgets the unfinished line at the end.
fn remove_last_line(bytes: &mut Vec<u8>) {
    let keep = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    bytes.truncate(keep);
}

fn is_session_limit(greeting: &str) -> bool {
    let lower = greeting.to_ascii_lowercase();
    lower.contains("session")
        && ["maximum", "limit", "too many"]
            .iter()
            .any(|word| lower.contains(word))
}
