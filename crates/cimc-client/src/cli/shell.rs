//! One conversation with the command line: commands one after the other, and their answers.

use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use super::parse::{self, NotUnderstood, Record, Table};
use super::ssh::LOG_IN;
use super::ticket::Ticket;
use crate::controller::Core;
use crate::error::CimcError;
use crate::settings::CliSettings;
use crate::turn::Slot;

/// The command line of one controller, over SSH; keep it short, and end it with
/// [`Shell::close`]. It takes one of the controller's sessions, like [`crate::Session`].
///
/// Its forms are those of Cisco's CLI configuration guides for C-Series, releases 1.x and 2.x.
pub struct Shell {
    pub(super) core: Arc<Core>,
    pub(super) ticket: Ticket,
    pub(super) deadline: Instant,
    /// The controller's name in its prompt.
    pub(super) name: String,
    /// The scope that the last prompt showed.
    pub(super) scope: String,
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
            Ok(()) => {
                shell.core.note_login();
                shell.core.breaker.answered();
                Ok(shell)
            }
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
