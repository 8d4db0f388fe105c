#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    envcheck_fuzz::source("rust", "a.rs", data);
});
