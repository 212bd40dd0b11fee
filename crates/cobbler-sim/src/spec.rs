//! What a simulated Cobbler is started with.

use crate::knobs::SimFault;
use crate::release::Release;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::time::Duration;

/// The settings of a simulator. The default is what most tests want: 3.3.10 on a free port of
/// loopback, user and password `cobbler`, three distros, no faults, no delay.
#[derive(Debug, Clone)]
pub struct SimSpec {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Which release to behave as.
    pub release: Release,
    /// The only user.
    pub username: String,
    /// That user's password.
    pub password: SecretString,
    /// Distros to begin with; each gets a profile of the same name.
    pub distros: Vec<DistroSeed>,
    /// `host` or `host:port` that rendered kickstarts name as `$http_server`; the listening
    /// address if not given.
    pub advertised: Option<String>,
    /// How long each XML-RPC call takes beside its own work.
    pub latency: Duration,
    /// Life of a token; Cobbler's default is 3600 s. In 3.x it ends only when somebody calls
    /// `token_check`; in 2.x each call ends the old ones and renews its own.
    pub token_ttl: Duration,
    /// Whether `disable_netboot` and `op/nopxe` do anything (`pxe_just_once`, on by default).
    pub pxe_just_once: bool,
    /// Whether this Cobbler manages a DHCP server (`manage_dhcp`, off by default).
    pub manage_dhcp: bool,
    /// Faults from the start, each with how often it strikes (`None`: until cleared).
    pub faults: Vec<(SimFault, Option<u32>)>,
}

impl Default for SimSpec {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            release: Release::default(),
            username: "cobbler".to_owned(),
            password: SecretString::from("cobbler"),
            distros: DistroSeed::defaults(),
            advertised: None,
            latency: Duration::ZERO,
            token_ttl: Duration::from_secs(3600),
            pxe_just_once: true,
            manage_dhcp: false,
            faults: Vec::new(),
        }
    }
}

impl SimSpec {
    /// The same for another release; `pxe_just_once` is as that release has it after an
    /// installation: off in 2.x.
    pub fn of(release: Release) -> Self {
        Self {
            release,
            pxe_just_once: release >= Release::V3_1_2,
            ..Self::default()
        }
    }
}

/// A distro to begin with.
#[derive(Debug, Clone)]
pub struct DistroSeed {
    /// Name of the distro and of its profile.
    pub name: String,
    /// `redhat`, `debian`, `ubuntu` and so on.
    pub breed: String,
    /// Cobbler's name of the version, for example `rhel8`.
    pub os_version: String,
    /// Kernel, as an absolute path on the server.
    pub kernel: String,
    /// Initial RAM disk, as an absolute path on the server.
    pub initrd: String,
    /// Template of the profile.
    pub autoinstall: String,
    /// Metadata of the distro, for example `tree`.
    pub meta: Vec<(String, String)>,
}

impl DistroSeed {
    /// A distro whose files lie where `cobbler import` puts them.
    pub fn new(name: &str, breed: &str, os_version: &str) -> Self {
        let (kernel, initrd, autoinstall) = match breed {
            "debian" | "ubuntu" => ("linux", "initrd.gz", "sample.seed"),
            _ => ("vmlinuz", "initrd.img", "sample.ks"),
        };
        let path = |file: &str| format!("/var/www/cobbler/distro_mirror/{name}/{file}");
        Self {
            name: name.to_owned(),
            breed: breed.to_owned(),
            os_version: os_version.to_owned(),
            kernel: path(kernel),
            initrd: path(initrd),
            autoinstall: autoinstall.to_owned(),
            meta: Vec::new(),
        }
    }

    /// `el9-x86_64`, `debian12-x86_64` and `ubuntu2204-x86_64`.
    pub fn defaults() -> Vec<Self> {
        vec![
            Self::new("el9-x86_64", "redhat", "rhel8"),
            Self::new("debian12-x86_64", "debian", "bullseye"),
            Self::new("ubuntu2204-x86_64", "ubuntu", "focal"),
        ]
    }
}
