//! Systems: one record for each node, made, changed and removed only if ours.

use dxr::Value;

use crate::client::Cobbler;
use crate::error::{CobblerError, Kind, Taken};
use crate::objects::System;
use crate::spec::{Ensured, Removal, SystemSpec};
use crate::value::{Fields, string};
use crate::wanted::{Wanted, finished, unfinished};
use crate::wire::Patience;

impl Cobbler {
    /// Makes sure that the system is there as wanted, and says whether anything was written.
    ///
    /// Nothing is touched when the name belongs to somebody else or the MAC or IP address to any
    /// other system: [`CobblerError::Duplicate`] names it. After an error the call can be
    /// repeated: it reads first.
    pub async fn ensure_system(&self, spec: &SystemSpec) -> Result<Ensured, CobblerError> {
        let action = format!("ensure system {}", spec.name);
        if let Some(problem) = spec.problem(self.mark()) {
            return Err(self.invalid(&action, &problem));
        }
        let dialect = self.dialect().await?;
        let wanted = Wanted::new(spec, dialect);
        let _name = self.locks().lock(format!("system {}", spec.name)).await;
        let _mac = self.locks().lock(format!("mac {}", wanted.mac())).await;
        let existing = self.system(&spec.name).await?;
        self.need_free(&action, &wanted, existing.as_ref()).await?;
        if self.profile(&spec.profile).await?.is_none() {
            let (kind, name) = (Kind::Profile, spec.profile.clone());
            return Err(CobblerError::NotFound {
                at: self.at(&action),
                kind,
                name,
            });
        }
        let Some(existing) = existing else {
            self.create_system(&action, &wanted).await?;
            return Ok(Ensured::Created);
        };
        let changes = wanted.changes(&existing);
        if changes.is_empty() {
            return Ok(Ensured::Unchanged);
        }
        if existing.has_other_interface(&spec.interface) {
            // A record with other interfaces holds the MAC under another name, and only adding
            // interfaces is the same in all releases.
            self.discard_system(&action, &spec.name).await?;
            self.create_system(&action, &wanted).await?;
        } else {
            self.edit(&action, &existing, changes).await?;
            self.compare(&action, &wanted).await?;
        }
        Ok(Ensured::Updated)
    }

    /// Switches a system of ours between installing and booting from disk, and reads it back.
    pub async fn set_netboot(&self, name: &str, enabled: bool) -> Result<Ensured, CobblerError> {
        let action = format!(
            "switch network boot of system {name} {}",
            if enabled { "on" } else { "off" }
        );
        let _name = self.locks().lock(format!("system {name}")).await;
        let Some(existing) = self.our_system(&action, name).await? else {
            let (kind, name) = (Kind::System, name.to_owned());
            return Err(CobblerError::NotFound {
                at: self.at(&action),
                kind,
                name,
            });
        };
        let comment = finished(&existing.comment);
        if existing.netboot_enabled == enabled && existing.comment == comment {
            return Ok(Ensured::Unchanged);
        }
        let changes = Fields::from([
            ("netboot_enabled".to_owned(), Value::Boolean(enabled)),
            ("comment".to_owned(), string(comment)),
        ]);
        self.edit(&action, &existing, changes).await?;
        match self.system(name).await? {
            Some(now) if now.netboot_enabled == enabled => Ok(Ensured::Updated),
            _ => Err(self.mismatch(&action, name, "netboot_enabled".to_owned())),
        }
    }

    /// Removes a system of ours. Network boot goes off and the metadata is blanked first, so that
    /// nothing of it stays in files that a failed removal leaves behind.
    pub async fn remove_system(&self, name: &str) -> Result<Removal, CobblerError> {
        let action = format!("remove system {name}");
        let _name = self.locks().lock(format!("system {name}")).await;
        let Some(existing) = self.our_system(&action, name).await? else {
            return Ok(Removal::AlreadyGone);
        };
        let metadata = self.dialect().await?.metadata_field().to_owned();
        let blank = Fields::from([
            ("netboot_enabled".to_owned(), Value::Boolean(false)),
            (metadata, Value::Struct(Fields::new())),
        ]);
        if let Err(error) = self.edit(&action, &existing, blank).await {
            tracing::warn!(system = name, %error, "removing a system that could not be blanked");
        }
        self.discard_system(&action, name).await?;
        match self.system(name).await? {
            None => Ok(Removal::Removed),
            Some(_) => Err(self.mismatch(&action, name, "existence".to_owned())),
        }
    }

    async fn our_system(&self, action: &str, name: &str) -> Result<Option<System>, CobblerError> {
        match self.system(name).await? {
            Some(system) if !self.is_ours(&system) => {
                let (kind, name) = (Kind::System, name.to_owned());
                Err(CobblerError::NotOurs {
                    at: self.at(action),
                    kind,
                    name,
                })
            }
            other => Ok(other),
        }
    }

    async fn need_free(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
        existing: Option<&System>,
    ) -> Result<(), CobblerError> {
        let name = &wanted.spec().name;
        let taken = |what, owner| CobblerError::Duplicate {
            at: self.at(action),
            what,
            owner,
        };
        if existing.is_some_and(|existing| !self.is_ours(existing)) {
            return Err(taken(
                Taken::Name(name.clone()),
                Some(format!("a foreign system {name}")),
            ));
        }
        let holders = self.find_system_by_mac(wanted.mac()).await?;
        if let Some(other) = holders.into_iter().find(|holder| holder != name) {
            return Err(taken(Taken::Mac(wanted.mac().to_owned()), Some(other)));
        }
        if let Some(address) = wanted.spec().address {
            let address = address.to_string();
            let holders = self
                .find(Kind::System, action, "ip_address", &address)
                .await?;
            if let Some(other) = holders.into_iter().find(|holder| holder != name) {
                return Err(taken(Taken::Address(address), Some(other)));
            }
        }
        Ok(())
    }

