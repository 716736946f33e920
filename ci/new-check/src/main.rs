//! Writes the files of a new check in the shape that every check has, and registers it.
//!
//! It knows the checks as text alone and depends on no other package, so that it runs a second after a clone.

mod check_id;
mod draft;
mod error;
mod registration;
mod remaining;

use check_id::CheckId;
use draft::Draft;
use error::NewCheckError;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo new-check <suite>::<area>::<behaviour>\n\n\
                     Writes the code and a first fault of a new check, registers it, and says what is left to do.\n";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [id] = &arguments[..] else { return tell(&mut std::io::stderr(), USAGE, 2) };
    if id == "--help" || id == "-h" {
        return tell(&mut std::io::stdout(), USAGE, 0);
    }
    match write(&top(), id) {
        Ok(text) => tell(&mut std::io::stdout(), &text, 0),
        Err(error) => tell(&mut std::io::stderr(), &format!("error: {error}\nhint: {}\n", error.hint()), 2),
    }
}

/// The top of the repository.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Writes a check, and says what was written and what is left to do.
fn write(top: &Path, id: &str) -> Result<String, NewCheckError> {
    let id = CheckId::parse(id)?;
    let draft = Draft::of(top, &id)?;
    draft.write(top)?;
    Ok(format!("{draft}\n{}", remaining::steps(&id)))
}

/// There is nobody to be told that nobody can be told.
fn tell(to: &mut impl Write, text: &str, code: u8) -> ExitCode {
    let _ = to.write_all(text.as_bytes());
    ExitCode::from(code)
}
