//! The page of a check: what `explain` prints, and what is generated below `docs/checks`.

use std::fmt::Write;
use vocabulary::CheckCard;

/// The card of a check as Markdown.
pub fn markdown(card: &CheckCard) -> String {
    let requirement = &card.requirement;
    let mut text = format!("# {}\n\n{}\n\n## What it proves\n\n{}\n", card.id, card.title, card.about());
    let _ = write!(
        text,
        "\n## Where that is required\n\n{}: {}\n\nSource: {}. Since: {}.\n",
        requirement.level, requirement.statement, requirement.source, requirement.since
    );
    text.push_str("\n## What a failure looks like\n\n");
    for finding in card.findings {
        let _ = writeln!(text, "- `{}`: {}", finding.code, finding.meaning);
    }
    let _ = write!(text, "\n## What to do\n\n{}\n", card.remediation);
    let needs: Vec<_> = card.needs.iter().map(|need| need.name).collect();
    let needs = if needs.is_empty() { "nothing of the cluster".to_owned() } else { needs.join(", ") };
    let flavours: Vec<_> = card.flavours.iter().map(|flavour| flavour.0).collect();
    let flavours = if flavours.is_empty() { "all flavours".to_owned() } else { flavours.join(", ") };
    let places = match card.places {
        [] => String::new(),
        places => format!("; makes the places `{}` of `fixtures/base`", places.join("`, `")),
    };
    let _ = write!(
        text,
        "\n## Needs\n\n{needs}; tier {}; {flavours}; budget {}{places}.\n",
        card.tier,
        humantime::format_duration(card.budget)
    );
    text
}
