//! What a rack is to be, and why it didn't start.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use secrecy::SecretString;

use crate::cli::SshError;
use crate::personality::Personality;
use crate::qemu::{QemuError, QemuSpec};
use crate::timing::Timing;
use crate::tls::{Tls, TlsError};

/// One controller to start.
#[derive(Debug, Clone)]
pub struct ControllerSpec {
    /// The firmware and model to play.
    pub personality: &'static Personality,
    /// The address to listen on, if it is another than the rack's.
    pub ip: Option<IpAddr>,
    /// The port to listen on; 0 for any free one.
    pub port: u16,
    /// Which TLS to speak.
    pub tls: Tls,
    /// The port of its command line over SSH, if it shall have one; 0 for any free one.
    pub ssh: Option<u16>,
    /// The QEMU guest behind it; without one, a model machine.
    pub qemu: Option<QemuSpec>,
}

impl ControllerSpec {
    /// A controller on a free port with plain HTTP and without a command line.
    pub fn new(personality: &'static Personality) -> Self {
        Self {
            personality,
            ip: None,
            port: 0,
            tls: Tls::Off,
            ssh: None,
            qemu: None,
        }
    }
}

/// A rack to start. Begin with [`RackSpec::new`] and change what differs.
#[derive(Debug, Clone)]
pub struct RackSpec {
    /// The controllers, one machine each.
    pub controllers: Vec<ControllerSpec>,
    /// The address that controllers listen on, except those with one of their own.
    pub listen_ip: IpAddr,
    /// The number of the first machine: serials and MAC addresses follow from it, so that two
    /// racks with different numbers don't share any.
    pub first_index: u16,
    /// The account that may do everything.
    pub user: String,
    /// Its password.
    pub password: SecretString,
    /// An account that may only read: name and password.
    pub read_only: Option<(String, SecretString)>,
    /// Cobbler's base URL, `http://host:port`; without one every network boot fails. Guests boot
    /// from what DHCP names on their bridge.
    pub cobbler_base: Option<String>,
    /// Whether the model machines begin with a system on their disks, or with empty ones.
    pub installed: bool,
    /// How long things take.
    pub timing: Timing,
    /// How long an install takes.
    pub install_duration: Duration,
    /// The part of it that it varies by at random: 0.1 for plus or minus ten percent.
    pub install_jitter: f64,
    /// Where other processes are told what the machines do and may add faults, if anywhere. Nobody
    /// is asked for a password there.
    pub admin: Option<SocketAddr>,
}

impl RackSpec {
    /// A rack on the loopback address with real-time durations, user `admin` and `password`.
    pub fn new(controllers: Vec<ControllerSpec>) -> Self {
        Self {
            controllers,
            listen_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            first_index: 0,
            user: "admin".to_owned(),
            password: SecretString::from("password"),
            read_only: None,
            cobbler_base: None,
            installed: false,
            timing: Timing::default(),
            install_duration: Duration::from_secs(300),
            install_jitter: 0.1,
            admin: None,
        }
    }
}

/// Why a rack didn't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port can't be listened on: choose another, or 0.
    #[error("listening on {address} failed")]
    Listen {
        /// The address that was tried.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// No certificate could be made.
    #[error("a controller with TLS can't start")]
    Tls(#[from] TlsError),
    /// No SSH server could be made.
    #[error("a controller with a command line can't start")]
    Ssh(#[from] SshError),
    /// A QEMU guest can't be had.
    #[error("the guest behind {name} can't be had")]
    Qemu {
        /// The controller.
        name: String,
        /// Why.
        #[source]
        source: QemuError,
    },
    /// The machines' HTTP client can't be made.
    #[error("making the machines' HTTP client failed")]
    Client(#[from] reqwest::Error),
}
