//! What somebody changed in objects that were made here: told line by line and field by field, with
//! what may be secret hidden, and left as it is.

use crate::client::Cobbler;
use crate::dialect::Dialect;
use crate::error::{CobblerError, Kind, Taken};
use crate::objects::{KernelOptions, Profile};
use crate::spec::ProfileSpec;

/// How many lines of either side are shown.
const SHOWN: usize = 3;
/// How many letters of a line are shown.
const LETTERS: usize = 100;
/// Parts of words, in lower case, that make a line one to hide; `$1$`, `$5$` and `$6$` begin what
/// `crypt` makes.
const SECRETS: [&str; 8] = [
    "passw",
    "rootpw",
    "secret",
    "token",
    "private key",
    "$1$",
    "$5$",
    "$6$",
];

/// What is there of a wanted profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whether the profile is there, as wanted.
    pub profile: bool,
    /// Whether its template is there, as wanted.
    pub template: bool,
}

impl Cobbler {
    /// Looks for a profile and its template, and compares what is there. Writes nothing.
    ///
    /// # Errors
    /// [`CobblerError::Duplicate`] where somebody else has a profile of that name,
    /// [`CobblerError::Drifted`] where profile or template are not as they were made; those of the
    /// calls.
    pub async fn find_profile(&self, spec: &ProfileSpec) -> Result<Found, CobblerError> {
        let action = format!("look for profile {}", spec.name);
        self.look_for_profile(&action, spec).await
    }

    pub(crate) async fn look_for_profile(
        &self,
        action: &str,
        spec: &ProfileSpec,
    ) -> Result<Found, CobblerError> {
        let dialect = self.dialect().await?;
        let existing = self.profile(&spec.name).await?;
        if let Some(existing) = &existing {
            if !self.is_ours(existing) {
                return Err(CobblerError::Duplicate {
                    at: self.at(action),
                    what: Taken::Name(spec.name.clone()),
                    owner: Some(format!("profile {}", spec.name)),
                    is_ours: Some(false),
                });
            }
            let differing = differing_fields(spec, existing, dialect);
            if !differing.is_empty() {
                let said: Vec<String> = differing
                    .into_iter()
                    .map(|(field, wanted, found)| {
                        format!("{field} was {} and is {}", shown(&wanted), shown(&found))
                    })
                    .collect();
                let remedy = "To put it back, enter the former values there, or remove the profile when no system uses \
                              it: it is made anew. To keep the change, copy it to a profile of another name without \
                              our comment and install by that.";
                return Err(self.drifted(
                    action,
                    Kind::Profile,
                    &spec.name,
                    said.join("; "),
                    remedy,
                ));
            }
        }
        let template = match self.read_template(&spec.template).await? {
            None => false,
            Some(text) if text == spec.template_text => true,
            Some(text) => {
                let said = differences(&spec.template_text, &text);
                let remedy = "To put it back, delete the file there: it is written anew. To keep the change, copy it to \
                              another name and install by that template.";
                return Err(self.drifted(action, Kind::Template, &spec.template, said, remedy));
            }
        };
        Ok(Found {
            profile: existing.is_some(),
            template,
        })
    }

    fn drifted(
        &self,
        action: &str,
        kind: Kind,
        name: &str,
        differences: String,
        remedy: &'static str,
    ) -> CobblerError {
        CobblerError::Drifted {
            at: self.at(action),
            kind,
            name: name.to_owned(),
            differences,
            remedy,
        }
    }
}

/// The fields of a profile that are not as wanted: name, wanted, found.
pub(crate) fn differing_fields(
    spec: &ProfileSpec,
    found: &Profile,
    dialect: Dialect,
) -> Vec<(&'static str, String, String)> {
    let base = match &spec.parent {
        Some(parent) => (
            "parent",
            parent.clone(),
            found.parent.clone().unwrap_or_default(),
        ),
        None => ("distro", spec.distro.clone(), found.distro.clone()),
    };
    let mut fields = vec![
        base,
        (
            dialect.template_field(),
            dialect.template_path(&spec.template),
            found.template.clone(),
        ),
        (
            "kernel_options",
            line_of(&spec.kernel_options),
            line_of(&found.kernel_options),
        ),
    ];
    if let Some(owners) = &spec.owners {
        fields.push(("owners", owners.join(" "), found.owners.join(" ")));
    }
    fields.retain(|(_, wanted, found)| wanted != found);
    fields
}

