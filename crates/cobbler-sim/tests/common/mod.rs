//! A plain HTTP client, and XML written and read by hand: the tests share no codec with the
//! simulator.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use cobbler_sim::CobblerSim;
use std::sync::OnceLock;

/// A client that makes a new connection for each request.
pub(crate) fn client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .no_proxy()
            .build()
            .unwrap()
    })
}

pub(crate) async fn post(url: &str, body: &str) -> String {
    let request = client()
        .post(url)
        .header("content-type", "text/xml")
        .body(body.to_owned());
    request.send().await.unwrap().text().await.unwrap()
}

pub(crate) async fn get(url: &str) -> (u16, String) {
    let response = client().get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(crate) fn s(text: &str) -> String {
    format!("<value><string>{}</string></value>", escaped(text))
}

pub(crate) fn b(flag: bool) -> String {
    format!("<value><boolean>{}</boolean></value>", u8::from(flag))
}

pub(crate) fn map(members: &[(&str, String)]) -> String {
    let members: String = members
        .iter()
        .map(|(key, value)| format!("<member><name>{}</name>{value}</member>", escaped(key)))
        .collect();
    format!("<value><struct>{members}</struct></value>")
}

pub(crate) fn request(method: &str, params: &[String]) -> String {
    let params: String = params
        .iter()
        .map(|value| format!("<param>{value}</param>"))
        .collect();
    format!(
        "<?xml version='1.0'?><methodCall><methodName>{method}</methodName>\
         <params>{params}</params></methodCall>"
    )
}

/// A logged-in caller.
pub(crate) struct Session {
    pub(crate) url: String,
    pub(crate) token: String,
}

impl Session {
    pub(crate) async fn open(sim: &CobblerSim) -> Self {
        let url = sim.api_url();
        let answer = post(&url, &request("login", &[s("cobbler"), s("cobbler")])).await;
        let token = text_of(&answer).expect("a token");
        Self { url, token }
    }

    pub(crate) async fn call(&self, method: &str, params: &[String]) -> String {
        post(&self.url, &request(method, params)).await
    }

    /// A call whose last argument is the token.
    pub(crate) async fn with_token(&self, method: &str, params: &[String]) -> String {
        let mut params = params.to_vec();
        params.push(s(&self.token));
        self.call(method, &params).await
    }

    pub(crate) async fn new_system(&self, name: &str, profile: &str) -> String {
        let handle = text_of(&self.with_token("new_system", &[]).await).unwrap();
        for (field, value) in [("name", name), ("profile", profile)] {
            let answer = self.modify(&handle, field, s(value)).await;
            assert!(is_true(&answer), "{field}: {answer}");
        }
        handle
    }

    pub(crate) async fn modify(&self, handle: &str, field: &str, value: String) -> String {
        self.with_token("modify_system", &[s(handle), s(field), value])
            .await
    }

    pub(crate) async fn set_mac(&self, handle: &str, mac: &str) -> String {
        let mac = map(&[("macaddress-eth0", s(mac))]);
        self.modify(handle, "modify_interface", mac).await
    }

    pub(crate) async fn save(&self, handle: &str, mode: &str) -> String {
        self.call("save_system", &[s(handle), s(&self.token), s(mode)])
            .await
    }
}

/// The first string of an answer, with its entities resolved.
pub(crate) fn text_of(answer: &str) -> Option<String> {
    let (_, rest) = answer.split_once("<string>")?;
    let text = rest.split_once("</string>")?.0;
    Some(
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

/// The text of a fault.
pub(crate) fn fault(answer: &str) -> String {
    assert!(answer.contains("<fault>"), "no fault: {answer}");
    text_of(answer).unwrap()
}

pub(crate) fn is_true(answer: &str) -> bool {
    answer.contains("<boolean>1</boolean>") && !answer.contains("<fault>")
}

pub(crate) fn is_false(answer: &str) -> bool {
    answer.contains("<boolean>0</boolean>") && !answer.contains("<fault>")
}
