//! Profiles: made once, never changed, removed when unused.

use dxr::Value;

use crate::client::Cobbler;
use crate::dialect::Dialect;
use crate::drift::differing_fields;
use crate::error::{CobblerError, Kind};
use crate::objects::Profile;
use crate::spec::{Ensured, ProfileSpec, Removal};
use crate::value::{options, string};
use crate::wire::Patience;

impl Cobbler {
    /// Makes sure that the profile and its template are there as wanted.
    ///
    /// An existing profile of ours that differs, and a template of that name with another text,
    /// are [`CobblerError::Drifted`] and stay as they are: systems may be installing from them.
    /// Somebody else's profile of that name is [`CobblerError::Duplicate`].
    pub async fn ensure_profile(&self, spec: &ProfileSpec) -> Result<Ensured, CobblerError> {
        let action = format!("ensure profile {}", spec.name);
        if let Some(problem) = spec.problem(self.mark()) {
            return Err(self.invalid(&action, &problem));
        }
        let _making = self.locks().lock(format!("making {}", spec.name)).await;
        let _name = self.locks().share(format!("profile {}", spec.name)).await;
        let _template = self
            .locks()
            .lock(format!("template {}", spec.template))
            .await;
        let dialect = self.dialect().await?;
        if let Some(why) = dialect.unwritable(&spec.template_text) {
            return Err(self.invalid(&action, &format!("the template {why}")));
        }
        let found = self.look_for_profile(&action, spec).await?;
        if !found.profile {
            self.need_base(&action, spec).await?;
        }
        if !found.template {
            self.write_template(&spec.template, &spec.template_text)
                .await?;
        }
        if found.profile {
            return Ok(Ensured::Unchanged);
        }
        let mut made = self.create_profile(spec, dialect).await;
        // Another program has taken the template away as unused; with the profile it is used.
        if let Err(CobblerError::NotFound {
            kind: Kind::Template,
            ..
        }) = made
        {
            self.write_template(&spec.template, &spec.template_text)
                .await?;
            made = self.create_profile(spec, dialect).await;
        }
        let created = match made {
            Ok(()) => Ensured::Created,
            // The lock above holds within this process; others make the same profiles.
            Err(error @ CobblerError::Duplicate { .. }) => match self.profile(&spec.name).await? {
                Some(theirs) if self.is_ours(&theirs) => Ensured::Unchanged,
                _ => return Err(error),
            },
            Err(error) => return Err(error),
        };
        match self.profile(&spec.name).await? {
            Some(made) => self.compare_profile(&action, spec, &made, dialect)?,
            None => return Err(self.profile_mismatch(&action, spec, "existence")),
        }
        // Or has done so just before the profile was stored.
        if self.read_template(&spec.template).await?.is_none() {
            self.write_template(&spec.template, &spec.template_text)
                .await?;
        }
        Ok(created)
    }

    /// Removes a profile of ours that nothing uses; its template stays (see
    /// [`Cobbler::remove_template`]). Somebody else's is [`CobblerError::NotOurs`], a used one
    /// [`CobblerError::InUse`].
    pub async fn remove_profile(&self, name: &str) -> Result<Removal, CobblerError> {
        let action = format!("remove profile {name}");
        // Asked first without the lock: one who waits for it keeps the makers of systems waiting.
        if !self.is_removable(&action, name).await? {
            return Ok(Removal::AlreadyGone);
        }
        let _name = self.locks().lock(format!("profile {name}")).await;
        if !self.is_removable(&action, name).await? {
            return Ok(Removal::AlreadyGone);
        }
        let _turn = self.turn().await?;
        self.discard_profile(&action, name).await?;
        Ok(Removal::Removed)
    }

    /// Whether there is a profile of ours that nothing uses; false if there is none at all.
    async fn is_removable(&self, action: &str, name: &str) -> Result<bool, CobblerError> {
        let Some(existing) = self.profile(name).await? else {
            return Ok(false);
        };
        if !self.is_ours(&existing) {
            return Err(CobblerError::NotOurs {
                at: self.at(action),
                kind: Kind::Profile,
                name: name.to_owned(),
            });
        }
        for (kind, field) in [(Kind::System, "profile"), (Kind::Profile, "parent")] {
            if let Some(first) = self.find(kind, action, field, name).await?.first() {
                return Err(CobblerError::InUse {
                    at: self.at(action),
                    by: format!("{kind} {first}"),
                });
            }
        }
        Ok(true)
    }

