//! Registering a module and what it holds, in the text of a file that lists others of its sort.

/// The width of a line, as in `rustfmt.toml`.
const WIDTH: usize = 110;

const MODULE: &str = "pub mod ";

/// What is not found in a text, so that nothing can be added to it.
pub(crate) type Missing = &'static str;

/// Whether a module is among those of a text.
pub(crate) fn has_module(text: &str, name: &str) -> bool {
    text.lines().any(|line| module(line) == Some(name))
}

/// The text with one module more, in the order of their names.
pub(crate) fn with_module(text: &str, name: &str) -> Result<String, Missing> {
    let lines: Vec<_> = text.lines().collect();
    let after = lines.iter().rposition(|line| module(line).is_some_and(|other| other < name));
    let before = lines.iter().position(|line| module(line).is_some());
    let at = after.map(|at| at + 1).or(before).ok_or("line `pub mod …;`")?;
    let added = format!("{MODULE}{name};");
    let lines: Vec<_> = lines[..at].iter().chain([&added.as_str()]).chain(&lines[at..]).copied().collect();
    Ok(lines.join("\n") + "\n")
}

fn module(line: &str) -> Option<&str> {
    line.strip_prefix(MODULE)?.strip_suffix(';')
}

/// The text with one entry more at the end of a constant list, laid out as rustfmt would.
pub(crate) fn with_entry(text: &str, constant: &str, entry: &str) -> Result<String, Missing> {
    let begin = text.find(&format!("pub const {constant}: ")).ok_or("list `pub const …: … = &[…];`")?;
    let list = &text[begin..];
    let (head, rest) = list.split_once(" =").ok_or("list `pub const …: … = &[…];`")?;
    let (entries, after) = rest.split_once("];").ok_or("end of its list, `];`")?;
    let entries = entries.trim_start().strip_prefix("&[").ok_or("begin of its list, `&[`")?;
    if entries.contains("//") {
        let entries = entries.trim_end();
        return Ok(format!("{}{head} = &[{entries}\n    {entry},\n];{after}", &text[..begin]));
    }
    let listed = entries.split(',').map(str::trim).filter(|one| !one.is_empty());
    let listed: Vec<_> = listed.chain([entry]).collect();
    Ok(format!("{}{}{after}", &text[..begin], layout(head, &listed)))
}

/// A constant list, as rustfmt would lay it out.
fn layout(head: &str, entries: &[&str]) -> String {
    let list = format!("&[{}];", entries.join(", "));
    let in_one_line = format!("{head} = {list}");
    if in_one_line.len() <= WIDTH {
        in_one_line
    } else if list.len() + 4 <= WIDTH {
        format!("{head} =\n    {list}")
    } else {
        let lines: Vec<_> = entries.iter().map(|entry| format!("    {entry},")).collect();
        format!("{head} = &[\n{}\n];", lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: &str = "//! An area.\n\npub mod b;\npub mod d;\n\nuse world::Check;\n\n\
                        /// The checks.\npub const CHECKS: &[&Check] = &[&d::CHECK, &b::CHECK];\n";

    #[test]
    fn modules_are_in_the_order_of_their_names() {
        let modules = |name: &str| {
            let text = with_module(AREA, name).unwrap();
            assert!(has_module(&text, name) && !has_module(AREA, name));
            text.lines().filter_map(module).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(modules("a"), ["a", "b", "d"]);
        assert_eq!(modules("c"), ["b", "c", "d"]);
        assert_eq!(modules("e"), ["b", "d", "e"]);
    }

    #[test]
    fn entry_is_the_last_of_its_list() {
        let text = with_entry(AREA, "CHECKS", "&c::CHECK").unwrap();
        assert!(text.ends_with("= &[&d::CHECK, &b::CHECK, &c::CHECK];\n"), "{text}");
    }

    #[test]
    fn long_list_is_broken_as_rustfmt_does() {
        let name = |length| format!("&{}::CHECK", "x".repeat(length));
        let two = with_entry(AREA, "CHECKS", &name(60)).unwrap();
        assert!(two.contains(&format!("=\n    &[&d::CHECK, &b::CHECK, {}];\n", name(60))), "{two}");
        let many = with_entry(AREA, "CHECKS", &name(90)).unwrap();
        assert!(
            many.contains(&format!("= &[\n    &d::CHECK,\n    &b::CHECK,\n    {},\n];\n", name(90))),
            "{many}"
        );
    }

    #[test]
    fn comments_within_a_list_stay() {
        let text = AREA.replace("&[&d::CHECK, &b::CHECK]", "&[\n    // First.\n    &d::CHECK,\n]");
        let text = with_entry(&text, "CHECKS", "&c::CHECK").unwrap();
        assert!(text.contains("&[\n    // First.\n    &d::CHECK,\n    &c::CHECK,\n];"), "{text}");
    }

    #[test]
    fn text_of_another_form_is_refused() {
        assert_eq!(with_module("//! Nothing.\n", "a"), Err("line `pub mod …;`"));
        assert!(with_entry("//! Nothing.\n", "CHECKS", "a").is_err());
        assert!(with_entry("pub const CHECKS: &[&Check] = LIST;\n", "CHECKS", "a").is_err());
    }

    /// Every list of this repository is as this module would write it.
    #[test]
    fn lists_are_laid_out_like_those_that_there_are() {
        let suites = crate::top().join("suites/src");
        let mut lists = 0;
        let folders = std::fs::read_dir(suites).unwrap().map(|entry| entry.unwrap().path());
        let areas = folders.filter(|path| path.is_dir()).flat_map(|path| std::fs::read_dir(path).unwrap());
        for path in areas.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&path).unwrap();
            let Some((begin, list)) = text.split_once("pub const CHECKS: ") else { continue };
            let (entries, _) = list.rsplit_once("::CHECK").unwrap();
            let (others, name) = entries.rsplit_once('&').unwrap();
            let others = others.trim_end().trim_end_matches(',');
            let shorter = format!("{begin}pub const CHECKS: {others}];\n");
            let again = with_entry(&shorter, "CHECKS", &format!("&{name}::CHECK")).unwrap();
            assert_eq!(again, text, "{}", path.display());
            lists += 1;
        }
        assert!(lists > 10);
    }
}