/// Options as on a command line; a value with blanks can't be mistaken for two.
fn line_of(options: &KernelOptions) -> String {
    let one = |(key, values): (&String, &Vec<String>)| match values.as_slice() {
        [] => key.clone(),
        values => values
            .iter()
            .map(|value| match value.contains(' ') {
                true => format!("{key}={value:?}"),
                false => format!("{key}={value}"),
            })
            .collect::<Vec<_>>()
            .join(" "),
    };
    options.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Where two texts differ, between the first and the last line that do.
fn differences(wanted: &str, found: &str) -> String {
    let (wanted, found): (Vec<_>, Vec<_>) = (wanted.lines().collect(), found.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
        pairs.take_while(|(wanted, found)| wanted == found).count()
    };
    let before = same(&mut wanted.iter().zip(&found));
    let (wanted, found) = (&wanted[before..], &found[before..]);
    let after = same(&mut wanted.iter().rev().zip(found.iter().rev()));
    let (wanted, found) = (
        &wanted[..wanted.len() - after],
        &found[..found.len() - after],
    );
    match (wanted, found) {
        ([], []) => "its line ends".to_owned(),
        ([], added) => format!("after line {before} there is more: {}", quote(added)),
        (gone, []) => format!("from line {} on is gone: {}", before + 1, quote(gone)),
        (was, is) => format!(
            "line {} was {} and is {}",
            before + 1,
            quote(was),
            quote(is)
        ),
    }
}

fn quote(lines: &[&str]) -> String {
    let mut parts: Vec<String> = lines.iter().take(SHOWN).map(|line| shown(line)).collect();
    if lines.len() > SHOWN {
        parts.push(format!("and {} lines more", lines.len() - SHOWN));
    }
    parts.join(", ")
}

/// A line or a value as a message may show it.
fn shown(text: &str) -> String {
    let lower = text.to_lowercase();
    if SECRETS.iter().any(|part| lower.contains(part)) {
        return "[hidden: it may hold a secret]".to_owned();
    }
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("\"{}…\"", &text[..end]),
        None => format!("\"{text}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_shown_as_it_was_and_as_it_is() {
        let text = "lang en_US\ntimezone UTC\nreboot\n";
        let edited = text.replace("UTC", "Europe/Berlin");
        assert_eq!(
            differences(text, &edited),
            "line 2 was \"timezone UTC\" and is \"timezone Europe/Berlin\""
        );
        assert_eq!(
            differences(text, &format!("{text}halt\n")),
            "after line 3 there is more: \"halt\""
        );
        assert_eq!(
            differences(text, "lang en_US\n"),
            "from line 2 on is gone: \"timezone UTC\", \"reboot\""
        );
        assert_eq!(differences(text, text.trim_end()), "its line ends");
    }

    #[test]
    fn repeated_lines_at_both_ends_are_counted_once() {
        assert_eq!(
            differences("a\na\n", "a\na\na\n"),
            "after line 2 there is more: \"a\""
        );
        assert_eq!(
            differences("a\na\n", "a\n"),
            "from line 2 on is gone: \"a\""
        );
    }

    #[test]
    fn what_may_be_secret_is_hidden_and_much_is_cut() {
        for secret in [
            "rootpw --plaintext s3cret",
            "d-i passwd/root-password password s3cret",
            "x $6$s3cret",
        ] {
            let said = differences("reboot\n", &format!("{secret}\n"));
            assert!(
                !said.contains("s3cret") && said.contains("hidden"),
                "{said}"
            );
        }
        let many = "line\n".repeat(50) + &"é".repeat(500);
        let said = differences("", &many);
        assert!(said.ends_with("and 48 lines more"), "{said}");
        assert!(shown(&"é".repeat(500)).chars().count() < 110);
    }
}