    /// The recursive form is the default, and removes all systems under the profile.
    async fn discard_profile(&self, action: &str, name: &str) -> Result<(), CobblerError> {
        let not_recursive = Value::Boolean(false);
        let removed = self
            .write(action, "name", |token| {
                (
                    "remove_profile",
                    vec![string(name), string(token), not_recursive.clone()],
                )
            })
            .await;
        match removed {
            // Another program was faster, or the answer was lost.
            Err(_) if matches!(self.profile(name).await, Ok(None)) => Ok(()),
            other => other,
        }
    }

    async fn need_base(&self, action: &str, spec: &ProfileSpec) -> Result<(), CobblerError> {
        let (kind, name, found) = match &spec.parent {
            Some(parent) => (Kind::Profile, parent, self.profile(parent).await?.is_some()),
            None => (
                Kind::Distro,
                &spec.distro,
                self.distro(&spec.distro).await?.is_some(),
            ),
        };
        if found {
            return Ok(());
        }
        Err(CobblerError::NotFound {
            at: self.at(action),
            kind,
            name: name.clone(),
        })
    }

    async fn create_profile(
        &self,
        spec: &ProfileSpec,
        dialect: Dialect,
    ) -> Result<(), CobblerError> {
        let action = format!("create profile {}", spec.name);
        let _turn = self.turn().await?;
        let (new, base) = match &spec.parent {
            Some(parent) => ("new_subprofile", ("parent", string(parent))),
            None => ("new_profile", ("distro", string(&spec.distro))),
        };
        let handle = self
            .authorised(&action, Patience::Save, |token| (new, vec![string(token)]))
            .await?;
        let mut fields = vec![
            ("name", string(&spec.name)),
            base,
            (
                dialect.template_field(),
                string(dialect.template_path(&spec.template)),
            ),
            ("kernel_options", options(&spec.kernel_options)),
            ("comment", string(&spec.comment)),
        ];
        if let Some(owners) = &spec.owners {
            fields.push(("owners", Value::Array(owners.iter().map(string).collect())));
        }
        for (field, value) in fields {
            self.write(&action, field, |token| {
                let params = vec![handle.clone(), string(field), value.clone(), string(token)];
                ("modify_profile", params)
            })
            .await?;
        }
        let saved = self
            .write(&action, "save", |token| {
                (
                    "save_profile",
                    vec![handle.clone(), string(token), string("new")],
                )
            })
            .await;
        match saved {
            // Another process was faster: what is there is its, and whole.
            Err(error @ CobblerError::Duplicate { .. }) => Err(error),
            Err(error) => match self.save_profile_again(&action, spec, dialect).await {
                Ok(()) => Ok(()),
                Err(_) => {
                    self.drop_half_made(&action, spec).await;
                    Err(error)
                }
            },
            Ok(()) => Ok(()),
        }
    }

    /// After a failed save: what it has stored is read back, and saved once more if it is as wanted.
    async fn save_profile_again(
        &self,
        action: &str,
        spec: &ProfileSpec,
        dialect: Dialect,
    ) -> Result<(), CobblerError> {
        let Some(stored) = self.profile(&spec.name).await? else {
            return Err(self.profile_mismatch(action, spec, "existence"));
        };
        self.compare_profile(action, spec, &stored, dialect)?;
        let handle = string(format!("profile::{}", spec.name));
        self.write(action, "save", |token| {
            let params = vec![handle.clone(), string(token), string("bypass")];
            ("save_profile", params)
        })
        .await
    }

    /// A save stores the record before it runs triggers: take back what a failed one left, so
    /// that the next attempt starts from nothing.
    async fn drop_half_made(&self, action: &str, spec: &ProfileSpec) {
        if let Ok(Some(left)) = self.profile(&spec.name).await
            && left.comment == spec.comment
            && let Err(error) = self.discard_profile(action, &spec.name).await
        {
            tracing::warn!(profile = spec.name, %error, "a half-made profile stays behind");
        }
    }

    fn compare_profile(
        &self,
        action: &str,
        spec: &ProfileSpec,
        found: &Profile,
        dialect: Dialect,
    ) -> Result<(), CobblerError> {
        let wrong: Vec<&str> = differing_fields(spec, found, dialect)
            .into_iter()
            .map(|(field, ..)| field)
            .collect();
        if wrong.is_empty() {
            return Ok(());
        }
        Err(self.profile_mismatch(action, spec, &wrong.join(", ")))
    }

    fn profile_mismatch(&self, action: &str, spec: &ProfileSpec, fields: &str) -> CobblerError {
        CobblerError::Mismatch {
            at: self.at(action),
            kind: Kind::Profile,
            name: spec.name.clone(),
            fields: fields.to_owned(),
        }
    }
}
