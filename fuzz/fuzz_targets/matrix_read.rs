#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    for path in ["envs/matrix.yaml", "envs/matrix.toml"] {
        let file = envcheck_fuzz::file(path, &text);
        envcheck_fuzz::check(&envcheck::matrix::read(&[&file]), &text);
    }
});
