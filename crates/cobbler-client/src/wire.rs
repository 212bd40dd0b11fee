//! One XML-RPC call over HTTP, with limits.
//!
//! The codec is `dxr`'s; the HTTP side is here because the answers of a foreign server need a size
//! limit, a time limit for each kind of call and no DTD. Element depth is limited to 128 by the
//! codec's XML reader.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dxr::{FaultResponse, MethodCall, MethodResponse, Value};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::Semaphore;

use crate::config::{CobblerConfig, Timeouts, Verify};
use crate::error::{Attempt, CobblerError};
use crate::observer::{Observer, Outcome};

/// More than any answer that is asked for here: all names of 100 000 systems are about 4 MB, one
/// system 8 KB, and a template or rendered kickstart with 1 MB of metadata was seen to work.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// How many reads are under way at once. One interpreter answers them all, so more wait no less, and
/// 200 at a time made the daemon of 3.3.10 reset connections.
const READERS: usize = 8;

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// As long as a read.
    Read,
    /// As long as a write.
    Save,
}

/// Why there is no value.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server answered with a fault; its raw text, which may echo a token.
    Fault(String),
    /// Anything else.
    Error(CobblerError),
}

/// The way to one server.
#[derive(Debug)]
pub(crate) struct Wire {
    http: reqwest::Client,
    url: Url,
    server: Arc<str>,
    timeouts: Timeouts,
    observer: Arc<dyn Observer>,
    readers: Semaphore,
}

impl Wire {
    /// Checks the address and loads the certificates.
    pub(crate) fn new(config: &CobblerConfig) -> Result<Self, CobblerError> {
        let at = |server: &str| Attempt {
            action: "use the configuration".to_owned(),
            server: server.to_owned(),
        };
        let url = Url::parse(&config.url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(url) = url else {
            return Err(CobblerError::Invalid {
                at: at(&config.name),
                detail: "`url` is not an http or https address".to_owned(),
            });
        };
        let server = format!("{} ({})", config.name, without_credentials(&url));
        let http = client(config, &url, &at(&server))?;
        Ok(Self {
            http,
            url,
            server: server.into(),
            timeouts: config.timeouts.clone(),
            observer: config.observer.clone(),
            readers: Semaphore::new(READERS),
        })
    }

    /// Names an action on this server for error messages.
    pub(crate) fn at(&self, action: impl Into<String>) -> Attempt {
        Attempt {
            action: action.into(),
            server: self.server.to_string(),
        }
    }

    /// Name and address of the server, without credentials.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Sends one call and reads its answer; again while the web server says that the daemon is busy.
    pub(crate) async fn call(
        &self,
        action: &str,
        method: &str,
        params: Vec<Value>,
        patience: Patience,
    ) -> Result<Value, Failure> {
        let at = || self.at(action);
        let asks_only = params.is_empty();
        let body = MethodCall {
            name: method.into(),
            params,
        }
        .to_xml()
        .map_err(|_| {
            Failure::Error(CobblerError::Invalid {
                at: at(),
                detail: "a value cannot be written as XML".to_owned(),
            })
        })?;
        let body = format!("<?xml version=\"1.0\"?>{body}");
        let timeout = match patience {
            Patience::Read => self.timeouts.read,
            Patience::Save => self.timeouts.save,
        };
        let repeatable = asks_only || !counts(method);
        let mut pauses = pauses(if repeatable {
            self.timeouts.busy
        } else {
            Duration::ZERO
        });
        loop {
            // Writers take turns of their own.
            let slot = match patience {
                Patience::Read => self.readers.acquire().await.ok(),
                Patience::Save => None,
            };
            let began = Instant::now();
            let answer = self.send(action, &body, timeout).await;
            self.observer
                .called(method, outcome(&answer), began.elapsed());
            drop(slot);
            let busy = match &answer {
                Err(Failure::Error(CobblerError::Http { status, .. })) => {
                    matches!(status, 502..=504)
                }
                _ => false,
            };
            match pauses.next().filter(|_| busy) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return answer,
            }
        }
    }

