//! The program as a child process.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use testkit::{CIMC_PASSWORD, COBBLER_PASSWORD};

pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A running program; killed when dropped.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Program {
    /// Starts it with a state directory of its own.
    pub(crate) fn start(state: &Path, arguments: &[&str]) -> Self {
        let log = state.join("output");
        let output = std::fs::File::create(&log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_ferric"))
            .args(arguments)
            .env("FERRIC__DATABASE__STATE_DIR", state)
            .env("CIMC_PASSWORD", CIMC_PASSWORD)
            .env("COBBLER_PASSWORD", COBBLER_PASSWORD)
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// Starts the service and waits until it answers.
    pub(crate) async fn serve(state: &Path, listen: &str) -> Self {
        let program = Self::start(state, &["serve", "--listen", listen]);
        let url = format!("http://{listen}/healthz");
        let answers = testkit::until("the service", LIMIT, || async {
            reqwest::get(&url).await.ok()
        });
        if let Err(error) = answers.await {
            panic!("{error}: {}", program.output());
        }
        program
    }

    /// As Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    pub(crate) fn kill(&self) {
        self.signal("KILL");
    }

    fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status();
        assert!(sent.unwrap().success());
    }

    /// Its exit code; none after a signal.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let deadline = tokio::time::Instant::now() + LIMIT;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "it runs on: {}",
                self.output()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What it has said so far.
    pub(crate) fn output(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
