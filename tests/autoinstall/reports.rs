//! The report functions in a real shell, with each of the programs that installers have.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::routing::any;

/// What a report may have to say.
const WORDS: &str = "it's \"broken\" $(x) `y` & 100% = 你\nlast line";

type Heard = Arc<Mutex<Vec<(String, String)>>>;

async fn listener() -> (String, Heard) {
    let heard = Heard::default();
    let hear = |State(heard): State<Heard>, uri: Uri, body: String| async move {
        heard.lock().unwrap().push((uri.path().to_owned(), body));
        "echo fetched\n"
    };
    let router = Router::new().fallback(any(hear)).with_state(heard.clone());
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(socket, router).await.unwrap() });
    (url, heard)
}

fn found(program: &str) -> Option<PathBuf> {
    ["/usr/bin", "/bin", "/usr/sbin", "/usr/local/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.exists())
}

/// A folder with the usual small programs and one that speaks HTTP.
fn tools(folder: &Path, speaker: &str) -> Option<()> {
    for program in ["sh", "sleep", "cat", "tail", "grep", speaker] {
        symlink(found(program)?, folder.join(program)).ok()?;
    }
    Some(())
}

async fn run(tools: &Path, script: &str, url: &str, file: &Path) -> bool {
    let functions = ferric::drivers::cobbler::autoinstall::hooks().unwrap();
    // The functions alone, before what the hooks do with them.
    let functions = functions.split("\n# Runs a command in").next().unwrap();
    let text = format!("{functions}\n{script}\n");
    let mut shell = Command::new(found("sh").unwrap());
    shell
        .args(["-c", &text, "sh", url, WORDS])
        .arg(file)
        .env_clear()
        .env("PATH", tools)
        .stdin(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || shell.status());
    ended.await.unwrap().unwrap().success()
}

#[tokio::test]
async fn reports_and_fetches_go_through_with_whatever_program_there_is() {
    let mut tried = 0;
    for speaker in ["curl", "wget", "python3"] {
        let folder = tempfile::tempdir().unwrap();
        if tools(folder.path(), speaker).is_none() {
            continue;
        }
        tried += 1;
        let (url, heard) = listener().await;
        let file = folder.path().join("fetched");
        let script = "ferric_report \"$1/failed\" \"$2\" && ferric_fetch \"$1/script\" \"$3\"";
        assert!(run(folder.path(), script, &url, &file).await, "{speaker}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "echo fetched\n");
        let heard = heard.lock().unwrap();
        let (path, body) = &heard[0];
        assert_eq!(path, "/failed", "{speaker}");
        // As a form, or as it is.
        let said = body.starts_with("message=it%27s") || body == WORDS;
        assert!(said, "{speaker}: {body}");
        assert_eq!(heard[1].0, "/script", "{speaker}");
    }
    assert!(tried > 0, "none of curl, wget and python3 is here");
}

#[tokio::test]
async fn a_report_that_nobody_hears_does_not_fail_the_installation() {
    let folder = tempfile::tempdir().unwrap();
    // No program that speaks HTTP at all; and no pauses.
    for program in ["sh", "cat", "tail"] {
        symlink(found(program).unwrap(), folder.path().join(program)).unwrap();
    }
    symlink(found("true").unwrap(), folder.path().join("sleep")).unwrap();
    let file = folder.path().join("fetched");
    let url = "http://127.0.0.1:1";
    let report = "ferric_report \"$1/failed\" \"$2\"";
    assert!(run(folder.path(), report, url, &file).await);
    let fetch = "ferric_fetch \"$1/script\" \"$3\"";
    assert!(!run(folder.path(), fetch, url, &file).await);
}
