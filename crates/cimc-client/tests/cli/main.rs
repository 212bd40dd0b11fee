//! The command line: the client against the simulator's SSH server, which shares no code with it,
//! and its parser against samples.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod login;
mod operations;
mod samples;
mod sessions;
