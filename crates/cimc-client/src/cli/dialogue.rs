//! Typing a command and reading up to the next prompt: echo, pages, questions, limits.

use tokio::time::{Instant, timeout};

use super::parse::NotUnderstood;
use super::screen::{self, End};
use super::shell::Shell;
use crate::error::CimcError;
use crate::exchange::time_left;

/// The most that one command may print.
const OUTPUT_LIMIT: usize = 256 * 1024;

impl Shell {
    /// Types a command and reads its answer. A question is answered as given, or with no.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        yes: Option<&str>,
    ) -> Result<String, CimcError> {
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
    pub(super) async fn read(
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
