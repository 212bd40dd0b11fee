//! The engine on a whole lab: the service's own parts, simulated controllers of mixed firmware
//! with machines behind them, and a simulated Cobbler.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that can not go on shall fail, and says what it skips"
)]

mod adoption;
mod bad_input;
mod command_line;
mod evidence;
mod failures;
mod inspection;
mod inspection_rules;
mod life_cycle;
mod locks;
mod loops;
mod own_profile;
mod ownership;
mod power_sync;
mod references;
mod rescue;
mod resources;
mod restart;
mod secrets;
mod steps;
mod stores;
mod support;
mod walks;