    /// Sends a call once.
    async fn send(&self, action: &str, body: &str, timeout: Duration) -> Result<Value, Failure> {
        let at = || self.at(action);
        let unreachable = |error: reqwest::Error| {
            Failure::Error(CobblerError::Unreachable {
                at: at(),
                source: error.without_url(),
            })
        };
        let mut response = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "text/xml")
            .timeout(timeout)
            .body(body.to_owned())
            .send()
            .await
            .map_err(unreachable)?;
        if !response.status().is_success() {
            let status = response.status().as_u16();
            return Err(Failure::Error(CobblerError::Http { at: at(), status }));
        }
        let protocol = |detail: String| Failure::Error(CobblerError::Protocol { at: at(), detail });
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if answer.len() + chunk.len() > MAX_ANSWER {
                return Err(protocol(format!(
                    "the answer is larger than {MAX_ANSWER} bytes"
                )));
            }
            answer.extend_from_slice(&chunk);
        }
        let answer =
            String::from_utf8(answer).map_err(|_| protocol("the answer is no UTF-8".to_owned()))?;
        decode(&answer).map_err(|problem| match problem {
            Problem::Fault(text) => Failure::Fault(text),
            Problem::Shape(detail) => protocol(detail),
        })
    }
}

fn outcome(answer: &Result<Value, Failure>) -> Outcome {
    match answer {
        Ok(_) => Outcome::Ok,
        Err(Failure::Fault(_)) => Outcome::Fault,
        Err(Failure::Error(CobblerError::Http { .. })) => Outcome::Http,
        Err(Failure::Error(CobblerError::Unreachable { .. })) => Outcome::Unreachable,
        Err(Failure::Error(_)) => Outcome::Protocol,
    }
}

/// Whether a call may be under way behind a proxy that has given up, and would then be done twice.
/// It is not repeated: its caller looks what came of it.
fn counts(method: &str) -> bool {
    let starts = ["save_", "remove_", "xapi_", "sync_"];
    starts.iter().any(|start| method.starts_with(start))
}

/// How long to wait before each repetition: each time twice as long, about `limit` in all.
fn pauses(limit: Duration) -> impl Iterator<Item = Duration> {
    let pauses = (0..6).map(move |n| limit / (64 >> n));
    pauses.filter(|pause| !pause.is_zero())
}

enum Problem {
    Fault(String),
    Shape(String),
}

/// The value or fault in an answer. The codec's own errors quote the whole document, which may be
/// megabytes and hold a token, so they are not passed on.
fn decode(answer: &str) -> Result<Value, Problem> {
    if declares_doctype(answer) {
        return Err(Problem::Shape(
            "the answer declares a document type".to_owned(),
        ));
    }
    if let Ok(response) = MethodResponse::from_xml(answer) {
        return Ok(response.value);
    }
    match FaultResponse::from_xml(answer) {
        Ok(response) => Err(Problem::Fault(response.fault.string().to_owned())),
        Err(_) => Err(Problem::Shape(format!(
            "{} bytes that are no XML-RPC answer",
            answer.len()
        ))),
    }
}

/// Whether a document type stands before the first element, the only place XML allows it.
fn declares_doctype(xml: &str) -> bool {
    let mut rest = xml.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            return rest.starts_with("<!");
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
}

fn without_credentials(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for addresses that cannot have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.to_string()
}

