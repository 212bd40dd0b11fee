//! The client against a scripted controller.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod boot;
mod failures;
mod inventory;
mod manners;
mod power;
mod sessions;
mod stub;
mod tls;

/// The server as a read shows it.
pub(crate) const SERVER: &str = "<computeRackUnit dn=\"sys/rack-unit-1\" adminPower=\"policy\" \
    availableMemory=\"131072\" model=\"UCSC-C220-M3S\" name=\"UCS C220 M3S\" numOfCores=\"16\" \
    numOfCpus=\"2\" numOfThreads=\"32\" operPower=\"on\" serial=\"FCH1752V07Z\" \
    totalMemory=\"131072\" usrLbl=\"\" uuid=\"4A42480B-345D-4CD0-8824-A399795E279C\">\
    </computeRackUnit>";
