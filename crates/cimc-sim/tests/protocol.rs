//! Reads and writes of the XML API over the wire, with requests written by hand.
#![allow(clippy::unwrap_used)]

mod support;

use cimc_sim::Rack;
use support::{attribute, client, login, post, rack, resolve_dn, spec, write};

const ALL: [&str; 10] = [
    "1.4", "1.5a", "1.5", "2.0", "3.0", "4.0", "4.1", "4.2", "4.3", "4.3-m8",
];

#[tokio::test]
async fn every_personality_tells_its_model_and_version() {
    let rack = rack(&ALL).await;
    for controller in rack.controllers() {
        let body = r#"<aaaLogin inName="admin" inPassword="password" />"#;
        let answer = post(controller, body).await;
        let told = attribute(&answer, "outVersion");
        let firmware = controller.personality().firmware();
        let expected = (firmware != "1.5(1b)").then(|| firmware.to_owned());
        assert_eq!(told, expected);
        let cookie = attribute(&answer, "outCookie").unwrap();
        let unit = resolve_dn(controller, &cookie, "sys/rack-unit-1").await;
        assert_eq!(
            attribute(&unit, "serial").as_deref(),
            Some(controller.serial())
        );
        assert_eq!(attribute(&unit, "operPower").as_deref(), Some("off"));
        assert_eq!(attribute(&unit, "adminPower").as_deref(), Some("policy"));
        assert_eq!(attribute(&unit, "errorCode"), None);
        let running = resolve_dn(controller, &cookie, "sys/rack-unit-1/mgmt/fw-system").await;
        assert_eq!(attribute(&running, "version").as_deref(), Some(firmware));
    }
    rack.shutdown().await;
}

#[tokio::test]
async fn firmware_1_3_has_a_login_page_and_no_xml_api() {
    let rack = rack(&["1.3"]).await;
    let controller = &rack.controllers()[0];
    let answer = client()
        .post(controller.url())
        .body("<aaaLogin/>")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
    let page = client()
        .get(format!("http://{}/", controller.address()))
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("Login"));
}

