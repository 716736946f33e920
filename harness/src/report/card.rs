//! The card of a check: the page that `explain` prints and that is generated below `docs/checks`.

use crate::check::Check;
use std::fmt::Write;

/// The card, as Markdown.
pub fn markdown(check: &Check) -> String {
    let requirement = &check.requirement;
    let mut text = format!("# {}\n\n{}\n\n## What it proves\n\n{}\n", check.id, check.title, check.about());
    let _ = write!(
        text,
        "\n## Where that is required\n\n{}: {}\n\nSource: {}. Since: {}.\n",
        requirement.level, requirement.statement, requirement.source, requirement.since
    );
    text.push_str("\n## What a failure looks like\n\n");
    for finding in check.findings {
        let _ = writeln!(text, "- `{}`: {}", finding.code, finding.meaning);
    }
    let _ = write!(text, "\n## What to do\n\n{}\n", check.remediation);
    let needs: Vec<_> = check.needs.iter().map(|need| need.name).collect();
    let needs = if needs.is_empty() { "nothing of the cluster".to_owned() } else { needs.join(", ") };
    let flavours: Vec<_> = check.flavours.iter().map(|flavour| flavour.0).collect();
    let flavours = if flavours.is_empty() { "all flavours".to_owned() } else { flavours.join(", ") };
    let places = match check.places {
        [] => String::new(),
        places => format!("; makes the places `{}` of `fixtures/base`", places.join("`, `")),
    };
    let _ = write!(
        text,
        "\n## Needs\n\n{needs}; tier {}; {flavours}; budget {}{places}.\n",
        check.tier,
        humantime::format_duration(check.budget)
    );
    text
}
