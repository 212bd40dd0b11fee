//! Boot order, request by request.

mod legacy;
mod one_time;
mod precision;

use cimc_client::{BootChange, BootKind, BootOrder, CimcError};

use crate::stub::Stub;

const POLICY: &str = "sys/rack-unit-1/boot-policy";
const LIST: &str = "sys/rack-unit-1/boot-precision";
const ONE_TIME: &str = "sys/rack-unit-1/one-time-precision-boot";

const LIST_OBJECT: &str = "<lsbootDevPrecision dn=\"sys/rack-unit-1/boot-precision\" \
    name=\"boot-precision\" configuredBootMode=\"Uefi\" \
    lastConfiguredBootOrderSource=\"CIMC\" reapply=\"no\" rebootOnUpdate=\"no\"/>";

async fn order(stub: &Stub) -> BootOrder {
    let (_controllers, controller) = stub.controller();
    controller
        .run(async |session| session.boot_order().await)
        .await
        .unwrap()
}

async fn set(stub: &Stub, kind: BootKind, one_time: bool) -> Result<BootChange, CimcError> {
    set_for(stub, kind, one_time, None).await
}

async fn set_for(
    stub: &Stub,
    kind: BootKind,
    one_time: bool,
    mac: Option<&str>,
) -> Result<BootChange, CimcError> {
    let (_controllers, controller) = stub.controller();
    let result = controller
        .run(async |session| session.set_boot_device(kind, one_time, mac).await)
        .await;
    for write in stub.writes() {
        assert!(!write.contains("rebootOnUpdate=\"yes\""), "{write}");
    }
    assert_eq!(stub.sessions(), (0, 1));
    result
}

const NICS: &str = "<networkAdapterEthIf dn=\"sys/rack-unit-1/network-adapter-L/eth-1\" \
    mac=\"AA:00:00:00:00:01\"/><networkAdapterEthIf \
    dn=\"sys/rack-unit-1/network-adapter-L/eth-2\" mac=\"AA:00:00:00:00:02\"/>";

fn hdd(position: u16) -> String {
    format!(
        "<lsbootHdd dn=\"{LIST}/hdd-disk\" name=\"disk\" order=\"{position}\" slot=\"\" \
         state=\"Enabled\" type=\"LOCALHDD\"/>"
    )
}

fn pxe(name: &str, position: u16, slot: &str, port: u16) -> String {
    format!(
        "<lsbootPxe dn=\"{LIST}/pxe-{name}\" name=\"{name}\" order=\"{position}\" port=\"{port}\" \
         slot=\"{slot}\" state=\"Enabled\" subtype=\"PXE\" type=\"PXE\"/>"
    )
}

fn shell(position: u16) -> String {
    format!(
        "<lsbootUefiShell dn=\"{LIST}/uefishell-sh\" name=\"sh\" order=\"{position}\" \
         state=\"disabled\" type=\"UEFISHELL\"/>"
    )
}

fn tree(reapply: &str, children: &[String]) -> String {
    format!(
        "<lsbootDevPrecision reapply=\"{reapply}\" rebootOnUpdate=\"no\" status=\"modified\" \
         dn=\"{LIST}\">{}</lsbootDevPrecision>",
        children.concat()
    )
}

fn sent_hdd(position: u16) -> String {
    format!(
        "<lsbootHdd name=\"disk\" order=\"{position}\" state=\"Enabled\" type=\"LOCALHDD\" \
         dn=\"{LIST}/hdd-disk\" />"
    )
}

fn sent_pxe(name: &str, position: u16, slot: &str, port: u16) -> String {
    format!(
        "<lsbootPxe name=\"{name}\" order=\"{position}\" port=\"{port}\" slot=\"{slot}\" \
         state=\"Enabled\" subtype=\"PXE\" type=\"PXE\" dn=\"{LIST}/pxe-{name}\" />"
    )
}

fn sent_shell(position: u16) -> String {
    format!(
        "<lsbootUefiShell name=\"sh\" order=\"{position}\" state=\"Disabled\" \
         type=\"UEFISHELL\" dn=\"{LIST}/uefishell-sh\" />"
    )
}

async fn precision_stub(version: &str, readings: &[&[String]]) -> Stub {
    let stub = Stub::start(version).await;
    stub.on_dn(LIST, &[LIST_OBJECT]);
    let readings: Vec<String> = readings.iter().map(|reading| reading.concat()).collect();
    let readings: Vec<&str> = readings.iter().map(String::as_str).collect();
    stub.on_children(LIST, &readings);
    stub
}

fn one_time(device: &str) -> String {
    format!("<oneTimePrecisionBootDevice dn=\"{ONE_TIME}\" device=\"{device}\"/>")
}

fn sent_one_time(device: &str) -> String {
    format!(
        "<oneTimePrecisionBootDevice device=\"{device}\" rebootOnUpdate=\"no\" \
         status=\"modified\" dn=\"{ONE_TIME}\" />"
    )
}
