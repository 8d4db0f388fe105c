#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    // Two files of one project, and what they include: the parts of the input between lines of `%%%`.
    let mut tree = envcheck::system::MemorySystem::default();
    for (part, path) in
        text.split("%%%\n").zip(["compose.yaml", "compose.override.yaml", "other.yaml", ".env"])
    {
        tree.insert(envcheck::text::TreePath::parse(path).expect("a good path"), part);
    }
    let snapshot = envcheck::engine::Snapshot::take(&tree, None);
    let _ = snapshot.report(&envcheck::engine::Settings::default());
});