fn client(
    config: &CobblerConfig,
    url: &Url,
    at: &Attempt,
) -> Result<reqwest::Client, CobblerError> {
    // The HTTP client takes the process's TLS provider. A second call changes nothing, so a
    // program that has chosen its own keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .connect_timeout(config.timeouts.connect)
        // Apache closes idle connections after 5 s by default; a POST that meets a closing
        // connection cannot be repeated blindly.
        .pool_idle_timeout(Duration::from_secs(2))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    let builder = match &config.verify {
        // Without TLS no certificates are needed, and a machine without any must still work.
        _ if url.scheme() == "http" => builder.tls_danger_accept_invalid_certs(true),
        Verify::On => builder,
        Verify::Off => builder.tls_danger_accept_invalid_certs(true),
        Verify::CaFile(path) => {
            let invalid = |detail: String| CobblerError::Invalid {
                at: at.clone(),
                detail,
            };
            let pem = std::fs::read(path)
                .map_err(|error| invalid(format!("`verify` file {}: {error}", path.display())))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem)
                .ok()
                .filter(|roots| !roots.is_empty())
                .ok_or_else(|| {
                    invalid(format!(
                        "`verify` file {} holds no certificate",
                        path.display()
                    ))
                })?;
            builder.tls_certs_only(roots)
        }
    };
    builder.build().map_err(|source| CobblerError::Unreachable {
        at: at.clone(),
        source: source.without_url(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(inner: &str) -> Value {
        let xml = format!(
            "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n{inner}\n</param>\n\
             </params>\n</methodResponse>\n"
        );
        match decode(&xml) {
            Ok(value) => value,
            Err(Problem::Fault(text) | Problem::Shape(text)) => panic!("{inner}: {text}"),
        }
    }

    #[test]
    fn untyped_and_empty_values_are_strings() {
        for (xml, text) in [
            ("<value/>", ""),
            ("<value></value>", ""),
            ("<value><string/></value>", ""),
            ("<value>a &amp; b</value>", "a & b"),
            (
                "<value><string>  é😀 &lt;x&gt;\n</string></value>",
                "  é😀 <x>\n",
            ),
        ] {
            assert_eq!(value_of(xml), Value::String(text.to_owned()), "{xml}");
        }
    }

    #[test]
    fn timestamps_are_doubles_and_files_are_base64() {
        let time = value_of("<value><double>1795402030.2858489</double></value>");
        assert_eq!(time, Value::Double(1_795_402_030.285_848_9));
        let file = value_of("<value><base64>\naGVs\nbG8=\n</base64></value>");
        assert_eq!(file, Value::Base64(b"hello".to_vec()));
    }

    #[test]
    fn pauses_grow_up_to_the_limit() {
        let seconds: Vec<f64> = pauses(Duration::from_secs(16))
            .map(|pause| pause.as_secs_f64())
            .collect();
        assert_eq!(seconds, [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]);
        assert_eq!(pauses(Duration::ZERO).count(), 0);
    }

    #[test]
    fn only_what_may_be_done_twice_is_repeated() {
        for method in [
            "save_system",
            "remove_system",
            "xapi_object_edit",
            "sync_dhcp",
        ] {
            assert!(counts(method), "{method}");
        }
        for method in [
            "login",
            "find_system",
            "new_system",
            "modify_system",
            "write_autoinstall_template",
        ] {
            assert!(!counts(method), "{method}");
        }
    }

    #[test]
    fn a_document_type_is_refused_only_before_the_first_element() {
        assert!(declares_doctype(
            "<?xml version='1.0'?>\n<!-- a --><!DOCTYPE x [<!ENTITY a \"b\">]>"
        ));
        assert!(declares_doctype("  <!doctype html><html>"));
        assert!(!declares_doctype(
            "<?xml version='1.0'?><methodResponse><!-- <!DOCTYPE -->"
        ));
        assert!(!declares_doctype("<?xml"));
    }

    #[test]
    fn a_web_page_is_no_answer_and_is_not_quoted() {
        match decode("<html><body>secret</body></html>") {
            Err(Problem::Shape(detail)) => assert!(!detail.contains("secret")),
            _ => panic!("a page was taken for an answer"),
        }
    }

    #[test]
    fn the_server_is_named_without_credentials() {
        let url = Url::parse("https://u:p@cobbler.lab/cobbler_api?key=x").expect("an address");
        assert_eq!(without_credentials(&url), "https://cobbler.lab/cobbler_api");
    }
}
