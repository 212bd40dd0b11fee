//! Logging in, and tokens. In 3.x using a token neither refreshes nor expires it; the only call
//! that throws old tokens away is `token_check`, whoever calls it. In 2.x each authorised call
//! throws the old ones away and refreshes its own.

use super::{Args, Outcome};
use crate::fault::Fault;
use crate::knobs::SimFault;
use crate::release::Release;
use crate::state::{Draft, State};
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use std::time::Duration;
use tokio::time::Instant;

/// Unsaved objects older than this go with the same sweep as old tokens.
const DRAFT_LIFE: Duration = Duration::from_secs(600);

/// A token or handle tail: 25 random bytes in base64, 36 characters.
pub(crate) fn random_token() -> String {
    STANDARD.encode(rand::random::<[u8; 25]>())
}

pub(crate) fn login(state: &mut State, args: Args<'_>) -> Outcome {
    let user = args.text(0);
    if user.is_empty() {
        return Err(Fault::cx("login failed"));
    }
    let Some(password) = args.get(1).as_str() else {
        return Err(match state.data.release {
            Release::V2_8_5 => {
                Fault::type_error("sequence item 2: expected string, NoneType found")
            }
            _ => Fault::attribute("'NoneType' object has no attribute 'encode'"),
        });
    };
    let right = user == state.username && password == state.password.expose_secret();
    if !right || state.knobs.strikes(SimFault::WrongLogin) {
        return Err(Fault::cx(format!("login failed ({user})")));
    }
    let token = random_token();
    state.tokens.insert(token.clone(), Instant::now());
    Ok(token.into())
}

pub(crate) fn logout(state: &mut State, args: Args<'_>) -> Outcome {
    Ok(state.tokens.remove(args.text(0)).is_some().into())
}

pub(crate) fn token_check(state: &mut State, args: Args<'_>) -> Outcome {
    sweep(state);
    Ok(refresh(state, args.text(0)).into())
}

/// Throws away what is too old.
fn sweep(state: &mut State) {
    let ttl = state.token_ttl;
    state.tokens.retain(|_, since| since.elapsed() <= ttl);
    state.drafts.retain(|_, draft| match draft {
        Draft::Unsaved { made, .. } => made.elapsed() <= DRAFT_LIFE,
        Draft::Saved { .. } => true,
    });
}

/// Whether the token is known; if so its life begins anew.
fn refresh(state: &mut State, token: &str) -> bool {
    let known = state.tokens.get_mut(token);
    known.map(|since| *since = Instant::now()).is_some()
}

/// What every authorised call does first.
pub(crate) fn authorise(state: &mut State, token: &Value) -> Result<(), Fault> {
    let release = state.data.release;
    let shown = match token {
        Value::Nil => "None".to_owned(),
        other => other.python_str(),
    };
    let token = shown.as_str();
    if release >= Release::V3_2_3 && token.len() != 36 {
        return Err(Fault::python(
            "ValueError",
            "\"token\" did not have the correct format or type!",
        ));
    }
    if release < Release::V3_1_2 {
        sweep(state);
        refresh(state, token);
    }
    if state.tokens.contains_key(token) && state.knobs.strikes(SimFault::TokenExpired) {
        state.tokens.remove(token);
    }
    if state.tokens.contains_key(token) {
        Ok(())
    } else {
        Err(Fault::cx(format!("invalid token: {token}")))
    }
}

pub(crate) fn user_from_token(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(0))?;
    Ok(state.username.as_str().into())
}

pub(crate) fn check_access(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(0))?;
    Ok(yes(state, true))
}

/// 3.3.10 answers with a number.
fn yes(state: &State, is: bool) -> Value {
    match state.data.release {
        Release::V3_3_10 => i64::from(is).into(),
        _ => is.into(),
    }
}

pub(crate) fn check_access_no_fail(state: &mut State, args: Args<'_>) -> Outcome {
    let is = authorise(state, args.get(0)).is_ok();
    Ok(yes(state, is))
}
