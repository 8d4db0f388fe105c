#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use envcheck::syntax::dotenv::{Dialect, Document};
    let text = envcheck_fuzz::text(data);
    envcheck_fuzz::check(&Document::parse(&text), &text);
    envcheck_fuzz::source("dotenv", ".env", data);
    for dialect in Dialect::ALL {
        let _ = dialect.read(&text, &|_| None);
    }
});
