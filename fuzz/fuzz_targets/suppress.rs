#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use envcheck::syntax::comments::comments;
    let text = envcheck_fuzz::text(data);
    for (path, kind) in [
        (".env", "dotenv"),
        ("Dockerfile", "dockerfile"),
        ("a.ts", "typescript"),
        ("a.py", "python"),
        ("a.ctmpl", "consul-template"),
        ("compose.yaml", "compose"),
    ] {
        let path = envcheck::text::TreePath::parse(path).expect("a good path");
        let notation = envcheck::suppress::notation(&path, Some(envcheck::fact::SourceKind(kind)));
        envcheck_fuzz::check(&comments(&text, notation), &text);
    }
});
