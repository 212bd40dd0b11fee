//! Which releases, and what is asked for.

/// A distro as Cobbler knows it.
pub(crate) struct Release {
    pub(crate) distro: &'static str,
    pub(crate) breed: &'static str,
    pub(crate) os_version: &'static str,
    /// What the validators go by.
    pub(crate) extension: &'static str,
}

impl Release {
    /// A template of a customer's, for the families where ours takes it in.
    pub(crate) fn customers(&self) -> Option<&'static str> {
        match self.breed {
            "redhat" => Some(CUSTOMERS_KICKSTART),
            "debian" => Some(CUSTOMERS_PRESEED),
            _ => None,
        }
    }
}

const fn release(
    distro: &'static str,
    breed: &'static str,
    os_version: &'static str,
    extension: &'static str,
) -> Release {
    Release {
        distro,
        breed,
        os_version,
        extension,
    }
}

pub(crate) const RELEASES: &[Release] = &[
    release("el6", "redhat", "rhel6", "ks"),
    release("el7", "redhat", "rhel7", "ks"),
    release("el8", "redhat", "rhel8", "ks"),
    release("el9", "redhat", "rhel9", "ks"),
    // Cobbler 3.3.10 knows no newer one.
    release("el10", "redhat", "rhel9", "ks"),
    release("debian10", "debian", "buster", "seed"),
    release("debian11", "debian", "bullseye", "seed"),
    release("debian12", "debian", "bookworm", "seed"),
    release("debian13", "debian", "trixie", "seed"),
    release("ubuntu2004", "ubuntu", "focal", "cloud-config"),
    release("ubuntu2204", "ubuntu", "jammy", "cloud-config"),
    release("ubuntu2404", "ubuntu", "noble", "cloud-config"),
    release("ubuntu2604", "ubuntu", "resolute", "cloud-config"),
];

/// The distro that the tests' real Cobbler and, unasked, the simulated one have, under each breed:
/// how a template is rendered does not depend on that.
pub(crate) const OF_REAL_COBBLER: &[Release] = &[
    release("el9-x86_64", "redhat", "rhel9", "ks"),
    release("el9-x86_64", "debian", "bookworm", "seed"),
    release("el9-x86_64", "ubuntu", "jammy", "cloud-config"),
];

/// Name, breeds, `instance_info`.
pub(crate) const REQUESTS: &[(&str, &str, &str)] = &[
    ("plain", "redhat debian ubuntu", "{}"),
    (
        "packages",
        "redhat debian ubuntu",
        r##"{"packages": ["nginx", "chrony"], "time_zone": "Europe/Berlin", "proxy": "http://proxy.lab:3128",
            "user_data": "#cloud-config\n", "ssh_keys": ["ssh-ed25519 AAAA ops"]}"##,
    ),
    (
        "groups",
        "redhat",
        r#"{"packages": ["@development", "-kexec-tools", "glibc.i686"], "proxy": "http://proxy.lab:3128",
            "repos": ["http://repo.lab/extra", "https://repo.lab/more"]}"#,
    ),
    (
        "repos",
        "debian ubuntu",
        r#"{"repos": ["http://repo.lab/debian stable main contrib", "http://repo.lab/x ./"]}"#,
    ),
    (
        "disk",
        "redhat debian ubuntu",
        r#"{"disks": ["/dev/sda"], "address": "10.8.0.40/24", "gateway": "10.8.0.1",
            "name_servers": ["10.8.0.2", "10.8.0.3"], "domain": "lab.example"}"#,
    ),
    (
        "bond",
        "redhat debian ubuntu",
        r#"{"bond": {"interfaces": ["eno1", "eno2"], "mode": "802.3ad"}, "vlan": 100,
            "address": "10.8.0.40/24", "gateway": "10.8.0.1"}"#,
    ),
    ("vlan", "redhat debian ubuntu", r#"{"vlan": 7}"#),
];

const CUSTOMERS_KICKSTART: &str = "\
# the customer's own, for $hostname
lang en_US.UTF-8
keyboard us
timezone UTC --utc
rootpw --iscrypted !
url --url=$tree
clearpart --all --initlabel
autopart
reboot
%packages
@core
%end
%post
#raw
echo \"$HOME\"
#end raw
%end
";

const CUSTOMERS_PRESEED: &str = "\
# the customer's own, for $hostname
d-i debian-installer/locale string en_US.UTF-8
d-i preseed/late_command string echo theirs > /target/root/theirs; \\
  in-target true
d-i finish-install/reboot_in_progress note
";
