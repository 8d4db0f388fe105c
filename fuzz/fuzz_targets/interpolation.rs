#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    let _ = envcheck::syntax::interpolation::expand_defaults(&text);
    let scan = envcheck::syntax::interpolation::scan(&text);
    envcheck_fuzz::check(&scan, &text);
    for &at in &scan.escapes {
        envcheck_fuzz::inside(at..at + 2, &text);
    }
});
