//! The engine on a whole lab: the service's own parts, simulated controllers of mixed firmware
//! with machines behind them, and a simulated Cobbler.

mod bad_input;
mod failures;
mod life_cycle;
mod restart;
mod stores;
mod support;
