//! Kickstart templates, and what comes of them for one system.
//!
//! A template is rendered on each request, so writing one needs no sync and takes effect at once.

use crate::client::Cobbler;
use crate::dialect::Dialect;
use crate::error::{CobblerError, Kind};
use crate::names::is_template_name;
use crate::spec::Removal;
use crate::value::{string, text, unsendable};
use crate::wire::Patience;

impl Cobbler {
    /// A template's text, if there is one of this name (relative to the template directory).
    pub async fn read_template(&self, name: &str) -> Result<Option<String>, CobblerError> {
        let action = format!("read template {name}");
        self.check_template_name(&action, name)?;
        let dialect = self.dialect().await?;
        let read = self.authorised(&action, Patience::Read, |token| {
            dialect.read_template(name, token)
        });
        match read.await {
            Ok(dxr::Value::String(text)) => Ok(Some(text)),
            Ok(_) => Err(self.protocol(&action, "the answer is no text")),
            Err(CobblerError::NotFound {
                kind: Kind::Template,
                ..
            }) => Ok(None),
            // 2.8 lets the operating system's words through.
            Err(CobblerError::Fault { detail, .. })
                if dialect == Dialect::Kickstart && detail.contains("No such file") =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Writes a template, over an existing one too: Cobbler does not ask. Use
    /// [`Cobbler::ensure_profile`] where the name may belong to somebody.
    pub async fn write_template(&self, name: &str, text: &str) -> Result<(), CobblerError> {
        let action = format!("write template {name}");
        self.check_template_name(&action, name)?;
        if let Some(why) = unsendable(text) {
            return Err(self.invalid(&action, &format!("the template {why}")));
        }
        let dialect = self.dialect().await?;
        if let Some(why) = dialect.unwritable(text) {
            return Err(self.invalid(&action, &format!("the template {why}")));
        }
        let _turn = self.turn().await?;
        self.write(&action, name, |token| {
            dialect.write_template(name, text, token)
        })
        .await
    }

    /// Removes a template that no profile and no system uses. The check is made here: some
    /// releases remove a template in use.
    pub async fn remove_template(&self, name: &str) -> Result<Removal, CobblerError> {
        let action = format!("remove template {name}");
        let _lock = self.locks().lock(format!("template {name}")).await;
        let Some(text) = self.read_template(name).await? else {
            return Ok(Removal::AlreadyGone);
        };
        self.need_no_users(&action, name).await?;
        let dialect = self.dialect().await?;
        {
            let _turn = self.turn().await?;
            let removed = self
                .write(&action, name, |token| dialect.remove_template(name, token))
                .await;
            if let Err(error) = removed {
                // Unless another program was faster.
                return match self.read_template(name).await? {
                    None => Ok(Removal::AlreadyGone),
                    Some(_) => Err(error),
                };
            }
        }
        // The lock above holds within this process; another may have made a profile on it.
        let used = self.need_no_users(&action, name).await;
        if matches!(used, Err(CobblerError::InUse { .. }))
            && self.read_template(name).await?.is_none()
        {
            self.write_template(name, &text).await?;
        }
        used.map(|()| Removal::Removed)
    }

    async fn need_no_users(&self, action: &str, name: &str) -> Result<(), CobblerError> {
        let dialect = self.dialect().await?;
        let path = dialect.template_path(name);
        for kind in [Kind::Profile, Kind::System] {
            let users = self
                .find(kind, action, dialect.template_field(), &path)
                .await?;
            if let Some(first) = users.first() {
                let by = format!("{kind} {first}");
                return Err(CobblerError::InUse {
                    at: self.at(action),
                    by,
                });
            }
        }
        Ok(())
    }

    /// The kickstart as the installer would get it. Cobbler answers errors as text with success;
    /// they become [`CobblerError::NotFound`] and [`CobblerError::Render`].
    pub async fn render_system(&self, name: &str) -> Result<String, CobblerError> {
        let action = format!("render the kickstart of system {name}");
        let method = self.dialect().await?.render();
        let value = self
            .open(&action, method, vec![string(""), string(name)])
            .await?;
        let Some(rendered) = text(&value) else {
            return Err(self.protocol(&action, "the answer is no text"));
        };
        let first = rendered.trim_start().lines().next().unwrap_or_default();
        if first == "# system not found" || first.starts_with("# object not found") {
            let (kind, name) = (Kind::System, name.to_owned());
            return Err(CobblerError::NotFound {
                at: self.at(&action),
                kind,
                name,
            });
        }
        if is_render_error(first) {
            return Err(CobblerError::Render {
                at: self.at(&action),
                detail: first.to_owned(),
            });
        }
        Ok(rendered)
    }

    fn check_template_name(&self, action: &str, name: &str) -> Result<(), CobblerError> {
        if is_template_name(name) {
            return Ok(());
        }
        Err(self.invalid(action, "this is no relative template file name"))
    }
}

/// Whether the first line of a rendered file says that it could not be rendered.
fn is_render_error(first: &str) -> bool {
    let first = first.to_ascii_lowercase();
    (first.starts_with("# this ") && first.contains("had errors that prevented it"))
        || first.starts_with("# profile not found")
        || first.starts_with("# error: unsupported template type")
        || first.starts_with("# error: jinja2 not available")
        || first.starts_with("# exception occurred during jinja2 template processing")
}

#[cfg(test)]
mod tests {
    use super::is_render_error;

    #[test]
    fn cobblers_error_texts_are_told_from_a_kickstart() {
        for error in [
            "# This automatic OS installation file had errors that prevented it from being \
             rendered correctly.",
            "# This kickstart had errors that prevented it from being rendered correctly.",
            "# ERROR: UNSUPPORTED TEMPLATE TYPE (jinja)",
            "# ERROR: JINJA2 NOT AVAILABLE. Maybe you need to install python-jinja2?",
        ] {
            assert!(is_render_error(error), "{error}");
        }
        for fine in ["# This is our kickstart", "text", "#version=RHEL9", ""] {
            assert!(!is_render_error(fine), "{fine}");
        }
    }
}
