//! What comes out of a template for each kind of value, as seen on 2.8.5 to 3.3.10.

// Helpers beside the tests may panic as the tests do.
#![allow(clippy::unwrap_used)]

mod common;

use cobbler_sim::{CobblerSim, SimSpec};
use common::{Session, b, get, is_true, map, s, text_of};

struct Lab {
    sim: CobblerSim,
    session: Session,
}

impl Lab {
    async fn new() -> Self {
        let sim = CobblerSim::start(SimSpec::default()).await.unwrap();
        let session = Session::open(&sim).await;
        Self { sim, session }
    }

    /// Renders a template for the system `node-1` with the given metadata.
    async fn render(&self, template: &str, meta: &[(&str, String)]) -> String {
        let session = &self.session;
        let written = session
            .with_token("write_autoinstall_template", &[s("t.ks"), s(template)])
            .await;
        assert!(is_true(&written));
        let handle = session.new_system("node-1", "el9-x86_64").await;
        for (field, value) in [
            ("autoinstall", s("t.ks")),
            ("autoinstall_meta", map(meta)),
            ("hostname", s("node-1.example.test")),
        ] {
            assert!(
                is_true(&session.modify(&handle, field, value).await),
                "{field}"
            );
        }
        let nic = map(&[
            ("macaddress-eth0", s("52:54:00:AB:CD:01")),
            ("ipaddress-eth0", s("192.0.2.11")),
        ]);
        assert!(is_true(
            &session.modify(&handle, "modify_interface", nic).await
        ));
        assert!(is_true(&session.save(&handle, "bypass").await));
        let answer = session
            .call("generate_autoinstall", &[s(""), s("node-1")])
            .await;
        let text = text_of(&answer).unwrap();
        let url = format!(
            "{}/cblr/svc/op/autoinstall/system/node-1",
            self.sim.base_url()
        );
        assert_eq!(
            get(&url).await,
            (200, text.clone()),
            "both doors give the same file"
        );
        text
    }

    async fn value(&self, value: String) -> String {
        self.render("[$metadata]", &[("metadata", value)]).await
    }
}

#[tokio::test]
async fn values_are_not_rendered_a_second_time() {
    let lab = Lab::new().await;
    for text in [
        r#"{"a": "b", "n": [1, 2]}"#,
        "$name ${server} #if # \\n \\\\",
        "#include \"/etc/passwd\"\n$SNIPPET('x')",
        "Zürich 🦀 <&>",
        "$6$abc$def",
    ] {
        assert_eq!(lab.value(s(text)).await, format!("[{text}]"));
    }
    let megabyte = "A".repeat(1 << 20);
    assert_eq!(lab.value(s(&megabyte)).await.len(), megabyte.len() + 2);
}

#[tokio::test]
async fn values_print_as_python_prints_them() {
    let lab = Lab::new().await;
    assert_eq!(lab.value("<value><int>5</int></value>".into()).await, "[5]");
    assert_eq!(lab.value(b(true)).await, "[True]");
    assert_eq!(lab.value("<value><nil/></value>".into()).await, "[]");
    assert_eq!(lab.value(s("a\r\nb")).await, "[a\nb]");
    let list = format!(
        "<value><array><data>{}{}</data></array></value>",
        s("a"),
        s("b")
    );
    assert_eq!(lab.value(list).await, "[['a', 'b']]");
    assert_eq!(
        lab.value(map(&[("k", s("it's"))])).await,
        "[{'k': \"it's\"}]"
    );
}

#[tokio::test]
async fn late_names_are_replaced_even_inside_values() {
    let lab = Lab::new().await;
    assert_eq!(
        lab.value(s("user@@server@@ @@nope@@")).await,
        "[user127.0.0.1 @@nope@@]"
    );
}

#[tokio::test]
async fn undefined_names_and_shell_text_stay_as_they_are() {
    let lab = Lab::new().await;
    let text = "#!/bin/sh\n# text\n$HOME $(cmd) $1 $$ $metadata ${nope}\n";
    assert_eq!(lab.render(text, &[]).await, text);
    let text = "[$getVar('metadata','')][$getVar(\"x\", 'd')]\\$name $name.lab ## gone\n  ## all\n";
    assert_eq!(lab.render(text, &[]).await, "[][d]$name $name.lab \n");
}

#[tokio::test]
async fn the_built_in_names_are_there_and_metadata_wins_over_them() {
    let lab = Lab::new().await;
    let names = "$http_server $server $system_name ${name} $profile_name $distro_name $hostname \
                 $mac_address_eth0 $ip_address_eth0 $breed $os_version $arch";
    let address = lab.sim.address();
    let expected = format!(
        "{address} 127.0.0.1 node-1 node-1 el9-x86_64 el9-x86_64 node-1.example.test \
         52:54:00:ab:cd:01 192.0.2.11 redhat rhel8 x86_64"
    );
    assert_eq!(lab.render(names, &[]).await, expected);
    assert_eq!(
        lab.render("$http_server", &[("http_server", s("evil"))])
            .await,
        "evil"
    );
}

#[tokio::test]
async fn directives_choose_and_raw_text_is_left_alone() {
    let lab = Lab::new().await;
    let template = "#template=cheetah\n#set $x = 'one'\n#if $getVar('flag','') == 'on'\nyes $x\n\
                    #else if $varExists('flag')\nother\n#else\nno\n#end if\n\
                    #raw\n$name #if ## $x\n#end raw\nend\n";
    let tail = "$name #if ## $x\nend\n";
    assert_eq!(
        lab.render(template, &[("flag", s("on"))]).await,
        format!("yes one\n{tail}")
    );
    assert_eq!(
        lab.render(template, &[("flag", s("off"))]).await,
        format!("other\n{tail}")
    );
    assert_eq!(lab.render(template, &[]).await, format!("no\n{tail}"));
}

#[tokio::test]
async fn a_template_that_does_not_render_is_a_text_that_says_so() {
    let lab = Lab::new().await;
    for template in [
        "#import os\n",
        "#if $nope\n#end if\n",
        "#raw\n",
        "${x:-1}\n",
        "#end if\n",
    ] {
        let text = lab.render(template, &[]).await;
        assert!(
            text.starts_with("# This automatic OS installation file had errors"),
            "{text}"
        );
    }
    let jinja = lab.render("#template=jinja2\n{{ name }}\n", &[]).await;
    assert!(jinja.contains("JINJA2 NOT AVAILABLE"), "{jinja}");
}

#[tokio::test]
async fn snippets_are_put_in_and_rendered() {
    let lab = Lab::new().await;
    let text = s("echo $system_name\n");
    lab.session
        .with_token("write_autoinstall_snippet", &[s("hello"), text])
        .await;
    let template = "SNIPPET::hello\n$SNIPPET('hello')";
    assert_eq!(
        lab.render(template, &[]).await,
        "echo node-1\n\necho node-1\n"
    );
}

#[tokio::test]
async fn a_shell_command_of_several_words_is_taken_for_an_expression_and_does_not_render() {
    for (template, renders) in [
        ("disk=$(cmd)\n", true),
        ("disk=\\$(cmd with words)\n", true),
        ("#raw\ndisk=$(cmd with words)\n#end raw\n", true),
        ("disk=$(cmd with words)\n", false),
        ("disk=$(list-devices disk)\n", false),
    ] {
        let text = Lab::new().await.render(template, &[]).await;
        assert_eq!(
            text.contains("disk=$(") && !text.contains("had errors"),
            renders,
            "{template}: {text}"
        );
    }
}
