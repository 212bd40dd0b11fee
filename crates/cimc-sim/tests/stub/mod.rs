//! A stand-in for Cobbler, as a booting machine sees it, with the links of its answer files.
#![allow(unreachable_pub, missing_docs, missing_debug_implementations)]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use cimc_sim::{Controller, RackSpec};

use crate::support::spec;

/// Cobbler as a booting machine sees it, and the links in its answer files.
#[derive(Debug, Default)]
pub struct Cobbler {
    /// Host name, MAC, netboot.
    systems: HashMap<String, (String, bool)>,
    autoinstall: String,
    reports: Vec<String>,
}

pub type Shared = Arc<Mutex<Cobbler>>;

pub struct Stub {
    pub cobbler: Shared,
    pub address: SocketAddr,
    pub server: tokio::task::JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Stub {
    pub async fn start() -> Self {
        let cobbler = Shared::default();
        let router = Router::new()
            .route("/cobbler_api", post(xmlrpc))
            .route("/cblr/svc/op/autoinstall/system/{name}", get(autoinstall))
            .route("/cblr/svc/op/nopxe/system/{name}", get(nopxe))
            .route("/link/{event}", post(report))
            .route("/userdata", get(|| async { "for this node only" }))
            .with_state(cobbler.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let stub = Self {
            cobbler,
            address,
            server,
        };
        stub.serve(&stub.kickstart("", "reboot"));
        stub
    }

    pub fn kickstart(&self, post: &str, end: &str) -> String {
        let at = self.address;
        format!(
            "#version=RHEL9\n{end}\n%pre\nferric_report() {{\n  curl -d x \"$1\"\n}}\n\
             ferric_report 'http://{at}/link/started'\nferric_watch 'http://{at}/link/packages'\n\
             ferric_report 'http://127.0.0.1:1/link/nobody'\n%end\n\
             %packages\n@core\nnginx\nchrony\n%end\n\
             %onerror\nferric_report 'http://{at}/link/failed' 'packages broke'\n%end\n\
             %post\nferric_report 'http://{at}/link/post'\n\
             ferric_fetch 'http://{at}/userdata' /root/userdata\n{post}\
             ferric_report 'http://{at}/link/done' \"all good\" || true\n%end\n"
        )
    }

    pub fn serve(&self, text: &str) {
        text.clone_into(&mut self.cobbler.lock().unwrap().autoinstall);
    }

    pub fn add(&self, name: &str, controller: &Controller) {
        let system = (controller.macs()[0].clone(), true);
        self.cobbler
            .lock()
            .unwrap()
            .systems
            .insert(name.to_owned(), system);
    }

    pub fn netboot(&self, name: &str, enabled: bool) {
        self.cobbler
            .lock()
            .unwrap()
            .systems
            .get_mut(name)
            .unwrap()
            .1 = enabled;
    }

    pub fn reports(&self) -> Vec<String> {
        self.cobbler.lock().unwrap().reports.clone()
    }

    pub fn spec(&self, names: &[&str], install: Duration) -> RackSpec {
        let mut spec = spec(names);
        spec.cobbler_base = Some(format!("http://{}", self.address));
        spec.install_duration = install;
        spec.install_jitter = 0.0;
        spec
    }
}

async fn xmlrpc(State(cobbler): State<Shared>, body: String) -> String {
    let cobbler = cobbler.lock().unwrap();
    let value = if body.contains("<methodName>find_system</methodName>") {
        let found = cobbler
            .systems
            .iter()
            .find(|(_, (mac, _))| body.contains(mac));
        let names = found.map_or(String::new(), |(name, _)| format!("<value>{name}</value>"));
        format!("<array><data>{names}</data></array>")
    } else {
        let found = cobbler
            .systems
            .iter()
            .find(|(name, _)| body.contains(name.as_str()));
        found.map_or("<string>~</string>".to_owned(), |(name, (_, netboot))| {
            format!(
                "<struct><member><name>netboot_enabled</name><value><boolean>{}</boolean></value>\
                 </member><member><name>profile</name><value><string>web</string></value></member>\
                 <member><name>hostname</name><value><string>{name}.lab</string></value></member>\
                 </struct>",
                u8::from(*netboot)
            )
        })
    };
    format!(
        "<?xml version='1.0'?><methodResponse><params><param><value>{value}</value></param>\
         </params></methodResponse>"
    )
}

async fn autoinstall(State(cobbler): State<Shared>, Path(_): Path<String>) -> String {
    cobbler.lock().unwrap().autoinstall.clone()
}

async fn nopxe(State(cobbler): State<Shared>, Path(name): Path<String>) -> &'static str {
    cobbler.lock().unwrap().systems.get_mut(&name).unwrap().1 = false;
    "True"
}

async fn report(
    State(cobbler): State<Shared>,
    Path(event): Path<String>,
    body: String,
) -> StatusCode {
    cobbler
        .lock()
        .unwrap()
        .reports
        .push(format!("{event} {body}"));
    StatusCode::NO_CONTENT
}
