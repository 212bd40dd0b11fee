//! Good and bad batch files.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;

fn environment() -> Environment {
    [
        ("COBBLER_PASSWORD", "cobbler-secret"),
        ("CIMC_PASSWORD", "cimc-secret"),
    ]
    .into_iter()
    .collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/batch/fixtures")
        .join(name)
}

fn load(name: &str) -> Result<Batch, BatchError> {
    Batch::load_with(&fixture(name), &environment())
}

/// What is wrong with a text, one line each, with `lab.yaml` for the file.
fn problems(text: &str) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lab.yaml");
    std::fs::write(&path, text).unwrap();
    let message = Batch::load_with(&path, &environment())
        .unwrap_err()
        .to_string();
    let directory = format!("{}/", directory.path().display());
    message
        .lines()
        .map(|line| line.replace(&directory, ""))
        .collect()
}

const HEAD: &str = "\
cobbler: {url: https://c/cobbler_api, username: u, password: p}
defaults: {cimc: {username: admin, password: p}}
services: {web: {distro: el9}}
";

fn with_nodes(nodes: &str) -> Vec<String> {
    problems(&format!("{HEAD}nodes:\n{nodes}"))
}

#[test]
fn the_documented_file_gives_thirteen_servers() {
    let batch = load("lab.yaml").unwrap();
    assert_eq!(batch.cobbler.url, "https://cobbler.lab/cobbler_api");
    assert_eq!(batch.cobbler.password.expose_secret(), "cobbler-secret");
    assert_eq!(batch.nodes.len(), 13);
    let web12 = &batch.nodes[11];
    assert_eq!(
        (web12.name.as_str(), web12.cimc.address.as_str()),
        ("web12", "10.9.1.22")
    );
    assert_eq!(web12.packages, ["nginx", "chrony"]);
    assert_eq!(web12.line, 7);
    assert!(!format!("{batch:?}").contains("-secret"));
}

#[test]
fn a_node_becomes_what_ironic_s_api_takes() {
    let batch = load("lab.yaml").unwrap();
    let db01 = &batch.nodes[12];
    assert_eq!(
        db01.create_body("lab"),
        json!({
            "name": "db01",
            "driver": "cisco-ucs-standalone",
            "driver_info": {
                "cimc_address": "10.9.1.40",
                "cimc_username": "admin",
                "cimc_password": "cimc-secret",
                "cobbler": "lab",
            },
            "resource_class": "baremetal",
            "extra": {"service": "db"},
        })
    );
    let user_data = std::fs::read_to_string(fixture("files/db.yaml")).unwrap();
    assert_eq!(
        serde_json::Value::from(db01.instance_info()),
        json!({
            "cobbler_distro": "el9-x86_64",
            "packages": ["postgresql-server"],
            "service": "db",
            "hostname": "db01",
            "domain": "lab.example",
            "address": "10.8.0.40/24",
            "ssh_keys": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE5vdEFLZXk operator@lab"],
            "user_data": user_data,
            "user_data_sha256": "791c55283e4c0c16b0217c3a647090cd8ef2ce6739835aa50c123434f5ec0699",
        })
    );
    assert!(
        db01.instance_info()
            .keys()
            .all(|key| key == "user_data" || REPEATABLE.contains(&key.as_str()))
    );
}

#[test]
fn every_setting_of_a_node_reaches_the_api() {
    let batch = load("full.yaml").unwrap();
    let node = &batch.nodes[1];
    assert_eq!(node.port_bodies("u")[0]["address"], "00:25:b5:00:00:0a");
    assert_eq!(node.port_bodies("u")[0]["pxe_enabled"], true);
    assert_eq!(node.port_bodies("u")[1]["pxe_enabled"], false);
    let driver_info = node.driver_info("lab");
    assert_eq!(driver_info["cimc_protocol"], "http");
    assert_eq!(driver_info["cimc_port"], 8080);
    assert_eq!(driver_info["cimc_verify_ca"], false);
    assert_eq!(driver_info["cimc_tls"], "legacy");
    assert_eq!(driver_info["cimc_cli"], "auto");
    assert_eq!(driver_info["cimc_ssh_port"], 2222);
    assert!(
        driver_info["cimc_ssh_fingerprint"]
            .as_str()
            .unwrap()
            .starts_with("SHA256:")
    );
    let instance_info = node.instance_info();
    assert_eq!(instance_info["cobbler_distro"], "el9-x86_64");
    assert_eq!(
        instance_info["packages"],
        json!(["chrony", "nginx", "tmux"])
    );
    assert_eq!(instance_info["hostname"], "www2");
    assert_eq!(instance_info["gateway"], "10.8.0.1");
    assert_eq!(
        instance_info["name_servers"],
        json!(["10.8.0.2", "10.8.0.3"])
    );
    assert_eq!(instance_info["kernel_options"], "console=ttyS0 inst.sshd");
    assert_eq!(
        instance_info["user_data"],
        "#cloud-config\nruncmd: [true]\n"
    );
    assert_eq!(batch.cobbler.password.expose_secret(), "from-a-file");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let error = load("bad.yaml").unwrap_err().to_string();
    let directory = format!(
        "{}/",
        fixture("").display().to_string().trim_end_matches('/')
    );
    let shown: Vec<String> = error
        .lines()
        .map(|line| line.replace(&directory, ""))
        .collect();
    let expected = std::fs::read_to_string(fixture("bad.expected")).unwrap();
    assert_eq!(
        shown,
        expected.lines().collect::<Vec<_>>(),
        "\n{}",
        shown.join("\n")
    );
}

