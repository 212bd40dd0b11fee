//! Whatever a controller answers is read within bounds, and what was read can be written and read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| cimc_client::fuzzing::xml_answer(body));
