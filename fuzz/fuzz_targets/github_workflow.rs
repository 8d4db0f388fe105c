#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    envcheck_fuzz::source("github-workflow", ".github/workflows/a.yml", data);
});
