//! Systems: one record for each node, made, changed and removed only if ours.

use dxr::Value;

use crate::client::Cobbler;
use crate::error::{CobblerError, Kind};
use crate::objects::System;
use crate::spec::{Ensured, Removal, SystemSpec};
use crate::value::{Fields, string};
use crate::wanted::{Wanted, finished};

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
        // Nobody takes the profile away before the system that uses it is stored.
        let profile = format!("profile {}", spec.profile);
        let _profile = self.locks().share(profile).await;
        let existing = self.system(&spec.name).await?;
        self.need_ours(&action, &spec.name, existing.as_ref())?;
        self.need_unused(&action, &wanted).await?;
        if self.profile(&spec.profile).await?.is_none() {
            let (kind, name) = (Kind::Profile, spec.profile.clone());
            return Err(CobblerError::NotFound {
                at: self.at(&action),
                kind,
                name,
            });
        }
        let done = self.bring_about(&action, &wanted, existing).await?;
        self.tell_dhcp().await?;
        Ok(done)
    }

    async fn bring_about(
        &self,
        action: &str,
        wanted: &Wanted<'_>,
        existing: Option<System>,
    ) -> Result<Ensured, CobblerError> {
        let spec = wanted.spec();
        let Some(existing) = existing else {
            self.create_system(action, wanted).await?;
            return Ok(Ensured::Created);
        };
        let changes = wanted.changes(&existing);
        if changes.is_empty() {
            if self.doubts().of(&spec.name) {
                self.save_stored(action, &spec.name).await?;
                return Ok(Ensured::Updated);
            }
            return Ok(Ensured::Unchanged);
        }
        // The values are left out: one of them is the link to this service.
        let fields = changes.keys().map(String::as_str).collect::<Vec<_>>();
        tracing::info!(
            system = spec.name,
            fields = fields.join(", "),
            "a system of ours differs; putting it right"
        );
        if existing.has_other_interface(&spec.interface) {
            // A record with other interfaces holds the MAC under another name, and only adding
            // interfaces is the same in all releases.
            self.discard_system(action, &spec.name).await?;
            self.create_system(action, wanted).await?;
        } else {
            let edited = match self.edit(action, &existing, changes).await {
                Ok(()) => {
                    self.compare(action, wanted).await?;
                    // The MAC or the address may be new, and another program as fast.
                    return self
                        .need_unused(action, wanted)
                        .await
                        .map(|()| Ensured::Updated);
                }
                Err(error) => self.save_again(action, wanted, error).await,
            };
            if edited.is_err() {
                self.note_unfinished(action, &existing).await;
            }
            edited?;
        }
        Ok(Ensured::Updated)
    }

    /// Switches a system of ours between installing and booting from disk, and reads it back.
    /// Switching off comes before other writes that wait.
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
        let edited = if enabled {
            self.edit(&action, &existing, changes).await
        } else {
            self.edit_at_once(&action, &existing, changes).await
        };
        if let Err(error) = edited {
            self.note_unfinished(&action, &existing).await;
            return Err(error);
        }
        match self.system(name).await? {
            Some(now) if now.netboot_enabled == enabled => {}
            _ => return Err(self.mismatch(&action, name, "netboot_enabled".to_owned())),
        }
        // One that boots from disk may keep its lease until the next change.
        if enabled {
            self.tell_dhcp().await?;
        }
        Ok(Ensured::Updated)
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
        if self.system(name).await?.is_some() {
            return Err(self.mismatch(&action, name, "existence".to_owned()));
        }
        self.tell_dhcp().await?;
        Ok(Removal::Removed)
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
}