    async fn create_system(&self, action: &str, wanted: &Wanted<'_>) -> Result<(), CobblerError> {
        if let Err(error) = self.add_checked(action, wanted).await {
            // A name taken meanwhile is another program's record, even with the same comment.
            if !matches!(
                error,
                CobblerError::Duplicate {
                    what: Taken::Name(_),
                    ..
                }
            ) {
                self.drop_half_made_system(action, wanted).await;
            }
            return Err(error);
        }
        Ok(())
    }

    async fn add_checked(&self, action: &str, wanted: &Wanted<'_>) -> Result<(), CobblerError> {
        self.add(action, wanted).await?;
        self.compare(action, wanted).await?;
        // Another program may have taken the MAC since the check; Cobbler stores both.
        self.need_free(action, wanted, None).await
    }

    /// Adds the record field by field, and stops at the first refusal: a save after one would
    /// store a system without a MAC. The profile comes last: 3.3.0 enters the unsaved record among
    /// the profile's children at once, and when it is given up fails every later save on the
    /// server, after a restart too (the ghost is stored with the profile).
    async fn add(&self, action: &str, wanted: &Wanted<'_>) -> Result<(), CobblerError> {
        let _turn = self.turn().await?;
        let handle = self
            .authorised(action, Patience::Save, |token| {
                ("new_system", vec![string(token)])
            })
            .await?;
        self.modify(action, &handle, "name", &string(&wanted.spec().name))
            .await?;
        let interface = wanted.interface();
        match self
            .modify(action, &handle, "modify_interface", &interface)
            .await
        {
            Ok(()) => {}
            // 3.3.0 and 3.3.1 answer false here, whatever is sent. The other way works there; the
            // handle dies by itself.
            Err(CobblerError::Refused { .. }) => return self.add_at_once(action, wanted).await,
            Err(error) => return Err(error),
        }
        for (field, value) in wanted
            .fields()
            .into_iter()
            .filter(|(field, _)| *field != "name")
        {
            self.modify(action, &handle, field, &value).await?;
        }
        self.write(action, "save", |token| {
            (
                "save_system",
                vec![handle.clone(), string(token), string("new")],
            )
        })
        .await
    }

    async fn add_at_once(&self, action: &str, wanted: &Wanted<'_>) -> Result<(), CobblerError> {
        self.object_edit(action, &wanted.spec().name, "add", wanted.everything())
            .await
    }

    /// Changes and saves in one call, so that no other program can come between. If it fails, the
    /// server may hold the changes without having written the boot files; a note in the comment
    /// makes the next attempt save again.
    async fn edit(
        &self,
        action: &str,
        existing: &System,
        changes: Fields,
    ) -> Result<(), CobblerError> {
        let _turn = self.turn().await?;
        let edited = self
            .object_edit(action, &existing.name, "edit", changes)
            .await;
        if edited.is_err() {
            let handle = string(format!("system::{}", existing.name));
            let note = string(unfinished(&existing.comment));
            if let Err(error) = self.modify(action, &handle, "comment", &note).await {
                tracing::warn!(system = existing.name, %error, "a failed change is not noted");
            }
        }
        edited
    }

    async fn object_edit(
        &self,
        action: &str,
        name: &str,
        edit: &str,
        fields: Fields,
    ) -> Result<(), CobblerError> {
        self.write(action, "save", |token| {
            let fields = Value::Struct(fields.clone());
            let params = vec![
                string("system"),
                string(name),
                string(edit),
                fields,
                string(token),
            ];
            ("xapi_object_edit", params)
        })
        .await
    }

    async fn modify(
        &self,
        action: &str,
        handle: &Value,
        field: &str,
        value: &Value,
    ) -> Result<(), CobblerError> {
        self.write(action, field, |token| {
            let params = vec![handle.clone(), string(field), value.clone(), string(token)];
            ("modify_system", params)
        })
        .await
    }

    async fn discard_system(&self, action: &str, name: &str) -> Result<(), CobblerError> {
        let _turn = self.turn().await?;
        let not_recursive = Value::Boolean(false);
        self.write(action, "name", |token| {
            (
                "remove_system",
                vec![string(name), string(token), not_recursive.clone()],
            )
        })
        .await
    }

    /// A save stores the record before it writes boot files and runs triggers: take back what a
    /// failed one left, so that the next attempt starts from nothing. Only a record that did not
    /// exist before and bears this very comment.
    async fn drop_half_made_system(&self, action: &str, wanted: &Wanted<'_>) {
        let spec = wanted.spec();
        if let Ok(Some(left)) = self.system(&spec.name).await
            && left.comment == spec.comment
            && let Err(error) = self.discard_system(action, &spec.name).await
        {
            tracing::warn!(system = spec.name, %error, "a half-made system stays behind");
        }
    }

    async fn compare(&self, action: &str, wanted: &Wanted<'_>) -> Result<(), CobblerError> {
        let name = &wanted.spec().name;
        let differing = match self.system(name).await? {
            Some(made) => wanted
                .changes(&made)
                .into_keys()
                .collect::<Vec<_>>()
                .join(", "),
            None => "existence".to_owned(),
        };
        if differing.is_empty() {
            return Ok(());
        }
        Err(self.mismatch(action, name, differing))
    }

    fn mismatch(&self, action: &str, name: &str, fields: String) -> CobblerError {
        let (at, kind, name) = (self.at(action), Kind::System, name.to_owned());
        CobblerError::Mismatch {
            at,
            kind,
            name,
            fields,
        }
    }
}
