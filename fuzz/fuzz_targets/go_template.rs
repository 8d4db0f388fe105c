#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    envcheck_fuzz::check(&envcheck::syntax::go_template::parse(&text), &text);
    envcheck_fuzz::source("consul-template", "a.ctmpl", data);
});
