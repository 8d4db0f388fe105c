#![no_main]

use envcheck::syntax::tree::Language;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for (path, language) in [("a.ts", Language::TypeScript), ("a.tsx", Language::Tsx)] {
        envcheck_fuzz::source("typescript", path, data);
        envcheck_fuzz::tree(language, data);
    }
});
