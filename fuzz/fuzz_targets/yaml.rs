#![no_main]

use envcheck::syntax::yaml::{parse, parse_with_library};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    let parsed = parse(&text);
    envcheck_fuzz::check(&parsed.documents, &text);
    let expected = envcheck_fuzz::written(&parse_with_library(&text));
    assert_eq!(envcheck_fuzz::written(&parsed), expected, "the two readers differ on {text:?}");
});
