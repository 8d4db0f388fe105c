#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for path in ["a.ts", "a.tsx"] {
        envcheck_fuzz::source("typescript", path, data);
    }
});
