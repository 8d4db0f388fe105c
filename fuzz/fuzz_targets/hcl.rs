#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    envcheck_fuzz::check(&envcheck::syntax::hcl::parse(&text), &text);
});
