//! Starts Ferric and its simulators on free ports for tests.
