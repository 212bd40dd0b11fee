//! QEMU's control socket: the QEMU Machine Protocol, JSON lines over a Unix socket.
//!
//! The crate `qapi` was looked at: it generates types for the whole of QMP where five commands
//! are needed, its maintainer calls it passively maintained, and a call that is given up (ours have
//! limits) leaves its number behind for the next one to panic on.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

use super::spec::QemuError;

/// How long one command may take. They are answered within milliseconds; a loaded host is slow.
const COMMAND_LIMIT: Duration = Duration::from_secs(10);

/// A connection to a running QEMU, ready for commands.
#[derive(Debug)]
pub(super) struct Qmp {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
    events: VecDeque<Event>,
    last_id: u64,
    limit: Duration,
}

/// Something that happened in QEMU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) name: String,
    /// Of `SHUTDOWN`: `guest-shutdown`, `guest-reset` and more.
    pub(super) reason: String,
}

/// One line from QEMU: an event, the answer to the command with the id, or the greeting, which is
/// neither.
#[derive(Deserialize)]
struct Message {
    event: Option<String>,
    #[serde(default)]
    data: EventData,
    id: Option<u64>,
    error: Option<Refusal>,
}

#[derive(Default, Deserialize)]
struct EventData {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct Refusal {
    desc: String,
}

impl Qmp {
    /// Connects and leaves the negotiation that every connection begins in.
    ///
    /// # Errors
    /// Those of the socket: nobody listens as long as QEMU is starting.
    pub(super) async fn connect(path: &Path) -> io::Result<Self> {
        let (reader, writer) = timeout(COMMAND_LIMIT, UnixStream::connect(path))
            .await??
            .into_split();
        let mut qmp = Self {
            lines: BufReader::new(reader).lines(),
            writer,
            events: VecDeque::new(),
            last_id: 0,
            limit: COMMAND_LIMIT,
        };
        timeout(COMMAND_LIMIT, qmp.call("qmp_capabilities", json!({}))).await??;
        Ok(qmp)
    }

    /// Carries out one command.
    ///
    /// # Errors
    /// [`QemuError::Qmp`] if QEMU refuses, is gone, or says nothing for ten seconds.
    pub(super) async fn execute(
        &mut self,
        command: &str,
        arguments: Value,
    ) -> Result<(), QemuError> {
        let answer = timeout(self.limit, self.call(command, arguments)).await;
        answer
            .map_err(io::Error::from)
            .flatten()
            .map_err(|source| QemuError::Qmp {
                command: command.to_owned(),
                source,
            })
    }

    /// The next event; those that came while a command was waited for come first. Nothing is lost
    /// if it is given up.
    ///
    /// # Errors
    /// `UnexpectedEof` when QEMU is gone.
    pub(super) async fn event(&mut self) -> io::Result<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            // An answer here is a late one.
            self.message().await?;
        }
    }

    async fn call(&mut self, command: &str, arguments: Value) -> io::Result<()> {
        self.last_id += 1;
        let id = self.last_id;
        let request = json!({"execute": command, "arguments": arguments, "id": id});
        self.writer
            .write_all(format!("{request}\n").as_bytes())
            .await?;
        loop {
            let message = self.message().await?;
            // Other ids are of commands that were given up.
            if message.id == Some(id) {
                return match message.error {
                    Some(refusal) => Err(io::Error::other(refusal.desc)),
                    None => Ok(()),
                };
            }
        }
    }

    /// Reads one line; an event is put aside.
    async fn message(&mut self) -> io::Result<Message> {
        let line = self.lines.next_line().await?;
        let line = line.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut message: Message = serde_json::from_str(&line)?;
        if let Some(name) = message.event.take() {
            let reason = std::mem::take(&mut message.data.reason);
            self.events.push_back(Event { name, reason });
        }
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UnixListener;

    /// A QEMU that says these lines, each group after a line that it was told.
    async fn scripted(groups: &'static [&'static [&'static str]]) -> (tempfile::TempDir, Qmp) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("qmp.sock");
        let listener = UnixListener::bind(&path).unwrap();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (reader, mut writer) = stream.into_split();
            let mut told = BufReader::new(reader).lines();
            writer
                .write_all(b"{\"QMP\": {\"version\": {}}}\n")
                .await
                .unwrap();
            for group in groups {
                told.next_line().await.unwrap();
                for line in *group {
                    writer
                        .write_all(format!("{line}\n").as_bytes())
                        .await
                        .unwrap();
                }
            }
        });
        let qmp = Qmp::connect(&path).await.unwrap();
        (dir, qmp)
    }

    const READY: &[&str] = &[r#"{"return": {}, "id": 1}"#];

    #[tokio::test]
    async fn events_before_an_answer_are_kept_for_later() {
        let (_dir, mut qmp) = scripted(&[
            READY,
            &[
                r#"{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}"#,
                r#"{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}"#,
                r#"{"return": {}, "id": 2}"#,
            ],
        ])
        .await;
        qmp.execute("cont", json!({})).await.unwrap();
        assert_eq!(qmp.event().await.unwrap().name, "STOP");
        assert_eq!(qmp.event().await.unwrap().reason, "guest-reset");
        let gone = qmp.event().await.unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_words_of_qemu() {
        let (_dir, mut qmp) = scripted(&[
            READY,
            &[r#"{"error": {"class": "GenericError", "desc": "no such thing"}, "id": 2}"#],
        ])
        .await;
        let refused = qmp.execute("fly", json!({})).await.unwrap_err();
        let QemuError::Qmp { command, source } = refused else {
            panic!("{refused}")
        };
        assert_eq!(
            (command.as_str(), source.to_string().as_str()),
            ("fly", "no such thing")
        );
    }

    #[tokio::test]
    async fn the_late_answer_to_another_command_is_passed_over() {
        let (_dir, mut qmp) = scripted(&[
            READY,
            &[
                r#"{"return": {}, "id": 1}"#,
                r#"{"error": {"desc": "mine"}, "id": 2}"#,
            ],
        ])
        .await;
        assert!(qmp.execute("quit", json!({})).await.is_err());
    }

    #[tokio::test]
    async fn silence_has_a_limit() {
        let (_dir, mut qmp) = scripted(&[READY, &[], &[]]).await;
        qmp.limit = Duration::from_millis(10);
        let late = qmp.execute("cont", json!({})).await.unwrap_err();
        assert!(matches!(late, QemuError::Qmp { .. }), "{late}");
    }
}
