//! The inner process: everything that runs, in namespaces of its own.

use std::time::Instant;

use cimc_sim::{Controller, QemuFirmware};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::LabArgs;
use super::files::Folder;
use super::wishes::{COBBLER, wish};
use super::world::{ADDRESS, ADMIN_PORT, COBBLER_PASSWORD, COBBLER_USER, DISTRO, World, address};
use crate::cli::client::Client;
use crate::cli::demo::stay;
use crate::cli::exit::{Exit, Failure, Outcome};
use crate::cli::rollout::{self, Wish};
use crate::cli::sim::lab_name;
use crate::cli::view::{View, summary};
use crate::cli::{Global, fleet, interrupt, output, serve};
use crate::config::{Config, Database, Overrides};

const API_PORT: u16 = 6385;

pub(super) async fn run(global: &Global, args: &LabArgs, folder: &Folder) -> Outcome {
    let stop = interrupt::watch();
    end_with_the_outer_process(stop.clone());
    let config = configuration(global, args, folder)?;
    let key = make_key(folder).await?;
    output::line("Network, Cobbler and servers, in namespaces of their own:");
    let world = tokio::select! {
        world = World::start(args, folder) => world?,
        () = stop.cancelled() => return Ok(Exit::Interrupted),
    };
    let service = serve::start(with_cobbler(global, args, folder, &world, config)?).await?;
    let url = service.api_url();
    output::line(format!(
        "{} virtual servers, Cobbler at http://{ADDRESS}, Ferric's API at {url}{}",
        world.rack.controllers().len(),
        servers(&world)
    ));
    folder.write("ready", url)?;
    let outcome = match Client::new(url) {
        Ok(client) if args.idle => {
            output::line(what_to_try(&client, folder));
            stop.cancelled().await;
            Ok(Exit::Done)
        }
        Ok(client) => install_all(&client, args, folder, &world, &key, &stop).await,
        Err(failure) => Err(failure),
    };
    service.shutdown().await;
    world.rack.shutdown().await;
    outcome
}

/// Its end closes the pipe that is the standard input here. The thread that waits for that ends with
/// the process.
fn end_with_the_outer_process(stop: CancellationToken) {
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        stop.cancel();
    });
}

async fn install_all(
    client: &Client,
    args: &LabArgs,
    folder: &Folder,
    world: &World,
    key: &str,
    stop: &CancellationToken,
) -> Outcome {
    let controllers = world.rack.controllers().iter().enumerate();
    let wishes: Vec<Wish> = controllers.map(|(i, c)| wish(i, c, key)).collect();
    let names: Vec<String> = wishes.iter().map(|wish| wish.node.name.clone()).collect();
    let mut fleet = fleet::follow(client.clone(), None, fleet::INTERVAL);
    let mut view = View::new();
    let started = Instant::now();
    let rollout = rollout::run(client, fleet.clone(), wishes, &mut view, stop).await;
    view.finish();
    if rollout.interrupted {
        output::note("Interrupted; the lab is over.");
        return Ok(Exit::Interrupted);
    }
    let rows = rollout.rows(&names, &fleet.borrow());
    output::line(summary(&rows, started.elapsed().as_secs_f64()));
    if !args.once {
        output::line(what_to_try(client, folder));
        stay(&mut fleet, stop).await;
        output::note("The lab is over.");
        return Ok(Exit::Done);
    }
    let failed = rows.iter().any(|row| !row.is_good);
    Ok(if failed { Exit::NodeFailed } else { Exit::Done })
}

/// The key that opens the installed systems.
async fn make_key(folder: &Folder) -> Result<String, Failure> {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f"])
        .arg(folder.run().join("key"))
        .status()
        .await;
    match made {
        Ok(status) if status.success() => Ok(folder.read("key.pub")?.trim().to_owned()),
        _ => Err(Failure::cannot_start(
            "ssh-keygen made no key; is openssh-client installed?",
        )),
    }
}

fn overrides(args: &LabArgs, folder: &Folder) -> Overrides {
    Overrides::default()
        .set("api.listen", Some(format!("{ADDRESS}:{API_PORT}")))
        // Nobody else reaches this network.
        .set("api.allow_noauth_anywhere", Some(true))
        .set("database.url", Some(Database::sqlite_url(&folder.run())))
        .set(
            "database.state_dir",
            Some(folder.run().display().to_string()),
        )
        .set(
            "conductor.install_silence_limit_seconds",
            Some(args.silence),
        )
        .set("cimc.poll_interval_seconds", Some(0.5))
        .set("cimc.soft_power_off_grace_seconds", Some(15))
}

/// Read before anything is started, so that a wrong setting costs nobody minutes.
fn configuration(global: &Global, args: &LabArgs, folder: &Folder) -> Result<Config, Failure> {
    global.load(overrides(args, folder), true)
}

fn with_cobbler(
    global: &Global,
    args: &LabArgs,
    folder: &Folder,
    world: &World,
    mut config: Config,
) -> Result<Config, Failure> {
    let key = |key: &str| format!("cobbler.{COBBLER}.{key}");
    let overrides = overrides(args, folder)
        .set(&key("url"), Some(world.cobbler_api.clone()))
        .set(&key("username"), Some(COBBLER_USER))
        .set(&key("password"), Some(COBBLER_PASSWORD))
        .set(&key("allow_http"), Some(true));
    config.cobbler = Config::load(global.config.as_deref(), &overrides)?.cobbler;
    Ok(config)
}

/// As people call it.
fn boot_mode(controller: &Controller) -> &'static str {
    match controller.guest().map(|guest| guest.firmware) {
        Some(QemuFirmware::Uefi) => "UEFI",
        Some(QemuFirmware::Bios) | None => "BIOS",
    }
}

/// A line each.
fn servers(world: &World) -> String {
    let controllers = world.rack.controllers().iter().enumerate();
    let lines = controllers.map(|(index, controller)| {
        format!(
            "\n    {}  {}  {}  CIMC {} at {}",
            lab_name(index),
            address(index),
            boot_mode(controller),
            controller.personality().firmware(),
            controller.address()
        )
    });
    lines.collect()
}

/// The namespaces are entered by the process that the folder names.
fn what_to_try(client: &Client, folder: &Folder) -> String {
    let url = client.base();
    let run = folder.run();
    let enter = format!("nsenter --net -t $(cat {}/pid)", run.display());
    format!(
        "\nThe lab's network is its own; in another terminal, as root:\n\n    \
         export OS_AUTH_TYPE=none OS_ENDPOINT={url}\n    \
         {enter} openstack baremetal node list\n    \
         {enter} ssh -i {run}/key root@{first}\n    \
         {enter} curl -s http://{ADDRESS}:{ADMIN_PORT}/machines\n    \
         tail -f {run}/servers/*/serial.log\n\n\
         Cobbler's distro is {DISTRO}. Ctrl-C ends the lab and leaves nothing running.",
        run = run.display(),
        first = address(0),
    )
}
