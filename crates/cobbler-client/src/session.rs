//! The login: a token kept, renewed, and never shown.
//!
//! From Cobbler 3.0 on, use neither refreshes nor expires a token; only `token_check`, called by
//! anybody, sweeps the old ones away. So ours is checked every third of its life, and a call that
//! meets a swept token logs in again and repeats itself once.

use std::time::Duration;

use dxr::Value;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::CobblerError;
use crate::fault::{classify, is_stale_token, scrub};
use crate::value::string;
use crate::wire::{Failure, Patience, Wire};

/// A login at one server.
#[derive(Debug)]
pub(crate) struct Session {
    username: String,
    password: SecretString,
    token: Mutex<Option<Token>>,
}

#[derive(Debug)]
struct Token {
    text: SecretString,
    checked: Instant,
}

impl Session {
    /// No call is made yet.
    pub(crate) fn new(username: String, password: SecretString) -> Self {
        Self {
            username,
            password,
            token: Mutex::new(None),
        }
    }

    /// Makes a call that needs a token. `call` gives method and arguments for a token.
    pub(crate) async fn call(
        &self,
        wire: &Wire,
        token_life: Duration,
        action: &str,
        patience: Patience,
        call: &(dyn Fn(&str) -> (&'static str, Vec<Value>) + Send + Sync),
    ) -> Result<Value, CobblerError> {
        let mut repeated = false;
        loop {
            let token = self.token(wire, token_life).await?;
            let (method, params) = call(token.expose_secret());
            match wire.call(action, method, params, patience).await {
                Ok(value) => return Ok(value),
                Err(Failure::Error(error)) => return Err(error),
                Err(Failure::Fault(text)) if is_stale_token(&text) && !repeated => {
                    repeated = true;
                    self.forget(&token).await;
                }
                Err(Failure::Fault(text)) => {
                    let clean = scrub(&text, &[token.expose_secret()]);
                    return Err(classify(wire.at(action), &clean));
                }
            }
        }
    }

    async fn token(&self, wire: &Wire, life: Duration) -> Result<SecretString, CobblerError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_mut() {
            if token.checked.elapsed() < life / 3 {
                return Ok(token.text.clone());
            }
            let params = vec![string(token.text.expose_secret())];
            match wire
                .call("check the login", "token_check", params, Patience::Read)
                .await
            {
                Ok(Value::Boolean(true)) => {
                    token.checked = Instant::now();
                    return Ok(token.text.clone());
                }
                Err(Failure::Error(error)) => return Err(error),
                Ok(_) | Err(Failure::Fault(_)) => *kept = None,
            }
        }
        let text = self.login(wire).await?;
        *kept = Some(Token {
            text: text.clone(),
            checked: Instant::now(),
        });
        Ok(text)
    }

    async fn login(&self, wire: &Wire) -> Result<SecretString, CobblerError> {
        let action = format!("log in as {}", self.username);
        let params = vec![
            string(&self.username),
            string(self.password.expose_secret()),
        ];
        match wire.call(&action, "login", params, Patience::Read).await {
            Ok(Value::String(token)) if token.len() > 1 => {
                tracing::debug!(server = wire.server(), user = self.username, "logged in");
                Ok(token.into())
            }
            Ok(_) => Err(CobblerError::Protocol {
                at: wire.at(action),
                detail: "the answer holds no token".to_owned(),
            }),
            Err(Failure::Fault(text)) if text.contains("login failed") => {
                Err(CobblerError::Login {
                    at: wire.at(action),
                })
            }
            Err(Failure::Fault(text)) => {
                let clean = scrub(&text, &[self.password.expose_secret()]);
                Err(classify(wire.at(action), &clean))
            }
            Err(Failure::Error(error)) => Err(error),
        }
    }

    /// Drops this token, unless another task has renewed it already.
    async fn forget(&self, stale: &SecretString) {
        let mut kept = self.token.lock().await;
        if kept
            .as_ref()
            .is_some_and(|kept| kept.text.expose_secret() == stale.expose_secret())
        {
            *kept = None;
        }
    }
}
