//! User data and configdrive: where cloud-init finds them, and without it as a script.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::{END, Script};
use crate::drivers::cobbler::InstallRequest;
use crate::drivers::cobbler::request::{ConfigDrive, is_script};
use crate::model::Node;

/// Where cloud-init's data sources `NoCloud` and `ConfigDrive` look besides for disks.
const NO_CLOUD: &str = "/var/lib/cloud/seed/nocloud";
const CONFIG_DRIVE: &str = "/var/lib/cloud/seed/config_drive/openstack/latest";

/// What cloud-init would otherwise do to a system that the installer has set up: look for other
/// sources (Ubuntu's installer leaves a file that allows none), make its own network, forbid root
/// the keys that root was given, and, but for the Red Hat family, cut the domain off the host name.
fn settings(source: &str) -> String {
    format!(
        "# Written by Ferric.\ndatasource_list: [{source}, None]\nnetwork: {{config: disabled}}\ndisable_root: false\n\
         prefer_fqdn_over_hostname: true\n"
    )
}

/// Read last of the folder: a hyphen, as in Ubuntu's 99-installer.cfg, sorts before an underscore.
const SETTINGS: &str = "/etc/cloud/cloud.cfg.d/99_ferric.cfg";

pub(super) fn add(script: &mut Script, node: &Node, request: &InstallRequest) {
    match &request.config_drive {
        // instance_info/user_data is the nearer of the two.
        Some(ConfigDrive::Parts {
            meta_data,
            user_data,
            network_data,
            vendor_data,
        }) => {
            let user_data = request.user_data.as_ref().or(user_data.as_ref());
            let mut put = |file: &str, text: String| {
                script.put(&format!("{CONFIG_DRIVE}/{file}"), 600, text.as_bytes());
            };
            put("meta_data.json", complete(meta_data, node, request));
            for (file, data) in [
                ("network_data.json", network_data),
                ("vendor_data.json", vendor_data),
            ] {
                if let Some(data) = data {
                    put(file, data.to_string());
                }
            }
            if let Some(user_data) = user_data {
                put("user_data", user_data.expose_secret().to_owned());
                run(script, user_data, &format!("{CONFIG_DRIVE}/user_data"));
            }
            script.put(SETTINGS, 644, settings("ConfigDrive").as_bytes());
        }
        Some(ConfigDrive::Image(image)) => {
            from_image(script, image);
            if let Some(user_data) = &request.user_data {
                let file = format!("{CONFIG_DRIVE}/user_data");
                script.put(&file, 600, user_data.expose_secret().as_bytes());
                run(script, user_data, &file);
            } else {
                run_if_script(script);
            }
            script.put(SETTINGS, 644, settings("ConfigDrive").as_bytes());
        }
        None => {
            let Some(user_data) = &request.user_data else {
                return;
            };
            let meta = json!({"instance-id": node.uuid, "local-hostname": request.hostname});
            let file = format!("{NO_CLOUD}/user-data");
            script.put(&file, 600, user_data.expose_secret().as_bytes());
            // JSON is YAML.
            script.put(
                &format!("{NO_CLOUD}/meta-data"),
                644,
                format!("{meta}\n").as_bytes(),
            );
            script.put(SETTINGS, 644, settings("NoCloud").as_bytes());
            run(script, user_data, &file);
        }
    }
}

/// What cloud-init's `ConfigDrive` needs and a client may have left out.
fn complete(meta_data: &Map<String, Value>, node: &Node, request: &InstallRequest) -> String {
    let mut meta = meta_data.clone();
    for (key, value) in [
        ("uuid", json!(node.uuid)),
        ("hostname", json!(request.hostname)),
        ("name", json!(request.hostname)),
    ] {
        meta.entry(key).or_insert(value);
    }
    Value::Object(meta).to_string()
}

/// The files of an ISO image.
fn from_image(script: &mut Script, image: &SecretString) {
    script.line("drive=$(mktemp -d)");
    script.text_document(
        &format!("base64 -d <<'{END}' | gunzip >\"$drive/iso\""),
        image.expose_secret(),
    );
    script.line(
        "mkdir \"$drive/files\"\n\
         mount -o loop,ro \"$drive/iso\" \"$drive/files\" || {\n    \
         echo 'the configdrive cannot be read: its ISO image cannot be mounted here' >&2\n    \
         exit 1\n}",
    );
    script.line(&format!(
        "mkdir -p \"$root{CONFIG_DRIVE}\"\n\
         chmod 700 \"$root{CONFIG_DRIVE}\"\n\
         cp -R \"$drive/files/openstack/latest/.\" \"$root{CONFIG_DRIVE}\"\n\
         umount \"$drive/files\"\n\
         rm -rf \"$drive\""
    ));
}

/// Runs user data that is a script, where no cloud-init will.
fn run(script: &mut Script, user_data: &SecretString, file: &str) {
    if is_script(user_data) {
        script.line(&format!(
            "# Without cloud-init nobody else would run it.\n\
             command -v cloud-init >/dev/null 2>&1 || {{\n    \
             chmod 700 \"$root{file}\"\n    \
             \"$root{file}\"\n}}"
        ));
    }
}

/// The same where only the node sees what the user data is.
fn run_if_script(script: &mut Script) {
    let file = format!("{CONFIG_DRIVE}/user_data");
    script.line(&format!(
        "# Without cloud-init nobody else would run it.\n\
         if ! command -v cloud-init >/dev/null 2>&1 && [ \"$(head -c 2 \"$root{file}\" 2>/dev/null)\" = '#!' ]; then\n    \
         chmod 700 \"$root{file}\"\n    \
         \"$root{file}\"\nfi"
    ));
}
