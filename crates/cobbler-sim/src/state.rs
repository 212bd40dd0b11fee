//! Everything the simulated server knows.

use crate::calls::templates;
use crate::item::{Item, Kind};
use crate::journal::Call;
use crate::knobs::Knobs;
use crate::release::{Release, ReleaseData};
use crate::spec::{DistroSeed, SimSpec};
use crate::store::Store;
use crate::value::{Struct, Value};
use secrecy::SecretString;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::time::Instant;

/// A `___NEW___` handle stands for an unsaved item, and after the save for the saved one.
#[derive(Debug)]
pub(crate) enum Draft {
    Unsaved { item: Box<Item>, made: Instant },
    Saved { name: String },
}

/// A background task.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) started: f64,
    pub(crate) title: &'static str,
    pub(crate) log: String,
    /// How often its state has been asked for: `notification`, `running`, then `complete`.
    pub(crate) polls: u32,
}

/// What `get_status` says of one address.
#[derive(Debug, Clone)]
pub(crate) struct Install {
    pub(crate) start: f64,
    pub(crate) stop: f64,
    pub(crate) target: String,
    pub(crate) starts: i64,
    pub(crate) stops: i64,
}

/// The server's memory.
pub(crate) struct State {
    pub(crate) data: &'static ReleaseData,
    pub(crate) settings: Struct,
    pub(crate) username: String,
    pub(crate) password: SecretString,
    pub(crate) token_ttl: Duration,
    pub(crate) tokens: HashMap<String, Instant>,
    pub(crate) drafts: HashMap<String, Draft>,
    pub(crate) store: Store,
    /// Text by path below `/var/lib/cobbler/templates`.
    pub(crate) templates: BTreeMap<String, String>,
    /// Text by path below `/var/lib/cobbler/snippets`.
    pub(crate) snippets: BTreeMap<String, String>,
    /// Names that 3.3.0 has entered among a profile's children for records that are not saved yet.
    pub(crate) unsaved_children: Vec<String>,
    pub(crate) events: HashMap<String, Event>,
    pub(crate) installs: BTreeMap<String, Install>,
    pub(crate) knobs: Knobs,
    pub(crate) latency: Duration,
    /// `host` or `host:port` of the web server, as templates see it.
    pub(crate) http_server: String,
    pub(crate) calls: BTreeMap<String, u64>,
    /// What was asked, if it is kept.
    pub(crate) journal: Option<Vec<Call>>,
    pub(crate) saving: usize,
    pub(crate) max_saving: usize,
}

impl State {
    /// A server that has just been installed; `http_server` is where it can be reached.
    pub(crate) fn new(spec: &SimSpec, http_server: String) -> Self {
        let data = spec.release.data();
        let (host, port) = http_server.rsplit_once(':').unwrap_or((&http_server, "80"));
        let mut settings = data.settings.clone();
        settings.set("server", host);
        let next_server = match data.release {
            release if release < Release::V3_3_0 => "next_server",
            _ => "next_server_v4",
        };
        settings.set(next_server, host);
        settings.set("http_port", port.parse::<i64>().unwrap_or(80));
        set_flag(&mut settings, "pxe_just_once", spec.pxe_just_once);
        set_flag(&mut settings, "manage_dhcp", spec.manage_dhcp);
        settings.set(
            "auth_token_expiration",
            i64::try_from(spec.token_ttl.as_secs()).unwrap_or(i64::MAX),
        );
        let mut knobs = Knobs::default();
        for (fault, times) in &spec.faults {
            knobs.inject(*fault, *times);
        }
        let mut state = Self {
            data,
            settings,
            username: spec.username.clone(),
            password: spec.password.clone(),
            token_ttl: spec.token_ttl,
            tokens: HashMap::new(),
            drafts: HashMap::new(),
            store: Store::new(data.release),
            templates: stock_templates(),
            snippets: BTreeMap::new(),
            unsaved_children: Vec::new(),
            events: HashMap::new(),
            installs: BTreeMap::new(),
            knobs,
            latency: spec.latency,
            http_server,
            calls: BTreeMap::new(),
            journal: None,
            saving: 0,
            max_saving: 0,
        };
        for distro in &spec.distros {
            state.seed(distro);
        }
        state
    }

    /// Adds a distro and its profile.
    pub(crate) fn seed(&mut self, seed: &DistroSeed) {
        let mut distro = Item::new(Kind::Distro, self.data.release);
        distro.name.clone_from(&seed.name);
        for (field, value) in [
            ("breed", &seed.breed),
            ("os_version", &seed.os_version),
            ("kernel", &seed.kernel),
            ("initrd", &seed.initrd),
        ] {
            distro.fields.set(field, value.as_str());
        }
        if !seed.meta.is_empty() {
            let mut meta = Struct::default();
            for (key, value) in &seed.meta {
                meta.set(key, value.as_str());
            }
            distro.fields.set(self.data.meta_field(), meta);
        }
        let mut profile = Item::new(Kind::Profile, self.data.release);
        profile.name.clone_from(&seed.name);
        profile.fields.set("distro", seed.name.as_str());
        profile.fields.set(
            self.data.template_field(),
            templates::field_value(self.data, &seed.autoinstall),
        );
        self.templates.entry(seed.autoinstall.clone()).or_default();
        self.store.put(distro);
        self.store.put(profile);
    }
}

/// 2.8 and 3.1 send settings that are flags as integers.
fn set_flag(settings: &mut Struct, name: &str, flag: bool) {
    match settings.get(name) {
        Some(Value::Int(_)) => settings.set(name, i64::from(flag)),
        _ => settings.set(name, flag),
    }
}

fn stock_templates() -> BTreeMap<String, String> {
    [
        ("default.ks", "# the default profile has no template\n"),
        ("sample.ks", "text\nreboot\n%packages\n%end\n"),
        ("sample.seed", "d-i debian-installer/locale string en_US\n"),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .collect()
}
