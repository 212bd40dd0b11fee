//! The REST API in process: the router on a temporary SQLite database with `fake-hardware`.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

mod allocations;
mod bad_input;
mod exceptions;
mod ferric;
mod harness;
mod lists;
mod metrics;
mod negotiation;
mod nodes;
mod openapi;
mod paging;
mod recordings;
mod replay;
mod resources;
