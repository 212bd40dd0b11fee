//! What concerns a running install: rendered files, the netboot flag, triggers, status.

use super::auth::authorise;
use super::{Args, Outcome, templates};
use crate::blend;
use crate::cheetah;
use crate::fault::Fault;
use crate::item::{Item, Kind, now};
use crate::release::Release;
use crate::state::{Install, State};
use crate::value::{Struct, Value};

/// After this long without an end `get_status` gives up, in seconds.
const STALLED: f64 = 6000.0;

/// `disable_netboot(name)`: no token; false if `pxe_just_once` is off or the name unknown.
pub(crate) fn disable_netboot(state: &mut State, args: Args<'_>) -> Outcome {
    let enabled = state
        .settings
        .get("pxe_just_once")
        .is_some_and(Value::truth);
    let Some(system) = state
        .store
        .get_mut(Kind::System, args.text(0))
        .filter(|_| enabled)
    else {
        return Ok(false.into());
    };
    system.fields.set("netboot_enabled", false);
    system.mtime = now();
    Ok(true.into())
}

/// `generate_autoinstall(profile, system)`: errors come as text.
pub(crate) fn generate_autoinstall(state: &mut State, args: Args<'_>) -> Outcome {
    match (args.text(0), args.text(1)) {
        ("", "") => Err(Fault::type_error(
            "cannot marshal None unless allow_none is enabled",
        )),
        (profile, "") => Ok(autoinstall(state, Kind::Profile, profile).into()),
        (_, system) => Ok(autoinstall(state, Kind::System, system).into()),
    }
}

pub(crate) fn generate_profile_autoinstall(state: &mut State, args: Args<'_>) -> Outcome {
    Ok(autoinstall(state, Kind::Profile, args.text(0)).into())
}

/// The rendered file of a profile or system, or the text that stands for the error.
pub(crate) fn autoinstall(state: &State, kind: Kind, name: &str) -> String {
    let what = kind.name();
    let Some(item) = state.store.get(kind, name) else {
        return format!("# {what} not found");
    };
    let variables = blend::blended(state, item);
    let path = variables.text(state.data.template_field());
    if path.is_empty() {
        return format!("# automatic installation file value missing or invalid at {what} {name}");
    }
    match state.templates.get(templates::file_of(state.data, path)) {
        Some(template) => cheetah::render(template, &variables, &state.snippets),
        None => format!(
            "# automatic installation file {path} not found at {}",
            state.data.template_dir()
        ),
    }
}

/// `generate_ipxe(profile, image, system)`.
pub(crate) fn generate_ipxe(state: &mut State, args: Args<'_>) -> Outcome {
    let (kind, name) = match args.text(2) {
        "" => (Kind::Profile, args.text(0)),
        system => (Kind::System, system),
    };
    Ok(state
        .store
        .get(kind, name)
        .map_or_else(String::new, |item| ipxe(state, item))
        .into())
}

/// The iPXE script of an item: kernel and kickstart, or the local disk when netboot is off.
pub(crate) fn ipxe(state: &State, item: &Item) -> String {
    let local = item.kind == Kind::System
        && !item
            .field(state.data, "netboot_enabled")
            .is_some_and(Value::truth);
    if local {
        return "#!ipxe\niseq ${smbios/manufacturer} HP && exit ||\n\
                sanboot --no-describe --drive 0x80\n\n"
            .to_owned();
    }
    let variables = blend::blended(state, item);
    let file = |key| variables.text(key).rsplit('/').next().unwrap_or_default();
    let distro = variables.text("distro_name");
    let url = format!(
        "http://{}/cblr/svc/op/autoinstall/{}/{}",
        state.http_server,
        item.kind.name(),
        item.name
    );
    let installer = match variables.text("breed") {
        "debian" | "ubuntu" => {
            format!("auto-install/enable=true priority=critical url={url}")
        }
        _ if state.data.release < Release::V3_3_10 => format!("kssendmac inst.ks={url}"),
        _ => format!("inst.ks.sendmac inst.ks={url}"),
    };
    format!(
        "#!ipxe\nkernel /images/{distro}/{}  {} {installer}\ninitrd /images/{distro}/{}\nboot\n\n",
        file("kernel"),
        variables.text("kernel_options"),
        file("initrd"),
    )
}

/// `run_install_triggers(mode, objtype, name, ip)`.
pub(crate) fn run_triggers(state: &mut State, args: Args<'_>) -> Outcome {
    trigger(
        state,
        args.text(0),
        args.text(1),
        args.text(2),
        args.text(3),
    )
    .map(Value::from)
}

/// Notes the start or end of an install. 3.3.10 refuses a name that it does not know.
pub(crate) fn trigger(
    state: &mut State,
    mode: &str,
    what: &str,
    name: &str,
    ip: &str,
) -> Result<bool, Fault> {
    if !matches!(mode, "pre" | "post" | "firstboot") {
        return Ok(false);
    }
    let known = Kind::parse(what).is_some_and(|kind| state.store.get(kind, name).is_some());
    if !known && state.data.release >= Release::V3_3_10 {
        let text = format!("Cobbler trigger failed: cobbler.modules.installation.{mode}_log");
        return Err(Fault::cx(text));
    }
    let install = state
        .installs
        .entry(ip.to_owned())
        .or_insert_with(|| Install {
            start: -1.0,
            stop: -1.0,
            target: String::new(),
            starts: 0,
            stops: 0,
        });
    install.target = format!("{what}:{name}");
    match mode {
        "pre" => {
            install.start = now();
            install.starts += 1;
        }
        "post" => {
            install.stop = now();
            install.stops += 1;
        }
        _ => {}
    }
    Ok(true)
}

/// `get_status(mode, token)`: by IP address, in whole seconds; an end in the second of the start
/// reads as still installing.
pub(crate) fn get_status(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    let mut answer = Struct::default();
    for (ip, install) in &state.installs {
        let elapsed = (now() - install.start).max(0.0);
        let text = if install.stop.floor() > install.start.floor() {
            "finished".to_owned()
        } else if elapsed > STALLED {
            "unknown/stalled".to_owned()
        } else {
            format!(
                "installing ({}m {}s)",
                (elapsed / 60.0).floor(),
                (elapsed % 60.0).floor()
            )
        };
        let row = vec![
            install.start.into(),
            install.stop.into(),
            install.target.as_str().into(),
            install.starts.into(),
            install.stops.into(),
            text.into(),
        ];
        answer.set(ip, Value::Array(row));
    }
    Ok(answer.into())
}
