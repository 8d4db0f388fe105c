//! Writes a monorepo to measure on: `cargo run --release --example monorepo -- FOLDER SERVICES`.
//! With `--dotenv FILES KEYS` in place of a number of services it writes dotenv files only.

#![expect(clippy::disallowed_methods, reason = "this program exists to write files")]

mod tree;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().map_err(std::io::Error::other);
    match words.as_slice() {
        [folder, "--dotenv", files, keys] => {
            let keys = number(keys)?;
            for file in 0..number(files)? {
                write(folder, &format!("part-{:03}/{file:05}.env", file / 100), &dotenv(keys))?;
            }
            Ok(())
        }
        [folder, services] => {
            tree::files(number(services)?).try_for_each(|(path, text)| write(folder, &path, &text))
        }
        _ => Err(std::io::Error::other("usage: monorepo FOLDER (SERVICES | --dotenv FILES KEYS)")),
    }
}

/// Lines as dotenv files have them: names in order, so that checks of their order stay silent as well.
fn dotenv(keys: usize) -> String {
    (0..keys).map(|key| format!("SETTING_{key:07}=value-{key}\n")).collect()
}

fn write(folder: &str, path: &str, text: &str) -> std::io::Result<()> {
    let path = Path::new(folder).join(path);
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    std::fs::write(path, text)
}
