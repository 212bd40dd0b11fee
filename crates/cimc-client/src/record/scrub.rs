//! Taking out what must not leave the house: secrets, names, addresses, serial numbers.
//!
//! By the name of the attribute where a name tells (imcsdk 0.9.17's property names), by form
//! everywhere, and by value for what was seen before: a serial number is also taken out of the
//! sentence of a fault. What a person wrote into a free description can't be known; who attaches a
//! transcript is asked to look it through.

use std::cmp::Reverse;
use std::collections::VecDeque;

use secrecy::ExposeSecret as _;

use super::pattern;
use super::stand_in::{Kind, StandIns};
use crate::settings::ControllerSettings;
use crate::xml::Element;

const SCRUBBED: &str = "scrubbed";
/// Secrets shorter than this are taken out only where their attribute says what they are.
const SHORTEST_SECRET: usize = 4;
/// Sessions beyond this have ended long ago.
const SESSIONS_KEPT: usize = 8;
/// Names shorter than this are not looked for in other texts.
const SHORTEST_NAME: usize = 4;
/// Accounts of the factory and words of the API, which name nobody.
const NOBODY: [&str; 5] = ["admin", "user", "read-only", "root", "guest"];

/// What is known by the name of its attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Secret,
    Cookie,
    Value(Kind),
    /// A version: four numbers with dots are no address there.
    Version,
    Other,
}

/// Replaces, and remembers what it has replaced: for one file, so that it is bounded as that is.
#[derive(Default)]
pub(super) struct Scrubber {
    stand_ins: StandIns,
    /// Passwords, which are looked for inside every value.
    secrets: Vec<String>,
    /// The newest sessions: cookies with their stand-ins, which are looked for like passwords.
    sessions: VecDeque<(String, String)>,
    /// How many sessions there were.
    sessions_seen: usize,
    /// Names and serial numbers, which are looked for as words.
    names: Vec<(String, Kind)>,
}

impl Scrubber {
    /// Learns what the settings hold.
    pub(super) fn learn_settings(&mut self, settings: &ControllerSettings) {
        self.learn_secret(settings.password.expose_secret());
        self.learn_name(Kind::User, &settings.username);
        let url = settings.url().ok();
        if let Some(host) = url.as_ref().and_then(|url| url.host_str())
            && host != "localhost"
        {
            self.learn_name(Kind::Host, host.trim_matches(['[', ']']));
        }
    }

    /// Learns what the attributes of an element and of those below it say by their names.
    pub(super) fn learn(&mut self, element: &Element) {
        for (name, value) in &element.attributes {
            match field(&element.name, name) {
                _ if names_nobody(value) => {}
                Field::Secret => self.learn_secret(value),
                Field::Cookie => drop(self.cookie(value)),
                Field::Value(kind) => self.learn_name(kind, value),
                Field::Version | Field::Other => {}
            }
        }
        for child in &element.children {
            self.learn(child);
        }
    }

    fn learn_secret(&mut self, value: &str) {
        if value.len() >= SHORTEST_SECRET && !self.secrets.iter().any(|known| known == value) {
            self.secrets.push(value.to_owned());
            // One that holds another goes first.
            self.secrets.sort_by_key(|known| Reverse(known.len()));
        }
    }

    /// The stand-in of a cookie.
    fn cookie(&mut self, value: &str) -> String {
        if let Some((_, known)) = self.sessions.iter().find(|(known, _)| known == value) {
            return known.clone();
        }
        self.sessions_seen += 1;
        let stand_in = format!("cookie-{}", self.sessions_seen);
        self.sessions
            .push_back((value.to_owned(), stand_in.clone()));
        if self.sessions.len() > SESSIONS_KEPT {
            self.sessions.pop_front();
        }
        stand_in
    }

    fn learn_name(&mut self, kind: Kind, value: &str) {
        let is_known = self.names.iter().any(|(known, _)| known == value);
        // What is found by its form needs no learning.
        let has_form = !pattern::find(value, false).is_empty();
        if value.len() < SHORTEST_NAME || NOBODY.contains(&value) || is_known || has_form {
            return;
        }
        self.names.push((value.to_owned(), kind));
        self.names.sort_by_key(|(known, _)| Reverse(known.len()));
    }

    /// The element without what must not be seen.
    pub(super) fn element(&mut self, element: &Element) -> Element {
        Element {
            name: element.name.clone(),
            attributes: element
                .attributes
                .iter()
                .map(|(name, value)| (name.clone(), self.value(&element.name, name, value)))
                .collect(),
            children: element
                .children
                .iter()
                .map(|child| self.element(child))
                .collect(),
        }
    }

