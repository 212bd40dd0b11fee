//! What installers tell Cobbler itself.

use cobbler_client::InstallLog;

use crate::lab::{DISTRO, Lab, system_spec};

pub(crate) async fn calls_of_the_install_triggers_are_read_by_system_name(lab: Lab) {
    let cobbler = &lab.cobbler;
    let system = system_spec(DISTRO);
    cobbler.ensure_system(&system).await.expect("made");
    let of_ours = async || {
        let log = cobbler.install_log().await.expect("readable");
        log.get(&system.name).copied().unwrap_or_default()
    };
    assert_eq!(of_ours().await, InstallLog::default());

    trigger(&lab, "pre", &system.name).await;
    let begun = of_ours().await;
    assert!(
        begun.started.is_some() && begun.ended.is_none(),
        "{begun:?}"
    );
    trigger(&lab, "post", &system.name).await;
    let done = of_ours().await;
    assert_eq!(done.started, begun.started);
    assert!(done.ended >= done.started, "{done:?}");
    cobbler.remove_system(&system.name).await.expect("gone");
}

/// As templates do: `wget http://server/cblr/svc/op/trig/mode/pre/system/NAME`.
async fn trigger(lab: &Lab, mode: &str, name: &str) {
    let base = lab.config.url.trim_end_matches("/cobbler_api");
    let url = format!("{base}/cblr/svc/op/trig/mode/{mode}/system/{name}");
    let answer = reqwest::get(&url).await.expect("an answer");
    assert!(answer.status().is_success(), "{answer:?}");
}
