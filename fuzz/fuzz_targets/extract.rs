#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&kind, data)) = data.split_first() else { return };
    let extractor = envcheck::sources::ALL[usize::from(kind) % envcheck::sources::ALL.len()];
    envcheck_fuzz::source(extractor.kind().0, "a/file.env", data);
});
