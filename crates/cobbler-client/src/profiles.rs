//! Profiles: made once, never changed, removed when unused.

use dxr::Value;

use crate::client::Cobbler;
use crate::dialect::Dialect;
use crate::error::{CobblerError, Kind, Taken};
use crate::objects::Profile;
use crate::spec::{Ensured, ProfileSpec, Removal};
use crate::value::{options, string};
use crate::wire::Patience;

impl Cobbler {
    /// Makes sure that the profile and its template are there as wanted.
    ///
    /// An existing profile of ours that differs, and a template of that name with another text,
    /// are [`CobblerError::Mismatch`] and stay as they are: systems may be installing from them.
    /// Somebody else's profile of that name is [`CobblerError::Duplicate`].
    pub async fn ensure_profile(&self, spec: &ProfileSpec) -> Result<Ensured, CobblerError> {
        let action = format!("ensure profile {}", spec.name);
        if let Some(problem) = spec.problem(self.mark()) {
            return Err(self.invalid(&action, &problem));
        }
        let _name = self.locks().lock(format!("profile {}", spec.name)).await;
        let _template = self
            .locks()
            .lock(format!("template {}", spec.template))
            .await;
        let dialect = self.dialect().await?;
        if let Some(why) = dialect.unwritable(&spec.template_text) {
            return Err(self.invalid(&action, &format!("the template {why}")));
        }
        if let Some(existing) = self.profile(&spec.name).await? {
            if !self.is_ours(&existing) {
                let (what, owner) = (Taken::Name(spec.name.clone()), None);
                return Err(CobblerError::Duplicate {
                    at: self.at(&action),
                    what,
                    owner,
                });
            }
            self.compare_profile(&action, spec, &existing, dialect)?;
            self.ensure_template(&action, spec).await?;
            return Ok(Ensured::Unchanged);
        }
        self.need_base(&action, spec).await?;
        self.ensure_template(&action, spec).await?;
        let created = match self.create_profile(spec, dialect).await {
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
        Ok(created)
    }

    /// Removes a profile of ours that nothing uses; its template stays (see
    /// [`Cobbler::remove_template`]). Somebody else's is [`CobblerError::NotOurs`], a used one
    /// [`CobblerError::InUse`].
    pub async fn remove_profile(&self, name: &str) -> Result<Removal, CobblerError> {
        let action = format!("remove profile {name}");
        let _name = self.locks().lock(format!("profile {name}")).await;
        let Some(existing) = self.profile(name).await? else {
            return Ok(Removal::AlreadyGone);
        };
        let (at, kind) = (self.at(&action), Kind::Profile);
        if !self.is_ours(&existing) {
            return Err(CobblerError::NotOurs {
                at,
                kind,
                name: name.to_owned(),
            });
        }
        for (kind, field) in [(Kind::System, "profile"), (Kind::Profile, "parent")] {
            if let Some(first) = self.find(kind, &action, field, name).await?.first() {
                return Err(CobblerError::InUse {
                    at,
                    by: format!("{kind} {first}"),
                });
            }
        }
        let _turn = self.turn().await?;
        self.discard_profile(&action, name).await?;
        Ok(Removal::Removed)
    }

    /// The recursive form is the default, and removes all systems under the profile.
    async fn discard_profile(&self, action: &str, name: &str) -> Result<(), CobblerError> {
        let not_recursive = Value::Boolean(false);
        self.write(action, "name", |token| {
            (
                "remove_profile",
                vec![string(name), string(token), not_recursive.clone()],
            )
        })
        .await
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

    /// Writes the template if there is none; another text of that name is left alone.
    async fn ensure_template(&self, action: &str, spec: &ProfileSpec) -> Result<(), CobblerError> {
        match self.read_template(&spec.template).await? {
            Some(text) if text == spec.template_text => Ok(()),
            Some(_) => Err(CobblerError::Mismatch {
                at: self.at(action),
                kind: Kind::Template,
                name: spec.template.clone(),
                fields: "its text".to_owned(),
            }),
            None => {
                self.write_template(&spec.template, &spec.template_text)
                    .await
            }
        }
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
        let base = match &spec.parent {
            Some(_) => ("parent", found.parent == spec.parent),
            None => ("distro", found.distro == spec.distro),
        };
        let template = dialect.template_path(&spec.template);
        let owners = spec
            .owners
            .as_ref()
            .is_none_or(|owners| *owners == found.owners);
        let wrong: Vec<&str> = [
            base,
            (dialect.template_field(), found.template == template),
            (
                "kernel_options",
                found.kernel_options == spec.kernel_options,
            ),
            ("owners", owners),
        ]
        .into_iter()
        .filter_map(|(field, same)| (!same).then_some(field))
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
