//! The automatic installation files: from an [`InstallRequest`] to a profile and its template.
//! The text is the same for all nodes of a service; what is a node's own comes in by Cobbler's
//! variables when the file is fetched.

mod family;
mod network;
#[cfg(test)]
mod tests;
mod wrap;

use std::sync::LazyLock;

use cobbler_client::{KernelOptions, ProfileSpec};
use minijinja::{Environment, Value, context};
use sha2::{Digest as _, Sha256};

pub use family::Family;
pub use network::variable as network_variable;

use super::InstallRequest;
use super::request::Layout;
use crate::drivers::DriverError;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    for (name, text) in [
        ("redhat.ks", include_str!("redhat.ks")),
        ("redhat-hooks.ks", include_str!("redhat-hooks.ks")),
        ("debian.seed", include_str!("debian.seed")),
        ("ubuntu.cloud-config", include_str!("ubuntu.cloud-config")),
        ("hooks.sh", include_str!("hooks.sh")),
        ("functions.sh", include_str!("functions.sh")),
    ] {
        // All are part of the program and checked by the tests.
        let _ = templates.add_template(name, text);
    }
    templates
});

/// The commands that Debian's and Ubuntu's installers run, in the variables of Cobbler. The hooks
/// are fetched, since neither answer file can hold a script that a person could read.
const EARLY: &str = "if wget -q -O /tmp/ferric-hooks.sh '$ferric_report/hooks'; then sh /tmp/ferric-hooks.sh early '$ferric_report'; fi";
const LATE: &str = "{ [ -s /tmp/ferric-hooks.sh ] || wget -q -O /tmp/ferric-hooks.sh '$ferric_report/hooks'; } && sh /tmp/ferric-hooks.sh late '$ferric_report'";
/// What Debian's late command gets besides.
const LATE_NETWORK: &str = " '$ferric_network' '$mac_address_eth0'";

/// What a profile is made on.
#[derive(Debug, Clone)]
pub struct Base {
    /// The distro that is installed.
    pub distro: String,
    /// Its installer.
    pub family: Family,
    /// The customer's profile that ours is a child of.
    pub parent: Option<String>,
    /// The customer's template, which ours takes in as it is.
    pub template: Option<String>,
}

/// The profile for a request. Its name is a hash of all that it says, so equal requests share one,
/// and a changed request makes a new one beside it.
///
/// # Errors
/// [`DriverError::InvalidParameter`] for what this installer can't do.
pub fn profile(request: &InstallRequest, base: &Base) -> Result<ProfileSpec, DriverError> {
    check(request, base)?;
    let text = match &base.template {
        Some(theirs) => wrapped(theirs, base.family)?,
        None => ours(request, base.family)?,
    };
    let mut kernel_options = of_installer(base.family);
    kernel_options.extend(request.kernel_options.clone());
    let hash = hash(&[
        &base.distro,
        base.parent.as_deref().unwrap_or_default(),
        &text,
        &format!("{kernel_options:?}"),
    ]);
    let name = format!("ferric-{}-{hash}", request.service);
    Ok(ProfileSpec {
        template: format!("{name}.ks"),
        name,
        distro: base.distro.clone(),
        parent: base.parent.clone(),
        template_text: text,
        kernel_options,
        comment: format!("ferric: service {}, shared by its nodes", request.service),
        owners: None,
    })
}

/// The script that Debian's and Ubuntu's installers fetch; it is the same for all nodes.
///
/// # Errors
/// None that the tests would not have seen.
pub fn hooks() -> Result<String, DriverError> {
    render("hooks.sh", context! {})
}

