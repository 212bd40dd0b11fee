//! `ferric plan`: what an installation of a batch file would do. The eight steps come from the file;
//! the calls and the answer file from a deploy that is gone through on simulated hardware, by the
//! steps that a real one runs.

mod facts;
mod group;
mod names;
mod online;
mod stage;
#[cfg(test)]
mod tests;
mod text;

use std::path::PathBuf;

use cimc_sim::Personality;
use clap::Args;
use cobbler_sim::Release;
use serde_json::{Value, json};

use super::exit::{Exit, Failure, Outcome};
use super::{Global, output};
use crate::batch::{Batch, BatchNode};
use crate::config::nearest::advice;
use crate::config::{Config, Overrides};
use facts::{Breed, Facts};
use group::Group;
use online::Online;
use stage::Rehearsal;

/// The firmware of the simulated controllers, if no other is asked for.
const FIRMWARE: &str = "4.1";

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// The batch file (YAML)
    file: PathBuf,
    /// List each call to controllers and Cobbler, step by step, for the first server of a kind
    #[arg(long)]
    calls: bool,
    /// Print the automatic installation file of a server, or of the first of each kind
    #[arg(long, value_name = "NODE", num_args = 0..=1, default_missing_value = "", require_equals = true, conflicts_with = "calls")]
    autoinstall: Option<String>,
    /// Print JSON, with calls and files
    #[arg(long, conflicts_with_all = ["calls", "autoinstall"])]
    json: bool,
    /// Ask Cobbler (reading only) what is there, what would be made and what stands against it
    #[arg(long)]
    online: bool,
    /// What a distro or profile is, where its name does not say so: `NAME=BREED` or
    /// `NAME=BREED/OS_VERSION`, in Cobbler's words; may be given several times
    #[arg(long, value_name = "NAME=BREED", conflicts_with = "online")]
    breed: Vec<Breed>,
    /// The firmware of the controllers, as `ferric sim cimc` names it; the calls depend on it
    #[arg(long, value_name = "V", default_value = FIRMWARE)]
    firmware: String,
    /// The release of Cobbler; the calls depend on it
    #[arg(long, value_name = "V", default_value_t = Release::default().to_string(), conflicts_with = "online")]
    release: String,
}

impl PlanArgs {
    /// Those of `ferric install FILE --plan`.
    pub(super) fn of_file(file: PathBuf) -> Self {
        Self {
            file,
            calls: false,
            autoinstall: None,
            json: false,
            online: false,
            breed: Vec::new(),
            firmware: FIRMWARE.to_owned(),
            release: Release::default().to_string(),
        }
    }

    fn personality(&self) -> Result<&'static Personality, Failure> {
        Personality::by_name(&self.firmware).ok_or_else(|| {
            Failure::usage(format!(
                "--firmware: {:?} is not known; write one of {}",
                self.firmware,
                Personality::names().collect::<Vec<_>>().join(", ")
            ))
        })
    }

    fn release(&self) -> Result<Release, Failure> {
        Release::from_version(&self.release).ok_or_else(|| {
            let known = Release::ALL.map(Release::version).join(", ");
            Failure::usage(format!(
                "--release: {:?} is not known; write one of {known}",
                self.release
            ))
        })
    }
}

