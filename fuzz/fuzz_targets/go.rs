#![no_main]

use envcheck::syntax::tree::Language;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    envcheck_fuzz::source("go", "a.go", data);
    envcheck_fuzz::tree(Language::Go, data);
});
