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

/// A `sleep` that plays what an installer writes: it runs the next of `turns`, and fails after the
/// last, which ends whoever watches.
fn play(folder: &Path, turns: &[&str]) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut text =
        "#!/bin/sh\ncd \"${0%/*}\" || exit 1\necho x >>turns\ncase $(grep -c x turns) in\n"
            .to_owned();
    for (number, turn) in turns.iter().enumerate() {
        text.push_str(&format!("{}) {turn} ;;\n", number + 1));
    }
    text.push_str("*) exit 1 ;;\nesac\n");
    let file = folder.join("sleep");
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What was reported, as `event` or `event words`.
async fn told(heard: &Heard, last: &str) -> Vec<String> {
    let lines = || -> Vec<String> {
        let heard = heard.lock().unwrap();
        let line = |(path, body): &(String, String)| {
            let words = body.strip_prefix("message=").unwrap_or(body);
            let event = path.trim_start_matches('/');
            format!("{event} {words}").trim_end().to_owned()
        };
        heard.iter().map(line).collect()
    };
    let limit = std::time::Duration::from_secs(30);
    let done = testkit::until(last, limit, || async {
        let lines = lines();
        lines
            .iter()
            .any(|line| line.starts_with(last))
            .then_some(lines)
    });
    done.await.unwrap()
}

fn in_folder(script: &str, folder: &Path, paths: &[&str]) -> String {
    paths.iter().fold(script.to_owned(), |script, path| {
        script.replace(path, &format!("{}/", folder.display()))
    })
}

#[tokio::test]
async fn anaconda_s_progress_is_told_when_it_moves_and_only_then() {
    let folder = tempfile::tempdir().unwrap();
    for program in ["tr", "curl"] {
        symlink(found(program).unwrap(), folder.path().join(program)).unwrap();
    }
    if tools(folder.path(), "wget").is_none() {
        eprintln!("skipped: no wget");
        return;
    }
    play(
        folder.path(),
        &[
            "echo 'INFO:program:Running... mkfs.xfs -f /dev/sda1' >program.log",
            "echo 'from 9/6: Installing libgcc (1/40)' >packaging.log",
            ":",
            "echo 'Installing glibc (2/40)' >>packaging.log",
        ],
    );
    let (url, heard) = listener().await;
    let functions = ferric::drivers::cobbler::autoinstall::hooks().unwrap();
    let functions = functions.split("\n# Runs a command in").next().unwrap();
    let functions = in_folder(functions, folder.path(), &["/tmp/"]);
    let script =
        format!("{functions}\nferric_watch \"$1/packages\"\nwait\nferric_report \"$1/post\"\n");
    let mut shell = Command::new(found("sh").unwrap());
    shell
        .args(["-c", &script, "sh", &url])
        .env_clear()
        .env("PATH", folder.path())
        .stdin(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || shell.status());
    assert!(ended.await.unwrap().unwrap().success());
    let expected = ["partitioning", "packages 1%2F40", "packages 2%2F40", "post"];
    assert_eq!(told(&heard, "post").await, expected);
}

#[tokio::test]
async fn a_failure_that_debian_s_menu_shows_is_reported_with_the_last_lines() {
    let folder = tempfile::tempdir().unwrap();
    for program in ["sed", "tr", "dirname"] {
        symlink(found(program).unwrap(), folder.path().join(program)).unwrap();
    }
    if tools(folder.path(), "curl").is_none() {
        eprintln!("skipped: no curl");
        return;
    }
    play(
        folder.path(),
        &[
            "echo \"main-menu[9]: INFO: Menu item 'partman-base' selected\" >syslog",
            "echo \"main-menu[9]: INFO: Menu item 'pkgsel' selected\" >>syslog",
            "echo 'in-target: Setting up nginx' >>syslog",
            "echo \"main-menu[9]: WARNING **: Menu item 'pkgsel' failed.\" >>syslog",
            "echo 'never reached' >>syslog",
        ],
    );
    let (url, heard) = listener().await;
    let hooks = ferric::drivers::cobbler::autoinstall::hooks().unwrap();
    // Only what is the test's own is looked at; its folder may be below /tmp itself.
    let hooks = in_folder(
        &hooks,
        folder.path(),
        &["/tmp/", "/var/log/installer/", "/var/log/"],
    );
    let mut shell = Command::new(found("sh").unwrap());
    shell
        .args(["-c", &hooks, "sh", "early", &url])
        .env_clear()
        .env("PATH", folder.path())
        .stdin(Stdio::null());
    let ended = tokio::task::spawn_blocking(move || shell.status());
    assert!(ended.await.unwrap().unwrap().success());
    let told = told(&heard, "failed").await;
    assert_eq!(
        told[..4],
        ["started", "partitioning", "packages", "packages 1"]
    );
    let last = &told[4];
    assert!(last.contains("pkgsel") && last.contains("nginx"), "{last}");
}