#[tokio::test]
async fn the_schema_depends_on_the_release() {
    let rack = rack(&["1.5", "2.0", "4.2", "1.4"]).await;
    for (controller, code, known) in [
        (
            &rack.controllers()[0],
            Some("ERR-xml-parse-error"),
            "lsbootDef",
        ),
        (&rack.controllers()[1], None, "lsbootDevPrecision"),
        (&rack.controllers()[2], None, "oneTimePrecisionBootDevice"),
    ] {
        let cookie = login(controller).await;
        let query =
            |class: &str| format!(r#"<configResolveClass cookie="{cookie}" classId="{class}" />"#);
        let precision = post(controller, query("lsbootDevPrecision")).await;
        assert_eq!(
            attribute(&precision, "errorCode").as_deref(),
            code,
            "{precision}"
        );
        assert!(
            post(controller, query(known))
                .await
                .contains(&format!("<{known} dn="))
        );
        let unknown = post(controller, query("networkElement")).await;
        assert!(
            unknown.contains("no class named networkElement"),
            "{unknown}"
        );
    }
    let new = &rack.controllers()[2];
    let cookie = login(new).await;
    let object = r#"<computeRackUnit admin_Power="up" />"#;
    let answer = write(new, &cookie, "sys/rack-unit-1", object).await;
    assert_eq!(attribute(&answer, "errorCode").as_deref(), Some("594"));
    let object = r#"<computeRackUnit adminPower="Up" />"#;
    let answer = write(new, &cookie, "sys/rack-unit-1", object).await;
    assert_eq!(attribute(&answer, "errorCode").as_deref(), Some("594"));
    let oldest = &rack.controllers()[3];
    let cookie = login(oldest).await;
    let macs = format!(r#"<configResolveClass cookie="{cookie}" classId="networkAdapterEthIf" />"#);
    assert!(
        post(oldest, macs)
            .await
            .contains("no class named networkAdapterEthIf")
    );
}

#[tokio::test]
async fn an_unknown_name_is_an_empty_answer() {
    let rack = rack(&["2.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let answer = resolve_dn(controller, &cookie, "sys/no-such").await;
    assert!(answer.contains("<outConfig></outConfig>"), "{answer}");
    assert_eq!(attribute(&answer, "errorCode"), None);
}

#[tokio::test]
async fn the_macs_of_host_ports_are_in_two_classes() {
    let rack = rack(&["1.5"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let mut found = String::new();
    for class in ["networkAdapterEthIf", "adaptorHostEthIf"] {
        let query = format!(r#"<configResolveClass cookie="{cookie}" classId="{class}" />"#);
        found.push_str(&post(controller, query).await);
    }
    for mac in controller.macs() {
        assert!(found.contains(&mac.to_uppercase()), "{mac} in {found}");
    }
}

#[tokio::test]
async fn nested_objects_have_an_rn_and_class_with_hierarchy_is_empty() {
    let rack = rack(&["2.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let body = format!(
        r#"<configResolveDn cookie="{cookie}" dn="sys/rack-unit-1/boot-precision" inHierarchical="true" />"#
    );
    let answer = post(controller, body).await;
    assert!(
        answer.contains(r#"<lsbootHdd rn="hdd-MigratedHDD1""#),
        "{answer}"
    );
    assert!(!answer.contains(r#"<lsbootHdd dn="#));
    let children = |extra: &str| {
        format!(
            r#"<configResolveChildren cookie="{cookie}" inDn="sys/rack-unit-1/boot-precision" {extra} />"#
        )
    };
    let both = post(
        controller,
        children(r#"classId="lsbootHdd" inHierarchical="true""#),
    )
    .await;
    assert!(both.contains("<outConfigs></outConfigs>"), "{both}");
    let one = post(controller, children(r#"classId="lsbootHdd""#)).await;
    assert!(one.contains(r#"<lsbootHdd dn="sys/rack-unit-1/boot-precision/hdd-MigratedHDD1""#));
    let policy = format!(
        r#"<configResolveChildren cookie="{cookie}" inDn="sys/rack-unit-1/boot-policy" />"#
    );
    let policy = post(controller, policy).await;
    assert!(
        !policy.contains("<lsbootLan") && !policy.contains("<lsbootStorage"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_write_may_name_its_object_in_three_ways() {
    let rack = rack(&["1.5"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let root = "sys/rack-unit-1/boot-policy";
    let lan = format!("{root}/lan-read-only");
    let shapes = [
        (
            String::new(),
            format!(r#"<lsbootLan dn="{lan}" order="1" />"#),
        ),
        (lan.clone(), r#"<lsbootLan order="2" />"#.to_owned()),
        (
            root.to_owned(),
            r#"<lsbootLan rn="lan-read-only" type="lan" order="3" />"#.to_owned(),
        ),
    ];
    for (number, (dn, object)) in (1..).zip(shapes) {
        let attribute_ = if dn.is_empty() {
            dn
        } else {
            format!(r#"dn="{dn}""#)
        };
        let body = format!(
            r#"<configConfMo cookie="{cookie}" {attribute_}><inConfig>{object}</inConfig></configConfMo>"#
        );
        let answer = post(controller, body).await;
        assert!(
            answer.contains(&format!(r#"<lsbootLan dn="{lan}""#)),
            "{answer}"
        );
        assert_eq!(attribute(&answer, "status").as_deref(), Some("modified"));
        let stored = resolve_dn(controller, &cookie, &lan).await;
        assert_eq!(attribute(&stored, "order"), Some(number.to_string()));
    }
}

#[tokio::test]
async fn several_objects_in_one_write_need_3_0() {
    let rack = rack(&["2.0", "3.0"]).await;
    for (controller, supported) in rack.controllers().iter().zip([false, true]) {
        let cookie = login(controller).await;
        let dn = "sys/rack-unit-1/adaptor-MLOM/host-eth-eth0";
        let body = format!(
            r#"<configConfMos cookie="{cookie}"><inConfigs><pair key="{dn}"><adaptorHostEthIf pxeBoot="enabled" dn="{dn}" /></pair></inConfigs></configConfMos>"#
        );
        let answer = post(controller, body).await;
        if supported {
            assert!(
                answer.contains("<operationStatus>success</operationStatus>"),
                "{answer}"
            );
        } else {
            assert_eq!(attribute(&answer, "errorCode").as_deref(), Some("2009"));
        }
        let stored = attribute(&resolve_dn(controller, &cookie, dn).await, "pxeBoot").unwrap();
        assert_eq!(stored == "enabled", supported);
    }
}

#[tokio::test]
async fn a_one_time_device_must_be_in_the_order() {
    let rack = rack(&["3.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let dn = "sys/rack-unit-1/one-time-precision-boot";
    let object = |device: &str| {
        format!(r#"<oneTimePrecisionBootDevice device="{device}" rebootOnUpdate="no" />"#)
    };
    assert!(
        write(controller, &cookie, dn, &object("nothing"))
            .await
            .contains("errorCode")
    );
    write(controller, &cookie, dn, &object("network")).await;
    let set = resolve_dn(controller, &cookie, dn).await;
    assert_eq!(attribute(&set, "device").as_deref(), Some("network"));
    let clear = r#"<oneTimePrecisionBootDevice adminAction="clear-one-time-boot-device" />"#;
    write(controller, &cookie, dn, clear).await;
    let cleared = resolve_dn(controller, &cookie, dn).await;
    assert_eq!(attribute(&cleared, "device").as_deref(), Some(""));
}

#[tokio::test]
async fn an_m8_board_refuses_a_boot_mode() {
    let rack = rack(&["4.3-m8"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let object = r#"<lsbootDevPrecision configuredBootMode="Legacy" />"#;
    let answer = write(
        controller,
        &cookie,
        "sys/rack-unit-1/boot-precision",
        object,
    )
    .await;
    assert_eq!(attribute(&answer, "errorCode").as_deref(), Some("2502"));
}

#[tokio::test]
async fn a_connection_is_kept_from_3_0_on_if_the_client_wants_it() {
    let mut spec = spec(&["2.0", "3.0", "3.0"]);
    spec.controllers[2].tls = cimc_sim::Tls::Modern;
    let rack = Rack::start(spec).await.unwrap();
    assert!(rack.controllers()[2].url().starts_with("https://"));
    for (controller, kept) in rack.controllers().iter().zip([false, true, true]) {
        let asked = client().post(controller.url()).body("<aaaLogin/>");
        let answer = asked.send().await.unwrap();
        let close = answer.headers().get("connection");
        assert_eq!(close.is_none_or(|value| value != "close"), kept);
        let asked = client()
            .post(controller.url())
            .header("connection", "close")
            .body("<aaaLogin/>");
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.headers()["connection"], "close");
        login(controller).await;
    }
    rack.shutdown().await;
}

#[tokio::test]
async fn the_oldest_releases_pad_their_answers_with_nul_bytes() {
    let rack = rack(&["1.4", "1.5"]).await;
    for (controller, padded) in rack.controllers().iter().zip([true, false]) {
        let answer = post(controller, "<aaaLogin/>").await;
        assert_eq!(answer.ends_with('\0'), padded, "{answer:?}");
    }
}

#[tokio::test]
async fn a_written_tree_merges_on_2_0_and_replaces_on_4_x() {
    let rack = rack(&["2.0", "4.1"]).await;
    let root = "sys/rack-unit-1/boot-precision";
    let tree = r#"<lsbootDevPrecision rebootOnUpdate="no" reapply="no"><lsbootPxe rn="pxe-net" name="net" order="1" slot="L" port="1" type="PXE" subtype="PXE" state="Enabled" /></lsbootDevPrecision>"#;
    for (controller, orders) in rack
        .controllers()
        .iter()
        .zip([vec!["1", "2", "3", "4"], vec!["1"]])
    {
        let cookie = login(controller).await;
        let answer = write(controller, &cookie, root, tree).await;
        assert_eq!(attribute(&answer, "errorCode"), None, "{answer}");
        let children = format!(r#"<configResolveChildren cookie="{cookie}" inDn="{root}" />"#);
        let stored = post(controller, children).await;
        let mut found: Vec<_> = stored
            .match_indices(" order=\"")
            .map(|(at, m)| &stored[at + m.len()..][..1])
            .collect();
        found.sort_unstable();
        assert_eq!(found, orders, "{stored}");
        let net = resolve_dn(controller, &cookie, &format!("{root}/pxe-net")).await;
        assert_eq!(attribute(&net, "order").as_deref(), Some("1"));
    }
}

#[tokio::test]
async fn a_deleted_device_is_gone_and_a_legacy_medium_stays() {
    let rack = rack(&["2.0", "1.5"]).await;
    let new = &rack.controllers()[0];
    let cookie = login(new).await;
    let dn = "sys/rack-unit-1/boot-precision/hdd-MigratedHDD1";
    let answer = write(new, &cookie, dn, r#"<lsbootHdd status="deleted" />"#).await;
    assert!(answer.contains("<outConfig></outConfig>"), "{answer}");
    assert!(
        resolve_dn(new, &cookie, dn)
            .await
            .contains("<outConfig></outConfig>")
    );
    let old = &rack.controllers()[1];
    let cookie = login(old).await;
    let dn = "sys/rack-unit-1/boot-policy/vm-read-only";
    let answer = write(
        old,
        &cookie,
        dn,
        r#"<lsbootVirtualMedia status="removed" />"#,
    )
    .await;
    assert!(answer.contains("errorCode"), "{answer}");
}
