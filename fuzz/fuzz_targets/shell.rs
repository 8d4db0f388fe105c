#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = envcheck_fuzz::text(data);
    let script = envcheck::syntax::shell::scan(&text);
    for found in &script.uses {
        envcheck_fuzz::inside(found.name.clone(), &text);
        let _ = script.sets(&text, found);
    }
    for value in script.assignments.values().flatten() {
        envcheck_fuzz::inside(value.clone(), &text);
    }
});
