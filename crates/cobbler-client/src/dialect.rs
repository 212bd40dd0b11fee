//! Names that differ between Cobbler 2.x and 3.x.
//!
//! Chosen by what the server's objects show, not by its release number: 3.2 shows both sets of
//! names and takes only the newer ones for writing, so the newer win.

use dxr::Value;

use crate::value::{Fields, string};

/// Where 2.x keeps its templates; it takes absolute paths below it.
const KICKSTARTS: &str = "/var/lib/cobbler/kickstarts/";

/// One of the two sets of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// 3.x.
    Autoinstall,
    /// 2.x.
    Kickstart,
}

impl Dialect {
    /// From any profile or system of the server.
    pub(crate) fn shown_by(object: &Fields) -> Option<Self> {
        if object.contains_key("autoinstall") {
            Some(Self::Autoinstall)
        } else if object.contains_key("kickstart") {
            Some(Self::Kickstart)
        } else {
            None
        }
    }

    /// The field with an object's template.
    pub(crate) fn template_field(self) -> &'static str {
        match self {
            Self::Autoinstall => "autoinstall",
            Self::Kickstart => "kickstart",
        }
    }

    /// The field with an object's template variables.
    pub(crate) fn metadata_field(self) -> &'static str {
        match self {
            Self::Autoinstall => "autoinstall_meta",
            Self::Kickstart => "ks_meta",
        }
    }

    /// The method that renders a template: (profile, system).
    pub(crate) fn render(self) -> &'static str {
        match self {
            Self::Autoinstall => "generate_autoinstall",
            Self::Kickstart => "generate_kickstart",
        }
    }

    /// What to put into the template field for a template of this name.
    pub(crate) fn template_path(self, name: &str) -> String {
        match self {
            Self::Autoinstall => name.to_owned(),
            // 2.x makes no directories.
            Self::Kickstart => format!("{KICKSTARTS}{}", name.replace('/', "-")),
        }
    }

    /// Why a template's text cannot be written, if so. 2.x runs on Python 2, whose files are ASCII:
    /// it empties the file before it finds out.
    pub(crate) fn unwritable(self, text: &str) -> Option<&'static str> {
        match self {
            Self::Kickstart if !text.is_ascii() => {
                Some("has letters that are not ASCII, and Cobbler 2.x cannot store them")
            }
            _ => None,
        }
    }

    /// Method and arguments that read a template.
    pub(crate) fn read_template(self, name: &str, token: &str) -> (&'static str, Vec<Value>) {
        match self {
            Self::Autoinstall => (
                "read_autoinstall_template",
                vec![string(name), string(token)],
            ),
            Self::Kickstart => self.old_template(name, true, string(""), token),
        }
    }

    /// Method and arguments that write a template.
    pub(crate) fn write_template(
        self,
        name: &str,
        text: &str,
        token: &str,
    ) -> (&'static str, Vec<Value>) {
        match self {
            Self::Autoinstall => (
                "write_autoinstall_template",
                vec![string(name), string(text), string(token)],
            ),
            Self::Kickstart => self.old_template(name, false, string(text), token),
        }
    }

    /// Method and arguments that remove a template.
    pub(crate) fn remove_template(self, name: &str, token: &str) -> (&'static str, Vec<Value>) {
        match self {
            Self::Autoinstall => (
                "remove_autoinstall_template",
                vec![string(name), string(token)],
            ),
            Self::Kickstart => self.old_template(name, false, Value::Integer(-1), token),
        }
    }

    fn old_template(
        self,
        name: &str,
        read: bool,
        text: Value,
        token: &str,
    ) -> (&'static str, Vec<Value>) {
        let path = string(self.template_path(name));
        let params = vec![path, Value::Boolean(read), text, string(token)];
        ("read_or_write_kickstart_template", params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_names_win_where_a_release_shows_both() {
        let both = Fields::from([
            ("autoinstall".to_owned(), string("")),
            ("kickstart".to_owned(), string("")),
        ]);
        assert_eq!(Dialect::shown_by(&both), Some(Dialect::Autoinstall));
        let old = Fields::from([("kickstart".to_owned(), string(""))]);
        assert_eq!(Dialect::shown_by(&old), Some(Dialect::Kickstart));
        assert_eq!(Dialect::shown_by(&Fields::new()), None);
    }

    #[test]
    fn the_old_release_gets_absolute_paths() {
        let (method, params) = Dialect::Kickstart.read_template("a.ks", "t");
        assert_eq!(method, "read_or_write_kickstart_template");
        assert_eq!(params[0], string("/var/lib/cobbler/kickstarts/a.ks"));
        assert_eq!(Dialect::Autoinstall.template_path("d/a.ks"), "d/a.ks");
        let flat = Dialect::Kickstart.template_path("d/a.ks");
        assert_eq!(flat, "/var/lib/cobbler/kickstarts/d-a.ks");
    }
}
