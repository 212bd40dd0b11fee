//! Any version text is read or refused, and one that is read compares with itself as equal.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| cimc_client::fuzzing::firmware_version(text));
