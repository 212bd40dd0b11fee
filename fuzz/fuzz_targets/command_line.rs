//! Whatever a terminal shows is read within bounds or refused with the line that was not understood.
#![no_main]

libfuzzer_sys::fuzz_target!(|shown: &[u8]| cimc_client::fuzzing::command_line(shown));
