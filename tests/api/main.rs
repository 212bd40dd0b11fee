//! The REST API in process: the router on a temporary SQLite database with `fake-hardware`.

mod ferric;
mod harness;
mod negotiation;
mod nodes;
mod replay;
