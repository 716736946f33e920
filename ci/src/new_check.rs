//! Writes the files of a new check, in the shape that every check has.

use anyhow::{Result, bail};
use std::path::Path;

const CODE: &str = include_str!("new_check/check.rs.txt");
const FAULT: &str = include_str!("new_check/fault.yaml.txt");

/// Writes the code and a first fault, and says what is left to do. Nothing that exists is overwritten.
pub(crate) fn write(top: &Path, id: &str) -> Result<()> {
    let parts: Vec<_> = id.split("::").collect();
    let [suite, area, behaviour] = parts[..] else {
        bail!("the id is `<suite>::<area>::<behaviour>`, in snake case; got `{id}`");
    };
    let is_snake = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if !parts.iter().all(|part| is_snake(part)) {
        bail!("the id is `<suite>::<area>::<behaviour>`, in snake case; got `{id}`");
    }
    let path = id.replace("::", "/");
    let code = top.join(format!("suites/src/{path}.rs"));
    let fault = top.join(format!("fixtures/checks/{path}/fault-what-a-person-did.yaml"));
    for (file, template) in [(&code, CODE), (&fault, FAULT)] {
        if file.exists() {
            bail!("{} exists already", file.display());
        }
        std::fs::create_dir_all(file.parent().unwrap_or(top))?;
        std::fs::write(file, template.replace("@ID@", id).replace("@BEHAVIOUR@", behaviour))?;
        anstream::println!("wrote {}", file.display());
    }
    anstream::println!(
        "left to do:\n  register `&{behaviour}::CHECK` in suites/src/{suite}/{area}.rs\n  fill in what says FILL IN; \
         suites/tests/house_rules.rs tells what is missing\n  `cargo ci bless`, then `cargo ci check`"
    );
    Ok(())
}
