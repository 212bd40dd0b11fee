//! What a CIMC does when a cleaning or a service asks for it.

use cimc_sim::Event;
use ferric::states::ProvisionState as State;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Lab;

use super::Bench;

async fn bench(firmware: &str) -> Bench {
    Bench::on(Lab::of_firmware(&[firmware]).await.unwrap()).await
}

fn clean(steps: Value) -> Value {
    json!({"target": "clean", "clean_steps": steps})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cleaning_sets_mode_device_and_light_restarts_the_controller_and_keeps_the_server_running()
 {
    let bench = bench("4.1(3i)").await;
    let node = bench.server().await;
    let controller = &bench.lab.rack.controllers()[0];
    let led = async || {
        let path = format!("nodes/{}/management/indicators/led@chassis", node.uuid);
        bench.call(Method::GET, &path, Value::Null).await.1["state"].clone()
    };
    let steps = json!([
        {"interface": "management", "step": "set_locator_led", "args": {"state": "on"}},
        {"interface": "management", "step": "set_boot_mode", "args": {"boot_mode": "uefi"}},
        {"interface": "management", "step": "set_boot_device", "args": {"boot_device": "disk", "persistent": true}},
        {"interface": "bios", "step": "cache_bios_settings"},
        {"interface": "power", "step": "power_on"},
        {"interface": "power", "step": "hold"},
        {"interface": "management", "step": "set_locator_led", "args": {"state": "off"}},
        {"interface": "management", "step": "reset_bmc"},
    ]);
    bench.provision(&node, clean(steps)).await;
    let held = bench.comes_to(&node, "clean hold").await;
    assert_eq!(held["boot_mode"], "uefi");
    assert_eq!(led().await, "on");
    let path = format!("nodes/{}/management/boot_device", node.uuid);
    let (_, device) = bench.call(Method::GET, &path, Value::Null).await;
    assert_eq!(device, json!({"boot_device": "disk", "persistent": true}));
    bench.provision(&node, json!({"target": "unhold"})).await;
    let node = bench.running.rests(&node, State::Manageable).await;
    assert_eq!(node.last_error, None);
    assert_eq!(led().await, "off");
    let count = |wanted: &Event| {
        controller
            .events()
            .iter()
            .filter(|entry| entry.event == *wanted)
            .count()
    };
    assert_eq!(count(&Event::ControllerReset), 1);
    assert_eq!(count(&Event::PoweredOff), 0);
    assert!(controller.is_powered());
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_fails_on_the_hardware_sets_the_node_aside_until_somebody_has_seen_it() {
    let bench = bench("1.5(4)").await;
    let node = bench.server().await;
    let steps = json!([
        {"interface": "management", "step": "set_locator_led", "args": {"state": "on"}},
        {"interface": "management", "step": "set_boot_mode", "args": {"boot_mode": "uefi"}},
    ]);
    bench.provision(&node, clean(steps)).await;
    let failed = bench.running.rests(&node, State::CleanFailed).await;
    let error = failed.last_error.unwrap();
    assert!(
        error.contains("management.set_boot_mode (2 of 2 of manual clean)"),
        "{error}"
    );
    assert!(failed.maintenance);
    assert_eq!(failed.fault.as_deref(), Some("clean failure"));
    assert_eq!(failed.maintenance_reason, Some(error));
    bench.provision(&node, json!({"target": "manage"})).await;
    let seen = bench.running.rests(&node, State::Manageable).await;
    assert!(!seen.maintenance);
    assert_eq!((seen.fault, seen.maintenance_reason), (None, None));
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_fails_on_the_hardware_is_aborted_once_maintenance_is_over() {
    let bench = bench("1.5(4)").await;
    let node = bench.server().await;
    bench.provision(&node, json!({"target": "provide"})).await;
    bench.running.rests(&node, State::Available).await;
    bench.provision(&node, json!({"target": "active"})).await;
    bench.running.rests(&node, State::Active).await;
    let steps = json!([
        {"interface": "management", "step": "set_boot_mode", "args": {"boot_mode": "uefi"}},
    ]);
    bench
        .provision(&node, json!({"target": "service", "service_steps": steps}))
        .await;
    let failed = bench.running.rests(&node, State::ServiceFailed).await;
    assert!(failed.maintenance);
    assert_eq!(failed.fault.as_deref(), Some("service failure"));
    assert!(!failed.instance_info.is_empty());
    let (status, words) = bench.asked(&node, json!({"target": "abort"})).await;
    assert_eq!(status, 409, "{words}");
    let path = format!("nodes/{}/maintenance", node.uuid);
    bench.ok(Method::DELETE, &path, Value::Null).await;
    bench.provision(&node, json!({"target": "abort"})).await;
    let node = bench.running.rests(&node, State::Active).await;
    assert_eq!(node.fault, None);
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_argument_is_told_before_the_controller_is_asked_anything() {
    let bench = bench("4.1(3i)").await;
    let node = bench.server().await;
    let cases = [
        (
            "set_boot_mode",
            json!({"boot_mode": "efi"}),
            "boot_mode must be one of bios, uefi",
        ),
        (
            "set_locator_led",
            json!({"state": "blinking"}),
            "state must be one of on, off",
        ),
        (
            "set_boot_device",
            json!({"boot_device": "tape"}),
            "boot_device must be one of pxe, disk",
        ),
        (
            "set_boot_device",
            json!({"boot_device": "pxe", "persistent": "yes"}),
            "persistent must be true or false",
        ),
    ];
    for (step, args, words) in cases {
        let steps = json!([
            {"interface": "power", "step": "power_on"},
            {"interface": "management", "step": step, "args": args},
        ]);
        bench.provision(&node, clean(steps)).await;
        let failed = bench.running.rests(&node, State::CleanFailed).await;
        let error = failed.last_error.unwrap();
        assert!(error.contains(words), "{error}");
        assert!(!failed.maintenance);
        bench.provision(&node, json!({"target": "manage"})).await;
        bench.running.rests(&node, State::Manageable).await;
    }
    assert!(!bench.lab.rack.controllers()[0].is_powered());
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_system_that_was_left_in_cobbler_goes_by_a_cleaning_and_no_other_does() {
    let bench = bench("4.1(3i)").await;
    let lab = &bench.lab;
    lab.cobbler
        .add_foreign_system("not-ours", testkit::DISTRO, "52:54:00:00:00:01");
    let node = bench.server().await;
    bench.provision(&node, json!({"target": "provide"})).await;
    bench.running.rests(&node, State::Available).await;
    bench.provision(&node, json!({"target": "active"})).await;
    let mut left = bench.running.rests(&node, State::Active).await;
    assert_eq!(lab.cobbler.systems().len(), 2);
    // As somebody leaves it who takes the record out of the database and in again.
    left.enter(State::Manageable, ferric::model::now());
    bench
        .running
        .conductor
        .store()
        .save_node(&left)
        .await
        .unwrap();
    let steps = json!([{"interface": "deploy", "step": "remove_cobbler_system"}]);
    for _ in 0..2 {
        bench.provision(&node, clean(steps.clone())).await;
        bench.running.rests(&node, State::Manageable).await;
        assert_eq!(lab.cobbler.systems().len(), 1);
    }
    assert!(lab.cobbler.system("not-ours").is_some());
    bench.running.stop().await;
}
