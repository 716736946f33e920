//! The files of a new check: what is written, and what is changed where it is registered.

use crate::check_id::CheckId;
use crate::error::NewCheckError;
use crate::registration::{has_module, with_entry, with_module};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

const CODE: &str = include_str!("../templates/check.rs.txt");
const FAULT: &str = include_str!("../templates/fault.yaml.txt");
const AREA: &str = include_str!("../templates/area.rs.txt");

/// The folder with the suites.
const SUITES: &str = "suites/src";

/// All that is written and changed, in this order. Nothing is done before all of it is known.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    new: Vec<(PathBuf, String)>,
    changed: Vec<(PathBuf, String)>,
}

impl Draft {
    /// The files of a check that there is not yet.
    pub(crate) fn of(top: &Path, id: &CheckId) -> Result<Self, NewCheckError> {
        let known = suites(top)?;
        if !known.contains(&id.suite) {
            return Err(NewCheckError::Suite { suite: id.suite.clone(), known });
        }
        let mut draft = Self::default();
        let filled =
            |template: &str| template.replace("@ID@", &id.to_string()).replace("@BEHAVIOUR@", &id.behaviour);
        draft.new.push((id.code(), filled(CODE)));
        // Whoever wrote the fault first, as is recommended, keeps it.
        if !has_fault(&top.join(id.faults())) {
            draft.new.push((id.faults().join("fault-what-a-person-did.yaml"), filled(FAULT)));
        }
        draft.register(top, id, &filled(AREA))?;
        match draft.new.iter().find(|(path, _)| top.join(path).exists()) {
            Some((path, _)) => Err(NewCheckError::Exists(path.clone())),
            None => Ok(draft),
        }
    }

    /// The area lists the check; one that is new is listed in its suite.
    fn register(&mut self, top: &Path, id: &CheckId, template: &str) -> Result<(), NewCheckError> {
        let suite = Path::new(SUITES).join(&id.suite).with_extension("rs");
        let area = Path::new(SUITES).join(&id.suite).join(&id.area).with_extension("rs");
        let entry = format!("&{}::CHECK", id.behaviour);
        let no_list = |path: &Path| {
            let path = path.to_owned();
            move |missing| NewCheckError::List { path, missing }
        };
        if top.join(&area).exists() {
            let text = read(top, &area)?;
            if has_module(&text, &id.behaviour) {
                return Err(NewCheckError::Exists(id.code()));
            }
            let text = with_module(&text, &id.behaviour).map_err(no_list(&area))?;
            let text = with_entry(&text, "CHECKS", &entry).map_err(no_list(&area))?;
            self.changed.push((area, text));
            return Ok(());
        }
        let text = read(top, &suite)?;
        let is_import = |line: &&str| line.starts_with("use ") && line.contains("Check");
        let import = text.lines().find(is_import).ok_or("line `use …::Check;`").map_err(no_list(&suite))?;
        let new = with_entry(&template.replace("@IMPORT@", import), "CHECKS", &entry);
        self.new.push((area.clone(), new.map_err(no_list(&area))?));
        let text = with_module(&text, &id.area).map_err(no_list(&suite))?;
        let text = with_entry(&text, "AREAS", &format!("{}::CHECKS", id.area)).map_err(no_list(&suite))?;
        self.changed.push((suite, text));
        Ok(())
    }

    /// Writes what is new, and then changes what lists it.
    pub(crate) fn write(&self, top: &Path) -> Result<(), NewCheckError> {
        for (path, text) in &self.new {
            let io = |source| NewCheckError::Io { path: path.clone(), source };
            let file = top.join(path);
            fs::create_dir_all(file.parent().unwrap_or(top)).map_err(io)?;
            let mut file = OpenOptions::new().write(true).create_new(true).open(file).map_err(io)?;
            file.write_all(text.as_bytes()).map_err(io)?;
        }
        for (path, text) in &self.changed {
            let io = |source| NewCheckError::Io { path: path.clone(), source };
            fs::write(top.join(path), text).map_err(io)?;
        }
        Ok(())
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, _) in &self.new {
            writeln!(f, "wrote {}", path.display())?;
        }
        for (path, _) in &self.changed {
            writeln!(f, "registered in {}, as the last; the order is that of the document", path.display())?;
        }
        Ok(())
    }
}

/// The suites: each has a folder, and beside it a file that lists its areas.
fn suites(top: &Path) -> Result<Vec<String>, NewCheckError> {
    let folder = top.join(SUITES);
    let io = |source| NewCheckError::Io { path: SUITES.into(), source };
    let mut suites = Vec::new();
    for entry in fs::read_dir(&folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let lists = || fs::read_to_string(path.with_extension("rs")).unwrap_or_default();
        if path.is_dir() && lists().contains("pub const AREAS: ") {
            suites.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    suites.sort();
    Ok(suites)
}

fn has_fault(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().starts_with("fault-"))
}

fn read(top: &Path, path: &Path) -> Result<String, NewCheckError> {
    fs::read_to_string(top.join(path)).map_err(|source| NewCheckError::Io { path: path.to_owned(), source })
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
