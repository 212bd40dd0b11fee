//! `ferric sim cimc`: controllers of one firmware.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cimc_sim::{Controller, RackSpec, Timing, Tls};
use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{guests, places, rack, replay};
use crate::cli::exit::{Exit, Failure, Outcome};
use crate::cli::output;

#[derive(Debug, Args)]
pub(in crate::cli) struct CimcArgs {
    /// Address and port of the first controller; the others follow. Port 0: free ports
    #[arg(long, value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The firmware to play, or `mix`
    #[arg(long, value_name = "V", required_unless_present = "replay")]
    firmware: Option<String>,
    /// Address and port of the first controller's command line over SSH; the others follow. Port 0: free
    /// ports. Without it there is none
    #[arg(long, value_name = "ADDR:PORT")]
    ssh_listen: Option<SocketAddr>,
    /// Answer as the controller did whose transcript this is (`ferric probe --record FILE`)
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["firmware", "ssh_listen", "count", "tls", "backend", "cobbler", "install_seconds", "admin"]
    )]
    replay: Option<PathBuf>,
    /// How many controllers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    count: u16,
    /// How many of them on one address; the others are on the addresses that follow
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    per_address: Option<u16>,
    /// Speak TLS as that firmware does, with a self-signed certificate
    #[arg(long)]
    tls: bool,
    /// The account that may do everything
    #[arg(long, default_value = "admin")]
    user: String,
    /// Its password
    #[arg(long, default_value = "password")]
    password: String,
    /// What is behind the controllers
    #[arg(long, value_enum, default_value_t = Backend::Model)]
    backend: Backend,
    /// The base URL of the Cobbler that machines boot from, e.g. `http://127.0.0.1:8080`
    #[arg(long, value_name = "URL")]
    cobbler: Option<String>,
    /// How long an install takes
    #[arg(long, value_name = "S", default_value_t = 300.0)]
    install_seconds: f64,
    /// The machines have a system on their disks, which boots and obeys the power button
    #[arg(long)]
    installed: bool,
    /// How long a controller works on each request, while the others wait in its queue
    #[arg(long, value_name = "S", default_value = "0", value_parser = time)]
    answer_delay: Duration,
    /// The pace of the hardware: 0.01 for a hundredth of its usual times
    #[arg(long, value_name = "F", default_value_t = 1.0, value_parser = factor)]
    time_factor: f64,
    /// Where to tell what the machines do and to take faults: GET /machines, POST /faults
    #[arg(long, value_name = "ADDR:PORT")]
    admin: Option<SocketAddr>,
    /// A file to write the list of controllers to, as JSON
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    // Last, as its heading is over all that follows.
    #[command(flatten)]
    qemu: guests::QemuArgs,
}

/// A length of time in seconds.
fn time(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse()
        .map_err(|_| "write seconds, e.g. 0.7".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("{seconds} is no length of time"))
}

fn factor(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(factor) if factor > 0.0 && factor <= 1000.0 => Ok(factor),
        _ => Err("it must be a number above 0, e.g. 0.01".to_owned()),
    }
}

/// What a controller switches on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Backend {
    /// Machines that are played in this process
    Model,
    /// QEMU guests
    Qemu,
}

pub(super) async fn run(args: CimcArgs, stop: &CancellationToken) -> Outcome {
    if let Some(file) = &args.replay {
        return replay::run(file, args.listen, args.user, args.password.into(), stop).await;
    }
    if args.tls && !Tls::CAN_AGE {
        output::note(
            "this build can't play the TLS of old firmware (--features legacy-tls can): all \
             controllers speak TLS 1.2 and 1.3",
        );
    }
    let firmware = args.firmware.as_deref().unwrap_or(rack::MIX);
    let count = usize::from(args.count);
    let mut controllers = rack::controllers(firmware, count)?;
    let places = places::places(args.listen, count, args.per_address)?;
    for (controller, place) in controllers.iter_mut().zip(places) {
        controller.tls = if args.tls { Tls::Aged } else { Tls::Off };
        controller.ip = Some(place.ip());
        controller.port = place.port();
    }
    if let Some(ssh) = args.ssh_listen {
        if ssh.ip() != args.listen.ip() {
            return Err(Failure::usage(format!(
                "--ssh-listen: a controller has one address; write {}",
                SocketAddr::new(args.listen.ip(), ssh.port())
            )));
        }
        let places = places::places(ssh, count, args.per_address)?;
        for (controller, place) in controllers.iter_mut().zip(places) {
            controller.ssh = Some(place.port());
        }
    }
    if args.backend == Backend::Qemu {
        let unfit = [
            ("--cobbler", args.cobbler.is_some()),
            ("--installed", args.installed),
        ];
        if let Some((flag, _)) = unfit.iter().find(|(_, given)| *given) {
            return Err(Failure::usage(format!(
                "{flag} is for model machines: QEMU guests boot from what DHCP names on their \
                 bridge, and from what is on their disks"
            )));
        }
        for controller in &mut controllers {
            controller.qemu = args.qemu.spec();
        }
    }
    let rack = rack::start_rack(RackSpec {
        listen_ip: args.listen.ip(),
        user: args.user,
        password: args.password.into(),
        cobbler_base: args.cobbler,
        installed: args.installed,
        install_duration: seconds(args.install_seconds)?,
        timing: Timing {
            answer: args.answer_delay,
            ..Timing::default().scaled(args.time_factor)
        },
        admin: args.admin,
        ..RackSpec::new(controllers)
    })
    .await?;
    if let Some(file) = &args.out {
        write_list(file, rack.controllers()).map_err(|error| {
            Failure::cannot_start(format!(
                "--out: {} can't be written: {error}",
                file.display()
            ))
        })?;
    }
    for controller in rack.controllers() {
        let personality = controller.personality();
        output::line(format!(
            "{}  {}  {}  {}",
            controller.url(),
            personality.firmware(),
            personality.model(),
            controller.serial()
        ));
        if let (Some(ssh), Some(key)) = (controller.ssh_address(), controller.ssh_fingerprint()) {
            output::line(format!("  ssh -p {} {}  {key}", ssh.port(), ssh.ip()));
        }
    }
    if let Some(admin) = rack.admin_address() {
        output::line(format!(
            "machines: http://{admin}/machines  faults: http://{admin}/faults"
        ));
    }
    stop.cancelled().await;
    rack.shutdown().await;
    Ok(Exit::Done)
}

/// One controller in the list that is written for scripts.
#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    url: String,
    address: String,
    firmware: &'a str,
    model: &'a str,
    serial: &'a str,
    macs: &'a [String],
}

fn write_list(file: &Path, controllers: &[Controller]) -> std::io::Result<()> {
    let list: Vec<_> = controllers
        .iter()
        .map(|controller| Listed {
            name: controller.name(),
            url: controller.url(),
            address: controller.address(),
            firmware: controller.personality().firmware(),
            model: controller.personality().model(),
            serial: controller.serial(),
            macs: controller.macs(),
        })
        .collect();
    std::fs::write(file, serde_json::to_vec_pretty(&list)?)
}

/// A length of time from a flag.
pub(in crate::cli) fn seconds(seconds: f64) -> Result<Duration, Failure> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        Failure::usage(format!(
            "--install-seconds: {seconds} is no length of time; write e.g. 12"
        ))
    })
}
