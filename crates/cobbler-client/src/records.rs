//! The calls that write a system's record, and what they leave when they fail.
//!
//! A save stores the record before it writes boot files and runs triggers, and it goes on after a
//! client or a proxy has given up. So after a failed one the record is read back: if it is there as
//! wanted it is saved once more, else what was stored is taken back.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use dxr::Value;

use crate::client::Cobbler;
use crate::error::{CobblerError, Kind};
use crate::objects::System;
use crate::value::{Fields, string};
use crate::wanted::{Wanted, unfinished};
use crate::wire::Patience;

/// Systems of which a save was begun and never known to be finished, here or by a caller that was
/// stopped: their boot files may be missing though the record is right.
#[derive(Debug, Default)]
pub(crate) struct Doubts(Mutex<HashSet<String>>);

impl Doubts {
    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the last save of this system is in doubt.
    pub(crate) fn of(&self, name: &str) -> bool {
        self.with(|names| names.contains(name))
    }

    fn begin(&self, name: &str) {
        self.with(|names| names.insert(name.to_owned()));
    }

    fn end(&self, name: &str) {
        self.with(|names| names.remove(name));
    }
}

impl Cobbler {
    /// Makes the record and reads it back.
    pub(crate) async fn create_system(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
    ) -> Result<(), CobblerError> {
        let name = &wanted.spec().name;
        self.dhcp().note();
        let turn = self.turn().await?;
        let handle = self.prepare(action, wanted).await?;
        self.doubts().begin(name);
        let saved = match handle {
            Some(handle) => self.save(action, &handle, "new").await,
            None => {
                self.object_edit(action, name, "add", wanted.everything())
                    .await
            }
        };
        drop(turn);
        let made = match saved {
            Ok(()) => self.compare(action, wanted).await,
            // Another program's record, even with the same comment.
            Err(error @ CobblerError::Duplicate { .. }) => {
                self.doubts().end(name);
                return Err(error);
            }
            Err(error) => self.save_again(action, wanted, error).await,
        };
        self.dhcp().note();
        let made = match made {
            Ok(()) => self.need_sole(action, wanted).await,
            Err(error) => Err(error),
        };
        match made {
            Ok(()) => self.doubts().end(name),
            Err(_) => self.drop_half_made_system(action, wanted).await,
        }
        made
    }

    /// An unsaved record, filled field by field up to the first refusal: a save after one would
    /// store a system without a MAC. Nothing where a record is sent whole. The
    /// profile comes last: 3.3.0 enters the unsaved record among the profile's children at once, and
    /// when it is given up fails every later save on the server, after a restart too (the ghost is
    /// stored with the profile).
    async fn prepare(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<Value>, CobblerError> {
        let known = self.known().await?;
        if known.records_whole() {
            return Ok(None);
        }
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
            // The handle is alive, it has just taken the name; it dies by itself.
            Err(CobblerError::Refused { .. }) => {
                known.set_records_whole();
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
        for (field, value) in wanted
            .fields()
            .into_iter()
            .filter(|(field, _)| *field != "name")
        {
            self.modify(action, &handle, field, &value).await?;
        }
        Ok(Some(handle))
    }

    /// After a failed save: the record is read back, and saved once more if it is as wanted.
    pub(crate) async fn save_again(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
        failed: CobblerError,
    ) -> Result<(), CobblerError> {
        if self.compare(action, wanted).await.is_err() {
            return Err(failed);
        }
        let name = &wanted.spec().name;
        tracing::info!(system = name, error = %failed, "saving again what a failed save has stored");
        match self.save_stored(action, name).await {
            Ok(()) => self.compare(action, wanted).await,
            Err(_) => Err(failed),
        }
    }

    /// Saves a stored record again, and so writes its boot files.
    pub(crate) async fn save_stored(&self, action: &str, name: &str) -> Result<(), CobblerError> {
        let _turn = self.turn().await?;
        self.doubts().begin(name);
        self.save(action, &handle_of(name), "bypass").await?;
        self.doubts().end(name);
        Ok(())
    }

    async fn save(&self, action: &str, handle: &Value, mode: &str) -> Result<(), CobblerError> {
        self.write(action, "save", |token| {
            let params = vec![handle.clone(), string(token), string(mode)];
            ("save_system", params)
        })
        .await
    }

    /// Changes and saves in one call, so that no other program can come between. If it fails, the
    /// server may hold the changes without having written the boot files.
    pub(crate) async fn edit(
        &self,
        action: &str,
        existing: &System,
        changes: Fields,
    ) -> Result<(), CobblerError> {
        let _turn = self.turn().await?;
        self.edit_in_turn(action, existing, changes).await
    }

    /// As [`Self::edit`], before others that wait for their turn.
    pub(crate) async fn edit_at_once(
        &self,
        action: &str,
        existing: &System,
        changes: Fields,
    ) -> Result<(), CobblerError> {
        let _turn = self.urgent_turn().await?;
        self.edit_in_turn(action, existing, changes).await
    }

    async fn edit_in_turn(
        &self,
        action: &str,
        existing: &System,
        changes: Fields,
    ) -> Result<(), CobblerError> {
        let name = &existing.name;
        self.dhcp().note();
        self.doubts().begin(name);
        let edited = self.object_edit(action, name, "edit", changes).await;
        self.dhcp().note();
        if edited.is_ok() {
            self.doubts().end(name);
        }
        edited
    }

    /// Notes a failed change in the comment, so that the next attempt saves again, also that of
    /// another process.
    pub(crate) async fn note_unfinished(&self, action: &str, existing: &System) {
        let handle = handle_of(&existing.name);
        let note = string(unfinished(&existing.comment));
        if let Err(error) = self.modify(action, &handle, "comment", &note).await {
            tracing::warn!(system = existing.name, %error, "a failed change is not noted");
        }
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

    /// Removes a record. A failed removal that was done all the same is none.
    pub(crate) async fn discard_system(
        &self,
        action: &str,
        name: &str,
    ) -> Result<(), CobblerError> {
        let _turn = self.turn().await?;
        let not_recursive = Value::Boolean(false);
        self.dhcp().note();
        let removed = self
            .write(action, "name", |token| {
                (
                    "remove_system",
                    vec![string(name), string(token), not_recursive.clone()],
                )
            })
            .await;
        self.dhcp().note();
        if let Err(error) = removed
            && !matches!(self.system(name).await, Ok(None))
        {
            return Err(error);
        }
        self.doubts().end(name);
        Ok(())
    }

    /// Takes back what a failed save left, so that the next attempt starts from nothing. Only a
    /// record that did not exist before and bears this very comment.
    async fn drop_half_made_system(&self, action: &str, wanted: &Wanted<'_>) {
        let spec = wanted.spec();
        if let Ok(Some(left)) = self.system(&spec.name).await
            && left.comment == spec.comment
            && let Err(error) = self.discard_system(action, &spec.name).await
        {
            tracing::warn!(system = spec.name, %error, "a half-made system stays behind");
        }
    }

    /// Reads the record back and names what is not as wanted.
    pub(crate) async fn compare(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
    ) -> Result<(), CobblerError> {
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

    pub(crate) fn mismatch(&self, action: &str, name: &str, fields: String) -> CobblerError {
        let (at, kind, name) = (self.at(action), Kind::System, name.to_owned());
        CobblerError::Mismatch {
            at,
            kind,
            name,
            fields,
        }
    }
}

/// The handle of a stored system, which is no more than its name; it points at the live object.
fn handle_of(name: &str) -> Value {
    string(format!("system::{name}"))
}