    fn value(&mut self, class: &str, name: &str, value: &str) -> String {
        match field(class, name) {
            _ if value.is_empty() => String::new(),
            Field::Secret => SCRUBBED.to_owned(),
            _ if names_nobody(value) => value.to_owned(),
            Field::Cookie => self.cookie(value),
            Field::Value(kind) => match pattern::find(value, false).as_slice() {
                // A server may be named by its address, and a serial number look like one.
                [(range, found)] if range.len() == value.len() => self.stand_ins.of(*found, value),
                _ => self.stand_ins.of(kind, value),
            },
            // A mail address; a processor's "@ 2.20GHz" has blanks.
            Field::Other if value.contains('@') && !value.contains(' ') => {
                self.stand_ins.of(Kind::Label, value)
            }
            Field::Version => self.text(value, true),
            Field::Other => self.text(value, false),
        }
    }

    /// Any other text.
    pub(super) fn text(&mut self, text: &str, versions: bool) -> String {
        let mut text = text.to_owned();
        let secrets = self
            .secrets
            .iter()
            .map(|secret| (secret.as_str(), SCRUBBED));
        let cookies = self.sessions.iter();
        let cookies = cookies.map(|(cookie, stand_in)| (cookie.as_str(), stand_in.as_str()));
        for (secret, stand_in) in secrets.chain(cookies) {
            if text.contains(secret) {
                text = text.replace(secret, stand_in);
            }
        }
        for (name, kind) in &self.names {
            // A label that is a word of the API, such as "enabled", must not spoil whole values.
            let whole_value = text == *name;
            if text.contains(name.as_str()) && (!whole_value || is_distinctive(*kind, name)) {
                text = replace_word(&text, name, &self.stand_ins.of(*kind, name));
            }
        }
        for (range, kind) in pattern::find(&text, versions).into_iter().rev() {
            let stand_in = self.stand_ins.of(kind, &text[range.clone()]);
            text.replace_range(range, &stand_in);
        }
        text
    }
}

/// Serial numbers are no words of the API.
fn is_distinctive(kind: Kind, name: &str) -> bool {
    kind == Kind::Serial && name.bytes().any(|byte| byte.is_ascii_digit())
}

fn replace_word(text: &str, word: &str, with: &str) -> String {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let end = at + word.len();
        let before = done.chars().next_back().filter(|_| at == 0);
        let before = rest[..at].chars().next_back().or(before);
        let is_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        done.push_str(&rest[..at]);
        match is_word(before) && is_word(rest[end..].chars().next()) {
            true => done.push_str(with),
            false => done.push_str(word),
        }
        rest = &rest[end..];
    }
    done.push_str(rest);
    done
}

/// The ways in which firmware says that it has no value, and switches: they matter to who reads a
/// transcript.
fn names_nobody(value: &str) -> bool {
    let nothing = ["", "N/A", "NA", "unspecified", "unknown", "none", "-", "0"];
    let switches = ["yes", "no", "true", "false", "enabled", "disabled"];
    let value = value.trim();
    let mut words = nothing.iter().chain(&switches);
    words.any(|word| value.eq_ignore_ascii_case(word))
}

fn field(class: &str, name: &str) -> Field {
    let name = name.to_ascii_lowercase();
    // `ldapServer1` is as good as `ldapServer`.
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let ends = |words: &[&str]| words.iter().any(|word| name.ends_with(word));
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    // BIOS tokens: `vpSerialPortAEnable` is no serial number.
    if name.starts_with("vp") {
        return Field::Other;
    }
    if ends(&["cookie"]) {
        return Field::Cookie;
    }
    if has(SECRETS) || ends(&["key", "certificate"]) {
        return Field::Secret;
    }
    if USERS.contains(&name) || (name == "name" && class.starts_with("aaa")) {
        return Field::Value(Kind::User);
    }
    if ends(&["serial", "serialnumber", "serialno"]) {
        return Field::Value(Kind::Serial);
    }
    if ends(&["uuid"]) {
        return Field::Value(Kind::Uuid);
    }
    if LABELS.contains(&name) {
        return Field::Value(Kind::Label);
    }
    let is_host = ["host", "remotehost"].contains(&name);
    if is_host || ends(HOSTS) || (name == "name" && class == "topSystem") {
        return Field::Value(Kind::Host);
    }
    match ends(&["version", "ver"]) {
        true => Field::Version,
        false => Field::Other,
    }
}

/// Parts of the names of what lets somebody in.
const SECRETS: &[&str] = &["passw", "pwd", "passphrase", "secret", "community", "token"];
const USERS: &[&str] = &["inname", "user", "username", "binduser"];
/// Ends of the names of what names a machine or a network.
const HOSTS: &[&str] = &["hostname", "domain", "fqdn", "dnsname", "server"];
/// What people write.
const LABELS: &[&str] = &[
    "assettag",
    "usrlbl",
    "userlabel",
    "syslocation",
    "syscontact",
    "portprofile",
    "volumename",
    "remoteshare",
    "remotefile",
    "mountoptions",
    "iqn",
    "initiatorname",
    "binddn",
    "rootdn",
    "basedn",
];
