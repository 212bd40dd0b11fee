//! What loading does with good and bad values.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::*;

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ferric.toml");
    std::fs::write(&path, text).unwrap();
    let environment = environment.iter().copied().collect();
    Config::load_from(Some(&path), &environment, &Overrides::default())
}

fn error(text: &str, environment: &[(&str, &str)]) -> String {
    load(text, environment).unwrap_err().to_string()
}

const COBBLER: &str = "[cobbler.lab]\nurl = 'https://cobbler.lab/cobbler_api'\nusername = 'u'\n";

#[test]
fn the_default_file_equals_the_defaults() {
    let config = load(DEFAULT_FILE, &[]).unwrap();
    assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
}

/// Every line of the default file that is a key or a section, commented or not.
fn uncommented() -> String {
    let is_toml = |line: &str| {
        let body = line.strip_prefix("# ").unwrap_or(line);
        body.starts_with('[')
            || body.split_once(" = ").is_some_and(|(key, _)| {
                let key = key.trim_matches('"');
                key.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
            })
    };
    let lines = DEFAULT_FILE.lines().filter(|line| is_toml(line));
    lines
        .map(|line| line.strip_prefix("# ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_commented_keys_of_the_default_file_are_known_keys() {
    let text = uncommented();
    assert!(
        text.contains("password_file = ") && text.contains("public_url = "),
        "{text}"
    );
    let error = error(&text, &[]);
    assert!(
        error.contains("/etc/ferric/cobbler-lab.password can't be read"),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn the_default_file_knows_every_key() {
    let text = uncommented();
    let written: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .collect();
    // The reader lists the known keys when it meets one that is not.
    for section in ["api", "database", "conductor", "cimc", "log"] {
        let message = error(&format!("[{section}]\nqqqqqqqqqqqq = 1\n"), &[]);
        let known = message
            .trim_end()
            .split("known here: ")
            .nth(1)
            .unwrap()
            .to_owned();
        for key in known.split(", ") {
            assert!(
                written.contains(key),
                "{section}.{key} is not in the default file"
            );
        }
    }
}

#[test]
fn an_unknown_key_names_the_file_the_key_and_the_nearest() {
    let message = error("[api]\nlisen = '127.0.0.1:1'\n", &[]);
    assert!(
        message.contains("ferric.toml: api.lisen: the key lisen is not known"),
        "{message}"
    );
    assert!(message.contains("did you mean listen?"), "{message}");
    let message = error("[cobler.lab]\n", &[]);
    assert!(message.contains("did you mean cobbler?"), "{message}");
}

#[test]
fn a_bad_variable_is_named() {
    let message = error("", &[("FERRIC__CONDUCTOR__WORKERS", "many")]);
    assert!(
        message.starts_with("FERRIC__CONDUCTOR__WORKERS: conductor.workers:"),
        "{message}"
    );
    let message = error("", &[("FERRIC__API__LISTN", "x")]);
    assert!(
        message.starts_with("FERRIC__API__LISTN: api.listn:"),
        "{message}"
    );
}

#[test]
fn the_environment_wins_over_the_file_and_flags_win_over_both() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ferric.toml");
    std::fs::write(
        &path,
        "[api]\nlisten = '127.0.0.1:1'\n[conductor]\nworkers = 1\n",
    )
    .unwrap();
    let environment = [
        ("FERRIC__API__LISTEN", "127.0.0.1:2"),
        ("FERRIC__CONDUCTOR__WORKERS", "2"),
        ("FERRIC__CIMC__POLL_INTERVAL_SECONDS", "0.25"),
        ("FERRIC__API__ALLOW_NOAUTH_ANYWHERE", "true"),
        ("FERRIC_LOG", "debug"),
    ];
    let overrides = Overrides::default().set("api.listen", Some("127.0.0.1:3"));
    let config =
        Config::load_from(Some(&path), &environment.into_iter().collect(), &overrides).unwrap();
    assert_eq!(config.api.listen.port(), 3);
    assert_eq!(config.conductor.workers, 2);
    assert!(config.api.allow_noauth_anywhere);
    assert_eq!(
        config.cimc.poll_interval,
        std::time::Duration::from_millis(250)
    );
}

#[test]
fn a_password_of_digits_keeps_its_zeros() {
    let config = load(COBBLER, &[("FERRIC__COBBLER__LAB__PASSWORD", "0042")]).unwrap();
    assert_eq!(config.cobbler["lab"].password.expose_secret(), "0042");
    assert!(!format!("{config:?}").contains("0042"));
}

#[test]
fn a_password_that_is_no_text_is_not_shown() {
    let message = error(&format!("{COBBLER}password = 4711\n"), &[]);
    assert!(
        message.contains("cobbler.lab.password: the value is no text"),
        "{message}"
    );
    assert!(!message.contains("4711"), "{message}");
}

#[test]
fn a_password_file_is_read_without_its_line_end() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("password");
    std::fs::write(&path, "s3cret \n").unwrap();
    let text = format!("{COBBLER}password_file = '{}'\n", path.display());
    assert_eq!(
        load(&text, &[]).unwrap().cobbler["lab"]
            .password
            .expose_secret(),
        "s3cret "
    );
}

#[test]
fn all_unusable_values_are_reported_at_once() {
    let text = "[api]\nlisten = '0.0.0.0:6385'\n[conductor]\nworkers = 0\n\
                [cobbler.lab]\nurl = 'http://cobbler.lab/cobbler_api'\nusername = 'u'\n";
    let message = error(text, &[]);
    for part in [
        "api.allow_noauth_anywhere = true",
        "conductor.workers: is 0",
        "cobbler.lab.url: plain HTTP",
        "cobbler.lab.password: no password",
        "FERRIC__COBBLER__LAB__PASSWORD",
    ] {
        assert!(message.contains(part), "no {part:?} in {message}");
    }
    assert_eq!(message.lines().count(), 4, "{message}");
}

#[test]
fn plain_http_to_cobbler_needs_loopback_or_consent() {
    let at = |url: &str, more: &str| {
        format!("[cobbler.x]\nurl = '{url}'\nusername = 'u'\npassword = 'p'\n{more}")
    };
    assert!(load(&at("http://127.0.0.1:8080/cobbler_api", ""), &[]).is_ok());
    assert!(load(&at("http://[::1]/cobbler_api", ""), &[]).is_ok());
    assert!(load(&at("http://10.0.0.1/cobbler_api", "allow_http = true"), &[]).is_ok());
    assert!(load(&at("http://10.0.0.1/cobbler_api", ""), &[]).is_err());
    assert!(load(&at("cobbler.lab", ""), &[]).is_err());
}

#[test]
fn values_of_a_wrong_kind_say_what_to_write() {
    let message = error("[cimc]\ntimeout_seconds = -1\n", &[]);
    assert!(message.contains("cimc.timeout_seconds"), "{message}");
    assert!(
        message.contains("a number of seconds, 0 or more"),
        "{message}"
    );
    let message = error("[images]\nmine = 'http://x'\n", &[]);
    assert!(
        message.contains("images.mine") && message.contains("cobbler://distro"),
        "{message}"
    );
    let message = error("[api]\nauth = 'keystone'\n", &[]);
    assert!(message.contains("noauth, http_basic"), "{message}");
    let message = error("[cobbler.lab]\nurl = 'https://c'\n", &[]);
    assert!(
        message.contains("cobbler.lab.username: the key is missing"),
        "{message}"
    );
}

#[test]
fn broken_toml_gives_the_line_and_no_value() {
    let message = error("[api]\n\nlisten = \n", &[]);
    assert!(
        message.contains("ferric.toml:3: this is not TOML"),
        "{message}"
    );
    let absent = Config::load(
        Some(Path::new("/nowhere/ferric.toml")),
        &Overrides::default(),
    );
    assert!(
        absent
            .unwrap_err()
            .to_string()
            .starts_with("/nowhere/ferric.toml: ")
    );
}