#[test]
fn how_a_server_is_installed_reaches_the_api() {
    let batch = load("options.yaml").unwrap();
    let info = batch.nodes[0].instance_info();
    assert_eq!(
        serde_json::Value::from(info.clone()),
        json!({
            "cobbler_distro": "el9-x86_64", "service": "web", "hostname": "web1",
            "repos": ["http://repo.lab/extra"], "proxy": "http://proxy.lab:3128",
            "time_zone": "Europe/Berlin", "partitioning": "plain", "disks": ["sdb"],
            "bond": {"interfaces": ["eno1", "eno2"], "mode": "802.3ad"}, "vlan": 100,
            "root_password": "from-a-file",
        })
    );
    assert!(!format!("{:?}", batch.nodes[0]).contains("from-a-file"));
    let own = batch.nodes[1].instance_info();
    assert_eq!(own["autoinstall"], "text\nreboot\n");
    let theirs = batch.nodes[2].instance_info();
    assert_eq!(theirs["cobbler_profile"], "their-profile");
}

#[test]
fn what_an_installer_can_t_be_told_is_refused() {
    let shown = with_nodes(
        "  a:\n    cimc: {address: 10.9.1.1}\n    service: web\n    proxy: proxy.lab\n    \
         repos: ['http://u:p@repo.lab']\n    disks: ['sda; reboot']\n    time_zone: '1'\n    \
         vlan: 5000\n    bond: {mode: fast}\n    partitioning: zfs\n    autoinstall: absent.ks\n",
    )
    .join("\n");
    for key in [
        "proxy",
        "repos",
        "disks",
        "time_zone",
        "vlan",
        "bond",
        "bond.mode",
        "partitioning",
        "autoinstall",
    ] {
        assert!(
            shown.contains(&format!("nodes.a.{key}: ")),
            "{key}: {shown}"
        );
    }
    assert!(!shown.contains("u:p"), "{shown}");
}

#[test]
fn packages_beside_a_profile_of_cobbler_s_are_refused() {
    let shown = problems(
        "cobbler: {url: https://c/cobbler_api, username: u, password: p}\n\
         defaults: {cimc: {username: admin, password: p}}\n\
         services: {web: {profile: theirs, packages: [nginx]}}\n\
         nodes: {a: {cimc: {address: 10.9.1.1}, service: web}}\n",
    );
    assert_eq!(
        shown,
        [
            "lab.yaml:4: nodes.a.packages: has no effect with the profile theirs, which is taken as it \
          is; leave one of the two out"
        ]
    );
}

#[test]
fn ranges_have_to_be_equally_long() {
    assert_eq!(
        with_nodes("  web[01-03]: {cimc: {address: '10.9.1.[11-12]'}, service: web}\n"),
        [
            "lab.yaml:5: nodes.web[01-03].cimc.address: 10.9.1.[11-12] stands for 2 and web[01-03] \
             for 3; give both the same number"
        ]
    );
}

#[test]
fn a_name_in_two_rows_is_reported_with_both_lines() {
    let shown = with_nodes(
        "  web[1-3]: {cimc: {address: '10.9.1.[1-3]'}, service: web}\n  \
         web2: {cimc: {address: 10.9.1.9}, service: web}\n",
    );
    assert_eq!(
        shown,
        ["lab.yaml:6: nodes.web2: line 5 has this node already; keep one of them"]
    );
}

#[test]
fn the_same_key_twice_is_refused_with_its_line() {
    let shown = with_nodes(
        "  a: {cimc: {address: 10.9.1.1}, service: web}\n  a: {cimc: {address: 10.9.1.2}}\n",
    );
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].starts_with("lab.yaml:6: "), "{shown:?}");
}

#[test]
fn text_that_is_no_yaml_is_refused_with_its_line() {
    let shown = problems("cobbler: {url: x\nnodes: [");
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].contains("this is not YAML"), "{shown:?}");
    assert!(problems("")[0].contains("is missing"));
    assert!(problems("- a\n")[0].contains("is a list; write a mapping"));
}

#[test]
fn a_password_that_is_a_number_has_to_be_quoted_and_is_not_shown() {
    let shown =
        with_nodes("  a: {cimc: {address: 10.9.1.1, password: 0042}, service: web}\n").join("\n");
    assert!(
        shown.contains("nodes.a.cimc.password: is a number; put it in quotes"),
        "{shown}"
    );
    assert!(!shown.contains("42"), "{shown}");
}