/// One kind of servers, planned.
struct Planned<'a> {
    group: Group<'a>,
    steps: [(&'static str, String); 8],
    facts: Facts,
    /// What Cobbler says to it, in sentences; empty offline.
    said: Vec<String>,
    /// Whether something stands against it.
    is_hindered: bool,
    /// The server that was gone through.
    first: &'a BatchNode,
    rehearsal: Rehearsal,
}

pub(super) async fn run(global: &Global, args: PlanArgs) -> Outcome {
    let config = global.load(Overrides::default(), true)?;
    let batch = Batch::load(&args.file)?;
    let online = match args.online {
        true => Some(Online::new(&batch)?),
        false => None,
    };
    let mut planned = Vec::new();
    for group in chosen(group::of(&batch), args.autoinstall.as_deref())? {
        planned.push(plan(group, &batch, &config, &args, online.as_ref()).await?);
    }
    if args.autoinstall.is_some() {
        show_files(&planned);
    } else if args.json {
        let text = serde_json::to_string_pretty(&as_json(&batch, &planned, args.online));
        output::line(text.unwrap_or_default());
    } else {
        for one in &planned {
            output::line(text::group(one, args.calls));
        }
        output::line(text::end(&batch, &planned, &args));
    }
    let is_hindered = planned.iter().any(|one| one.is_hindered);
    Ok(if is_hindered {
        Exit::NodeFailed
    } else {
        Exit::Done
    })
}

/// The groups, or the one of a server that is named, with that alone.
fn chosen<'a>(groups: Vec<Group<'a>>, name: Option<&str>) -> Result<Vec<Group<'a>>, Failure> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(groups);
    };
    let known: Vec<&str> = groups
        .iter()
        .flat_map(|group| group.nodes.iter().map(|node| node.name.as_str()))
        .collect();
    if !known.contains(&name) {
        return Err(Failure::usage(format!(
            "--autoinstall: there is no server {name} in the file; {}",
            advice(name, &known)
        )));
    }
    let is_it = |node: &&BatchNode| node.name == name;
    Ok(groups
        .into_iter()
        .filter_map(|mut group| {
            group.nodes.retain(is_it);
            (!group.nodes.is_empty()).then_some(group)
        })
        .collect())
}

async fn plan<'a>(
    group: Group<'a>,
    batch: &Batch,
    config: &Config,
    args: &PlanArgs,
    online: Option<&Online>,
) -> Result<Planned<'a>, Failure> {
    let Some(first) = group.nodes.first().copied() else {
        return Err(Failure::usage("the batch file names no server"));
    };
    // A name is one line; a text of several is the template itself.
    let template = first
        .options
        .get("autoinstall")
        .and_then(Value::as_str)
        .filter(|text| !text.trim_end().contains('\n'))
        .map(str::trim);
    let facts = match online {
        Some(online) => facts::asked(online.cobbler(), &first.target, template).await?,
        None => facts::by_name(&first.target, template, &args.breed, args.release()?),
    };
    let rehearsal = stage::go_through(batch, first, &facts, args.personality()?, config).await?;
    let (said, stopped) = match online {
        Some(online) => online.ask(&group, &rehearsal).await?,
        None => (Vec::new(), false),
    };
    Ok(Planned {
        steps: group::steps(&group, batch, config),
        facts,
        said,
        is_hindered: stopped || rehearsal.error.is_some(),
        first,
        rehearsal,
        group,
    })
}

/// One file as it is; several with a line before each.
fn show_files(planned: &[Planned<'_>]) {
    for one in planned {
        if let Some(error) = &one.rehearsal.error {
            output::note(format!("{}: it would fail: {error}", one.first.name));
        }
        if planned.len() > 1 {
            output::line(format!("# {}: {}", one.group.service, one.first.name));
        }
        output::line(one.rehearsal.autoinstall.trim_end());
    }
}

fn as_json(batch: &Batch, planned: &[Planned<'_>], online: bool) -> Value {
    let group = |one: &Planned<'_>| {
        let steps = one.steps.iter().enumerate();
        let servers = one.group.nodes.iter().map(|node| {
            let [name, controller, hostname, address, boots] = group::own(node);
            json!({
                "name": name, "controller": controller, "hostname": hostname, "address": address,
                "boots": boots,
            })
        });
        json!({
            "service": one.group.service,
            "about": one.group.about,
            "servers": servers.collect::<Vec<_>>(),
            "steps": steps
                .map(|(index, (step, what))| json!({"number": index + 1, "step": step, "what": what}))
                .collect::<Vec<_>>(),
            "profile": one.rehearsal.profile,
            "assumed": one.facts.assumed,
            "cobbler_says": one.said,
            "calls_for": one.first.name,
            "calls": one.rehearsal.parts,
            "autoinstall": one.rehearsal.autoinstall,
            "error": one.rehearsal.error,
        })
    };
    json!({
        "batch": batch.path,
        "cobbler": batch.cobbler.url,
        "cobbler_was_asked": online,
        "groups": planned.iter().map(group).collect::<Vec<_>>(),
    })
}
