#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    let file = envcheck_fuzz::file("envcheck.toml", &text);
    envcheck_fuzz::check(&envcheck::settings::read(&[&file], &[]), &text);
});
