//! Logging in, and tokens. In 3.x using a token neither refreshes nor expires it; the only call
//! that throws old tokens away is `token_check`, whoever calls it.

use super::{Args, Outcome};
use crate::fault::Fault;
use crate::knobs::SimFault;
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
        return Err(Fault::attribute(
            "'NoneType' object has no attribute 'encode'",
        ));
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
    let ttl = state.token_ttl;
    state.tokens.retain(|_, since| since.elapsed() <= ttl);
    state.drafts.retain(|_, draft| match draft {
        Draft::Unsaved { made, .. } => made.elapsed() <= DRAFT_LIFE,
        Draft::Saved { .. } => true,
    });
    let known = state
        .tokens
        .get_mut(args.text(0))
        .map(|since| *since = Instant::now());
    Ok(known.is_some().into())
}

/// What every authorised call does first.
pub(crate) fn authorise(state: &mut State, token: &Value) -> Result<(), Fault> {
    let token = token
        .as_str()
        .filter(|token| token.len() == 36)
        .ok_or_else(|| Fault::value("\"token\" did not have the correct format or type!"))?;
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
    Ok(1_i64.into())
}

pub(crate) fn check_access_no_fail(state: &mut State, args: Args<'_>) -> Outcome {
    Ok(i64::from(authorise(state, args.get(0)).is_ok()).into())
}
