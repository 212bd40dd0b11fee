//! What the interfaces promise whatever is behind them: held by `cimc` and by `fake` alike, so that
//! what is tried on the fake holds on hardware.

use ferric::drivers::DriverError;
use ferric::drivers::interfaces::{BootDevice, BootMode, NodeInterfaces, Requested};
use ferric::drivers::{HARDWARE_TYPES, Registry};
use ferric::model::{InterfaceKind, Interfaces, Node, now};
use ferric::states::{PowerState, PowerTarget};
use strum::IntoEnumIterator as _;

use crate::bench::{Bench, LIMIT, registry};

/// A node of `fake-hardware` and its interfaces.
fn fake() -> (Node, NodeInterfaces) {
    let hardware = HARDWARE_TYPES
        .iter()
        .find(|hardware| hardware.name == "fake-hardware")
        .unwrap();
    let mut node = Node::new(hardware.name, Interfaces::default(), now());
    for kind in InterfaceKind::iter() {
        node.interfaces.set(kind, hardware.default(kind));
    }
    let registry: Registry = registry();
    let interfaces = registry.interfaces(&node).unwrap();
    (node, interfaces)
}

/// Something optional: done, or refused as a thing that is not there.
fn done_or_unsupported<T>(what: &str, result: Result<T, DriverError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(DriverError::Unsupported { feature, .. }) => {
            assert!(!feature.is_empty(), "{what}: no word of what is missing");
            None
        }
        Err(error) => panic!("{what}: {error}"),
    }
}

async fn power(node: &Node, interfaces: &NodeInterfaces) {
    let power = &interfaces.power;
    power.validate(node).unwrap();
    power.state(node).await.unwrap();
    // The order matters: whoever asks has looked first, and a reset is for what is on.
    for target in [PowerTarget::On, PowerTarget::Reboot, PowerTarget::Off] {
        assert!(
            power.supported().contains(&target),
            "Ironic's clients ask for {target}"
        );
        match power.request(node, target).await.unwrap() {
            Requested::Reached(state) => assert_eq!(state, target.result(), "{target}"),
            Requested::Told => reads(node, interfaces, target.result()).await,
        }
    }
}

async fn reads(node: &Node, interfaces: &NodeInterfaces, wanted: PowerState) {
    let seen = testkit::until("the power state", LIMIT, || async {
        (interfaces.power.state(node).await.unwrap() == wanted).then_some(())
    });
    seen.await.unwrap();
}

async fn boot(node: &Node, interfaces: &NodeInterfaces) {
    let management = &interfaces.management;
    management.validate(node).unwrap();
    let supported = management.supported_boot_devices(node);
    assert!(supported.contains(&BootDevice::Pxe), "a deploy needs it");
    for device in supported {
        for persistent in [true, false] {
            let set = management
                .set_boot_device(node, device, persistent, None)
                .await
                .unwrap();
            assert_eq!(set.device, Some(device));
            assert!(
                set.persistent.is_some(),
                "{device}: it says how long it holds"
            );
        }
    }
    management.boot_device(node).await.unwrap();
    if let Some(kept) = management.keep_boot_order(node).await.unwrap() {
        management.restore_boot_order(node, &kept).await.unwrap();
    }
    let mode = done_or_unsupported("boot mode", management.boot_mode(node).await).flatten();
    let again = mode.unwrap_or(BootMode::Bios);
    done_or_unsupported("set boot mode", management.set_boot_mode(node, again).await);
}

async fn the_rest(node: &Node, interfaces: &NodeInterfaces) {
    let management = &interfaces.management;
    let has_led = !management.indicators().is_empty();
    let led = done_or_unsupported("LED", management.indicator(node).await);
    assert!(has_led || led.is_none(), "a light that is not listed");
    for indicator in management.indicators() {
        assert!(
            indicator.name.contains('@'),
            "{indicator:?}: Ironic's form is NAME@COMPONENT"
        );
    }
    done_or_unsupported("set LED", management.set_indicator(node, false).await);
    done_or_unsupported("sensors", management.sensors(node).await);
    if let Some(condition) = done_or_unsupported("health", management.condition(node).await) {
        assert!(["OK", "Warning", "Critical"].contains(&condition.health.as_str()));
    }
    done_or_unsupported("BIOS", interfaces.bios.settings(node).await);
    done_or_unsupported("firmware", interfaces.firmware.components(node).await);
    interfaces.inspect.identity(node).await.unwrap();
    let nics = done_or_unsupported("NICs", interfaces.inspect.nics(node).await).unwrap_or_default();
    for nic in &nics.all {
        assert_eq!(nic.mac, nic.mac.to_lowercase());
    }
    if let Some(boots) = &nics.boots {
        assert!(nics.all.iter().any(|nic| nic.mac == boots.mac));
        assert!(!boots.why.is_empty(), "a choice without a reason");
    }
    let found = interfaces.inspect.inspect(node).await.unwrap();
    assert_eq!(
        found.nics, nics,
        "inspection and a deploy see the same interfaces"
    );
}

async fn all(node: &Node, interfaces: &NodeInterfaces) {
    power(node, interfaces).await;
    boot(node, interfaces).await;
    the_rest(node, interfaces).await;
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let (node, interfaces) = fake();
    all(&node, &interfaces).await;
    assert_eq!(
        interfaces.power.state(&node).await.unwrap(),
        PowerState::Off,
        "a node that nobody has switched on"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cimc_keeps_the_promises_on_each_generation() {
    for personality in ["1.4", "1.5", "2.0", "3.0", "4.2", "4.3-m8"] {
        let bench = Bench::start(personality).await;
        all(&bench.node, &bench.interfaces).await;
    }
}