fn ours(request: &InstallRequest, family: Family) -> Result<String, DriverError> {
    let (template, late) = match family {
        Family::RedHat | Family::RedHat6 => ("redhat.ks", String::new()),
        Family::Debian => ("debian.seed", format!("{LATE}{LATE_NETWORK}")),
        Family::Ubuntu => ("ubuntu.cloud-config", LATE.to_owned()),
    };
    let text = render(
        template,
        context! {
            service => &request.service,
            packages => &request.packages,
            repos => &request.repos,
            proxy => &request.proxy,
            time_zone => &request.time_zone,
            layout => request.storage.layout.to_string(),
            disks => &request.storage.disks,
            el6 => family == Family::RedHat6,
            early => EARLY,
            late,
        },
    )?;
    // The last line of a preseed counts only with its end.
    Ok(format!("{text}\n"))
}

fn wrapped(theirs: &str, family: Family) -> Result<String, DriverError> {
    match family {
        Family::RedHat | Family::RedHat6 => {
            let hooks = context! { el6 => family == Family::RedHat6 };
            wrap::kickstart(theirs, &render("redhat-hooks.ks", hooks)?)
        }
        // Their preseed says itself what the network is.
        Family::Debian => wrap::preseed(theirs, EARLY, LATE),
        Family::Ubuntu => Err(DriverError::invalid(
            "A template of one's own can't be combined with the reports of this service for Ubuntu yet; leave \
             instance_info/autoinstall or cobbler_profile out and give cobbler_distro and packages.",
        )),
    }
}

fn render(template: &str, values: Value) -> Result<String, DriverError> {
    TEMPLATES
        .get_template(template)
        .and_then(|template| template.render(values))
        .map_err(|error| {
            DriverError::Refused(format!(
                "the template {template} can't be rendered: {error:#}"
            ))
        })
}

/// What not every installer can do.
fn check(request: &InstallRequest, base: &Base) -> Result<(), DriverError> {
    let (storage, distro) = (&request.storage, &base.distro);
    let complaint = match base.family {
        Family::RedHat6 if storage.layout == Layout::Plain => {
            "partitioning is plain; it must be lvm, since the installer of release 6 knows no other"
        }
        Family::Debian | Family::Ubuntu if storage.disks.len() > 1 => {
            "disks names several; it must be one, since this installer's automatic layout takes no more"
        }
        Family::Debian | Family::Ubuntu
            if request.packages.iter().any(|p| p.starts_with(['@', '-'])) =>
        {
            "packages has a group or an exclusion; it must be names of packages"
        }
        Family::Debian | Family::Ubuntu if request.repos.iter().any(|repo| !repo.contains(' ')) => {
            "repos has a URL alone; it must be URL, suite and components, as in \"http://repo.lab/debian bookworm main\""
        }
        Family::RedHat | Family::RedHat6 if request.repos.iter().any(|repo| repo.contains(' ')) => {
            "repos has more than URLs; it must be URLs alone"
        }
        _ => return Ok(()),
    };
    Err(DriverError::invalid(format!(
        "instance_info/{complaint} (distro {distro})."
    )))
}

/// The kernel options by which an installer finds its file, where Cobbler's own don't do.
///
/// Cobbler gives Ubuntu the options of the old installer. `ds=nocloud-net;s=…` can't stand in a
/// line that serves GRUB and PXELINUX: the one ends the command at the semicolon, the other hands
/// on any quotes. cloud-init takes `cloud-config-url` from the kernel's command line too
/// (its `parse_cmdline_url`), before the `url` that Cobbler adds.
fn of_installer(family: Family) -> KernelOptions {
    let option = |key: &str, value: &[&str]| {
        let values = value.iter().map(|value| (*value).to_owned()).collect();
        (key.to_owned(), values)
    };
    match family {
        Family::Ubuntu => [
            option("autoinstall", &[]),
            option("ip", &["dhcp"]),
            option(
                "cloud-config-url",
                &["http://$http_server/cblr/svc/op/autoinstall/system/$system_name"],
            ),
        ]
        .into(),
        _ => KernelOptions::new(),
    }
}

/// Twelve hexadecimal digits: among a thousand profiles of one service two are alike with a
/// chance of one to half a billion, and a collision is seen by the read-back.
fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize()[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
