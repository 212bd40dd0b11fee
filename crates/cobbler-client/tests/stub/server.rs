//! A stand-in that answers with fixed texts in the form that Cobbler 3.3.10 sends, and keeps what
//! it was asked.

#![allow(
    clippy::expect_used,
    reason = "a stand-in that cannot start or parse ends its test"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use cobbler_client::{Cobbler, CobblerConfig};

/// What a server answers to one call.
pub(crate) enum Answer {
    /// This XML value.
    Value(String),
    /// A fault with this text.
    Fault(&'static str),
    /// This body, as it is.
    Raw(String),
    /// This HTTP status.
    Status(u16),
}

/// Method and body of the calls so far.
pub(crate) type Calls = Vec<(String, String)>;

type Rule = Box<dyn Fn(&str, &str, &Calls) -> Option<Answer> + Send + Sync>;

struct Shared {
    rule: Rule,
    calls: Mutex<Calls>,
    inside: AtomicUsize,
    most: AtomicUsize,
}

/// A running stand-in.
pub(crate) struct Stub {
    shared: Arc<Shared>,
    pub(crate) cobbler: Cobbler,
}

impl Stub {
    /// Starts one that asks `rule` first: method, body and the calls before this one.
    pub(crate) async fn start(
        rule: impl Fn(&str, &str, &Calls) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            rule: Box::new(rule),
            calls: Mutex::default(),
            inside: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let url = format!(
            "http://{}/cobbler_api",
            listener.local_addr().expect("an address")
        );
        let app = Router::new()
            .route("/cobbler_api", post(serve))
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let mut config = CobblerConfig::new("stub", url, "user", "pass-w0rd".to_owned().into());
        config.timeouts.busy = Duration::from_millis(64);
        Self {
            shared,
            cobbler: Cobbler::new(config).expect("a usable configuration"),
        }
    }

    /// How often a method was called.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.calls()
            .iter()
            .filter(|(name, _)| name == method)
            .count()
    }

    /// How many writes of templates, or reads of distros, were there at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }

    /// All calls so far.
    pub(crate) fn calls(&self) -> Calls {
        self.shared.calls.lock().expect("not poisoned").clone()
    }
}

/// A string value.
pub(crate) fn string(text: &str) -> Answer {
    Answer::Value(format!("<string>{text}</string>"))
}

/// A boolean value.
pub(crate) fn flag(flag: bool) -> Answer {
    Answer::Value(format!("<boolean>{}</boolean>", u8::from(flag)))
}

/// A list of names.
pub(crate) fn names(names: &[&str]) -> Answer {
    let items: String = names
        .iter()
        .map(|name| format!("<value><string>{name}</string></value>\n"))
        .collect();
    Answer::Value(format!("<array><data>\n{items}</data></array>"))
}

/// The settings that the client reads, with these values.
pub(crate) fn settings(manage_dhcp: bool, token_life: u32) -> Answer {
    let dhcp = u8::from(manage_dhcp);
    Answer::Value(format!(
        "<struct>\n<member>\n<name>server</name>\n<value><string>127.0.0.1</string></value>\n\
         </member>\n<member>\n<name>http_port</name>\n<value><int>80</int></value>\n</member>\n\
         <member>\n<name>manage_dhcp</name>\n<value><boolean>{dhcp}</boolean></value>\n\
         </member>\n<member>\n<name>auth_token_expiration</name>\n\
         <value><int>{token_life}</int></value>\n</member>\n</struct>"
    ))
}

async fn serve(State(shared): State<Arc<Shared>>, body: String) -> (StatusCode, String) {
    let method = body
        .split_once("<methodName>")
        .and_then(|(_, rest)| rest.split_once("</methodName>"))
        .map(|(name, _)| name.to_owned())
        .expect("a method call");
    let before = {
        let mut calls = shared.calls.lock().expect("not poisoned");
        let before = calls.clone();
        // The question whether there is such a method is no edit.
        if method != "xapi_object_edit" || body.contains("<param>") {
            calls.push((method.clone(), body.clone()));
        }
        before
    };
    if method.starts_with("write_") || method == "get_distro" {
        let inside = shared.inside.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most.fetch_max(inside, Ordering::SeqCst);
        // Long enough for others to arrive, without a clock.
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
        shared.inside.fetch_sub(1, Ordering::SeqCst);
    }
    let answer = (shared.rule)(&method, &body, &before).unwrap_or_else(|| usual(&method));
    let ok = |text| (StatusCode::OK, text);
    match answer {
        Answer::Value(value) => ok(format!(
            "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>{value}</value>\n\
             </param>\n</params>\n</methodResponse>\n"
        )),
        Answer::Fault(text) => ok(format!(
            "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n\
             <name>faultCode</name>\n<value><int>1</int></value>\n</member>\n<member>\n\
             <name>faultString</name>\n<value><string>{}</string></value>\n</member>\n\
             </struct></value>\n</fault>\n</methodResponse>\n",
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        )),
        Answer::Raw(text) => ok(text),
        Answer::Status(status) => (
            StatusCode::from_u16(status).expect("a status"),
            "<html>busy</html>".to_owned(),
        ),
    }
}

fn usual(method: &str) -> Answer {
    match method {
        "extended_version" => Answer::Raw(include_str!("answers/extended_version.xml").to_owned()),
        "get_profile" => Answer::Raw(profile_with_children()),
        "get_settings" => settings(false, 3600),
        "get_item_names" => names(&["svc-web"]),
        "get_system" => string("~"),
        "find_system" | "find_profile" => names(&[]),
        "login" => string("1M4dbYdmeGWgjNvf6/9qtM+Rp2rUvwDrIA=="),
        "new_system" => string("___NEW___system::oWFcvhBKldaQ0symlKes+c4+7Zlmz/wrJg=="),
        _ => flag(true),
    }
}

/// A profile that lists its children, as those of 3.3.0 to 3.3.4 do: new records are sent field by
/// field there, which is the way with most calls to go wrong.
fn profile_with_children() -> String {
    let children =
        "<struct><member><name>children</name><value><array><data/></array></value></member>";
    include_str!("answers/get_profile.xml").replacen("<struct>", children, 1)
}
