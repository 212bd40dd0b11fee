//! Packages, where they come from, and the options of the kernel.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::info::{Info, wrong};
use super::Target;
use crate::drivers::DriverError;

pub(super) fn service(info: &Info<'_>, target: &Target) -> Result<String, DriverError> {
    let service = info
        .text("service")?
        .unwrap_or_else(|| target.name().to_owned());
    let is_good = !service.is_empty()
        && service.len() <= 80
        && service
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if is_good {
        Ok(service)
    } else {
        Err(wrong(
            "service",
            &service,
            "letters, digits, \"-\", \"_\" and \".\"",
        ))
    }
}

pub(super) fn packages(info: &Info<'_>) -> Result<Vec<String>, DriverError> {
    let mut packages = info.texts("packages")?;
    packages.sort_unstable();
    packages.dedup();
    match packages.iter().find(|package| !is_package(package)) {
        Some(bad) => Err(wrong(
            "packages",
            bad,
            "names of packages or @groups without blanks",
        )),
        None => Ok(packages),
    }
}

/// Names of packages and groups: no blank (a second package), and nothing that a template or a
/// shell would read.
fn is_package(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.+*@^:".contains(&b))
}

/// Package sources. Their texts stand in a file that Cobbler shows to anybody, so that one with a
/// password in it is refused.
pub(super) fn repos(info: &Info<'_>) -> Result<Vec<String>, DriverError> {
    const WANTED: &str = "a list of http, https or ftp URLs without user and password, for Debian and Ubuntu each followed \
                          by suite and components (\"http://repo.lab/debian bookworm main\")";
    let repos = match info.0.get("repos") {
        // One text is one source: there are blanks in Debian's.
        Some(Value::String(text)) if !text.is_empty() => vec![text.clone()],
        _ => info.texts("repos")?,
    };
    for repo in &repos {
        let mut words = repo.split(' ');
        let url = words.next().unwrap_or_default();
        let others_are_words = words.all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
        });
        if !is_url(url, &["http://", "https://", "ftp://"]) || !others_are_words {
            return Err(wrong("repos", without_password(repo), WANTED));
        }
    }
    Ok(repos)
}

pub(super) fn proxy(info: &Info<'_>) -> Result<Option<String>, DriverError> {
    let proxy = info.text("proxy")?;
    match &proxy {
        Some(url) if !is_url(url, &["http://", "https://"]) => Err(wrong(
            "proxy",
            without_password(url),
            "an http or https URL without user and password, such as http://proxy.lab:3128",
        )),
        _ => Ok(proxy),
    }
}

/// A URL in which nothing is for a template, a shell or YAML to read, and no password.
fn is_url(text: &str, schemes: &[&str]) -> bool {
    schemes.iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    }) && text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b":/._~%+=,?-[]".contains(&b))
}

/// A bad URL as a message may show it.
fn without_password(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => text.to_owned(),
    }
}

pub(super) fn time_zone(info: &Info<'_>) -> Result<String, DriverError> {
    let zone = info.text("time_zone")?.unwrap_or_else(|| "UTC".to_owned());
    let is_good = zone.split('/').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b))
    });
    if is_good {
        Ok(zone)
    } else {
        Err(wrong(
            "time_zone",
            &zone,
            "a name of the time zone database, such as Europe/Berlin",
        ))
    }
}

/// Options as an object, or as the text of a command line.
pub(super) fn kernel_options(
    info: &Info<'_>,
) -> Result<BTreeMap<String, Vec<String>>, DriverError> {
    const WANTED: &str = "a text, or an object of texts";
    let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
    match info.0.get("kernel_options") {
        None | Some(Value::Null) => {}
        Some(Value::String(line)) => {
            for word in line.split_whitespace() {
                let (key, value) = word
                    .split_once('=')
                    .map_or((word, None), |(k, v)| (k, Some(v)));
                options
                    .entry(key.to_owned())
                    .or_default()
                    .extend(value.map(str::to_owned));
            }
        }
        Some(Value::Object(map)) => {
            for (key, value) in map {
                let values = match value {
                    Value::Null => Vec::new(),
                    Value::String(text) => vec![text.clone()],
                    Value::Number(number) => vec![number.to_string()],
                    other => return Err(wrong("kernel_options", other, WANTED)),
                };
                options.insert(key.clone(), values);
            }
        }
        Some(other) => return Err(wrong("kernel_options", other, WANTED)),
    }
    // Cobbler renders the line as a template.
    for (key, values) in &options {
        let texts = std::iter::once(key).chain(values);
        if let Some(bad) = texts
            .into_iter()
            .find(|text| text.contains(['$', '#', '\\', '\n', '\r']) || text.contains("@@"))
        {
            return Err(wrong(
                "kernel_options",
                bad,
                "options without $, #, \\, @@ and line ends, which Cobbler would read",
            ));
        }
    }
    Ok(options)
}
