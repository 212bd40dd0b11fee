//! The first-boot hook: a service of the installed system that reports once that it has booted from
//! disk, and removes itself. Release 6 of the Red Hat family has no systemd and gets it by `rc.local`.

use super::Script;

/// The report functions that the installers' hooks have too.
const FUNCTIONS: &str = include_str!("../autoinstall/functions.sh");
const BODY: &str = include_str!("first_boot.sh");

/// The service waits for the network, and nothing waits for the service.
const UNIT: &str = "\
[Unit]
Description=Report of the first boot to the service that installed this system
Wants=network-online.target
After=network-online.target
ConditionPathExists=/etc/ferric-first-boot

[Service]
ExecStart=/bin/sh /usr/local/sbin/ferric-first-boot

[Install]
WantedBy=multi-user.target
";

/// Adds it. The script is given the node's link; without one, or where it can't be set up, the
/// installation goes on without the hook.
pub(super) fn add(script: &mut Script) {
    script.line("first_boot() {");
    script.line("(umask 077 && printf '%s\\n' \"$1\" >\"$root/etc/ferric-first-boot\") || return");
    let text = format!("#!/bin/sh\n{FUNCTIONS}{BODY}");
    script.put("/usr/local/sbin/ferric-first-boot", 700, text.as_bytes());
    script.line("if [ -d \"$root/etc/systemd/system\" ]; then");
    script.put(
        "/etc/systemd/system/ferric-first-boot.service",
        644,
        UNIT.as_bytes(),
    );
    script.line(ENABLE);
}

const ENABLE: &str = r#"mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -sf ../ferric-first-boot.service "$root/etc/systemd/system/multi-user.target.wants/ferric-first-boot.service"
elif [ -f "$root/etc/rc.d/rc.local" ]; then
echo '/usr/local/sbin/ferric-first-boot &' >>"$root/etc/rc.d/rc.local"
fi
}
if [ -n "${1:-}" ]; then
    first_boot "$1" || :
fi"#;
