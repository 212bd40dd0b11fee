//! A controller's command line over SSH.
//!
//! Prompts, scopes, questions and pages follow the examples in Cisco's CLI configuration guides for
//! C-Series (releases 1.x and 2.x). Which release has which command is known in part only; what is
//! inferred is marked where it is. It acts on the same chassis as the XML API and takes a session
//! from the same four.

mod commands;
mod pages;
mod server;
mod terminal;

pub use server::SshError;
pub(crate) use server::{Door, open};
