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

/// What `http://server/cblr/svc/op/trig/mode/pre/system/NAME` of a template comes to; needs no login.
async fn trigger(lab: &Lab, mode: &str, name: &str) {
    let params: String = [mode, "system", name, "192.0.2.11"]
        .iter()
        .map(|text| format!("<param><value><string>{text}</string></value></param>"))
        .collect();
    let call = format!(
        "<?xml version='1.0'?><methodCall><methodName>run_install_triggers</methodName>\
         <params>{params}</params></methodCall>"
    );
    let request = reqwest::Client::new()
        .post(&lab.config.url)
        .header("content-type", "text/xml")
        .body(call);
    let answer = request.send().await.expect("an answer");
    let text = answer.text().await.expect("a text");
    assert!(text.contains("<boolean>1</boolean>"), "{text}");
}
