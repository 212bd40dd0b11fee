//! The client: reads, and what reads and writes share.

use std::sync::Arc;

use dxr::Value;
use tokio::sync::OnceCell;

use crate::config::CobblerConfig;
use crate::dhcp::DhcpSync;
use crate::dialect::Dialect;
use crate::error::{Attempt, CobblerError, Kind};
use crate::facts::{Release, Settings};
use crate::fault::{classify, scrub};
use crate::known::Known;
use crate::locks::KeyedLocks;
use crate::names::normalise_mac;
use crate::objects::{Distro, Profile, System};
use crate::ownership::{Marked, bears_mark};
use crate::records::Doubts;
use crate::session::Session;
use crate::turns::Turn;
use crate::value::{Fields, is_none, list, string};
use crate::wire::{Failure, Patience, Wire};

/// A client of one Cobbler server. Clones share the login, the limits and the locks, so a program
/// makes one for each server and clones it.
#[derive(Clone, Debug)]
pub struct Cobbler {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    wire: Wire,
    session: Session,
    mark: String,
    known: OnceCell<Known>,
    locks: KeyedLocks,
    dhcp: DhcpSync,
    doubts: Doubts,
}

impl Cobbler {
    /// Checks the configuration; no call is made. Fails with [`CobblerError::Invalid`] for an
    /// address that is none, an empty user name or mark, or an unreadable authority file.
    pub fn new(config: CobblerConfig) -> Result<Self, CobblerError> {
        let wire = Wire::new(&config)?;
        for (field, value) in [
            ("username", &config.username),
            ("owner_mark", &config.owner_mark),
        ] {
            if value.trim().is_empty() {
                let at = wire.at("use the configuration");
                return Err(CobblerError::Invalid {
                    at,
                    detail: format!("`{field}` is empty"),
                });
            }
        }
        let session = Session::new(config.username, config.password);
        let inner = Inner {
            wire,
            session,
            mark: config.owner_mark,
            known: OnceCell::new(),
            locks: KeyedLocks::default(),
            dhcp: DhcpSync::default(),
            doubts: Doubts::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Whether this service made the object: its comment begins with the mark and a colon.
    pub fn is_ours(&self, object: &impl Marked) -> bool {
        bears_mark(object.comment(), &self.inner.mark)
    }

    /// The server's release. Needs no login.
    pub async fn version(&self) -> Result<Release, CobblerError> {
        let action = "read the release";
        let value = self.open(action, "extended_version", vec![]).await?;
        let fields = self.structure(action, value)?.unwrap_or_default();
        Release::read(&fields).ok_or_else(|| self.protocol(action, "it names no release"))
    }

    /// The settings that matter to a client. Needs no login.
    pub async fn settings(&self) -> Result<Settings, CobblerError> {
        let action = "read the settings";
        let value = self.open(action, "get_settings", vec![]).await?;
        Ok(Settings::read(
            &self.structure(action, value)?.unwrap_or_default(),
        ))
    }

    /// Names of all distros.
    pub async fn distro_names(&self) -> Result<Vec<String>, CobblerError> {
        self.names(Kind::Distro).await
    }

    /// Names of all systems, ours and others. 5 ms at 1000 systems, where reading all systems
    /// takes 6 s.
    pub async fn system_names(&self) -> Result<Vec<String>, CobblerError> {
        self.names(Kind::System).await
    }

    /// A distro, if there is one of this name.
    pub async fn distro(&self, name: &str) -> Result<Option<Distro>, CobblerError> {
        Ok(self
            .object(Kind::Distro, name)
            .await?
            .as_ref()
            .map(Distro::read))
    }

    /// A profile, if there is one of this name.
    pub async fn profile(&self, name: &str) -> Result<Option<Profile>, CobblerError> {
        let dialect = self.dialect().await?;
        let fields = self.object(Kind::Profile, name).await?;
        Ok(fields.map(|fields| Profile::read(&fields, dialect)))
    }

    /// A system, if there is one of this name.
    pub async fn system(&self, name: &str) -> Result<Option<System>, CobblerError> {
        let dialect = self.dialect().await?;
        let fields = self.object(Kind::System, name).await?;
        Ok(fields.map(|fields| System::read(&fields, dialect)))
    }

    /// Names of the systems with this MAC address, in any usual form. More than one only after a
    /// race between two clients.
    pub async fn find_system_by_mac(&self, mac: &str) -> Result<Vec<String>, CobblerError> {
        let action = format!("find systems by MAC address {mac}");
        let Some(lower) = normalise_mac(mac) else {
            return Err(self.invalid(&action, "this is no MAC address"));
        };
        let mut found = self
            .find(Kind::System, &action, "mac_address", &lower)
            .await?;
        // 2.8 keeps what it was given, and searches for exactly that. From 3.1 on MAC addresses are
        // stored in lower case, and 3.3 finds them in no other.
        let upper = lower.to_ascii_uppercase();
        if self.dialect().await? == Dialect::Kickstart && upper != lower {
            for name in self
                .find(Kind::System, &action, "mac_address", &upper)
                .await?
            {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        Ok(found)
    }

    /// Names of the systems whose name matches a pattern with `*` and `?`.
    pub async fn find_systems(&self, pattern: &str) -> Result<Vec<String>, CobblerError> {
        self.find(
            Kind::System,
            &format!("find systems {pattern}"),
            "name",
            pattern,
        )
        .await
    }

    /// Names of the objects that have this value in this field.
    pub(crate) async fn find(
        &self,
        kind: Kind,
        action: &str,
        field: &str,
        value: &str,
    ) -> Result<Vec<String>, CobblerError> {
        let criteria = Value::Struct([(field.to_owned(), string(value))].into());
        let found = self
            .open(action, &format!("find_{kind}"), vec![criteria])
            .await?;
        self.name_list(action, &found)
    }

    pub(crate) async fn names(&self, kind: Kind) -> Result<Vec<String>, CobblerError> {
        let action = format!("list {kind} names");
        let names = self
            .open(&action, "get_item_names", vec![string(kind.word())])
            .await?;
        self.name_list(&action, &names)
    }

    fn name_list(&self, action: &str, value: &Value) -> Result<Vec<String>, CobblerError> {
        match value {
            Value::Array(_) => Ok(list(value)),
            _ => Err(self.protocol(action, "the answer is no list of names")),
        }
    }

    pub(crate) async fn object(
        &self,
        kind: Kind,
        name: &str,
    ) -> Result<Option<Fields>, CobblerError> {
        let action = format!("read {kind} {name}");
        let value = self
            .open(&action, &format!("get_{kind}"), vec![string(name)])
            .await?;
        self.structure(&action, value)
    }

    /// A struct, or nothing where Cobbler sends its `None`.
    fn structure(&self, action: &str, value: Value) -> Result<Option<Fields>, CobblerError> {
        match value {
            Value::Struct(fields) => Ok(Some(fields)),
            other if is_none(&other) => Ok(None),
            _ => Err(self.protocol(action, "the answer is no struct")),
        }
    }

    /// Makes a call that needs no token.
    pub(crate) async fn open(
        &self,
        action: &str,
        method: &str,
        params: Vec<Value>,
    ) -> Result<Value, CobblerError> {
        let answer = self
            .inner
            .wire
            .call(action, method, params, Patience::Read)
            .await;
        answer.map_err(|failure| match failure {
            Failure::Error(error) => error,
            Failure::Fault(text) => classify(self.at(action), &scrub(&text, &[])),
        })
    }

    /// Makes a call that needs a token. `call` gives method and arguments for a token.
    pub(crate) async fn authorised(
        &self,
        action: &str,
        patience: Patience,
        call: impl Fn(&str) -> (&'static str, Vec<Value>) + Send + Sync,
    ) -> Result<Value, CobblerError> {
        let life = self.known().await?.settings.token_life;
        self.inner
            .session
            .call(&self.inner.wire, life, action, patience, &call)
            .await
    }

    /// As [`Self::authorised`], for calls that answer true. False is an error: `modify_*` says
    /// nothing more when it does not know a field or a handle.
    pub(crate) async fn write(
        &self,
        action: &str,
        field: &str,
        call: impl Fn(&str) -> (&'static str, Vec<Value>) + Send + Sync,
    ) -> Result<(), CobblerError> {
        match self.authorised(action, Patience::Save, call).await? {
            Value::Boolean(true) => Ok(()),
            Value::Integer(number) if number != 0 => Ok(()),
            _ => Err(CobblerError::Refused {
                at: self.at(action),
                field: field.to_owned(),
            }),
        }
    }

    /// Waits for the turn to write.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, CobblerError> {
        let turn = self.known().await?.turns.ordinary().await;
        turn.ok_or_else(|| self.protocol("take a turn to write", "the client is closed"))
    }

    /// Waits for the turn of what must not wait for all others: a server that installs itself has
    /// to be kept from doing so again before its installer ends.
    pub(crate) async fn urgent_turn(&self) -> Result<Turn<'_>, CobblerError> {
        let turn = self.known().await?.turns.urgent().await;
        turn.ok_or_else(|| self.protocol("take a turn to write", "the client is closed"))
    }

    /// The names that this server uses for what differs between releases.
    pub(crate) async fn dialect(&self) -> Result<Dialect, CobblerError> {
        Ok(self.known().await?.dialect)
    }

    /// What is learned of the server once, before the first call that depends on it.
    pub(crate) async fn known(&self) -> Result<&Known, CobblerError> {
        let known = &self.inner.known;
        known.get_or_try_init(async || self.learn().await).await
    }

    pub(crate) fn dhcp(&self) -> &DhcpSync {
        &self.inner.dhcp
    }

    pub(crate) fn doubts(&self) -> &Doubts {
        &self.inner.doubts
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.inner.wire
    }

    pub(crate) fn locks(&self) -> &KeyedLocks {
        &self.inner.locks
    }

    pub(crate) fn mark(&self) -> &str {
        &self.inner.mark
    }

    pub(crate) fn at(&self, action: &str) -> Attempt {
        self.inner.wire.at(action)
    }

    pub(crate) fn protocol(&self, action: &str, detail: &str) -> CobblerError {
        CobblerError::Protocol {
            at: self.at(action),
            detail: detail.to_owned(),
        }
    }

    pub(crate) fn invalid(&self, action: &str, detail: &str) -> CobblerError {
        CobblerError::Invalid {
            at: self.at(action),
            detail: detail.to_owned(),
        }
    }
}
