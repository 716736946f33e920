//! Renders the page: the templates, what a browser may do with it, and how it is made to fit its size.

use crate::check_evidence::CheckEvidence;
use crate::format::{RenderError, ReportFormat, ReportSource};
use crate::page::limits::STEPS;
use crate::page::model::Page;
use crate::page::page_input::PageInput;
use crate::run_record::RunRecord;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use thiserror::Error;
use vocabulary::CheckCard;

/// A page is smaller than this.
pub const MAX_BYTES: usize = 1024 * 1024;

const CSS: &str = include_str!("page.css");
const JS: &str = include_str!("page.js");
const TEMPLATES: [(&str, &str); 4] = [
    ("page.html", include_str!("page.html")),
    ("check.html", include_str!("check.html")),
    ("trail.html", include_str!("trail.html")),
    ("text.html", include_str!("text.html")),
];

/// The format of `report.html`.
#[derive(Debug, Clone, Copy)]
pub struct Html;

impl ReportFormat for Html {
    fn file_name(&self) -> &'static str {
        "report.html"
    }

    fn render(&self, source: &ReportSource<'_>) -> Result<Vec<u8>, RenderError> {
        Ok(render(source.record, source.cards, source.evidence)?.into_bytes())
    }
}

/// The page could not be made.
#[derive(Debug, Error)]
pub enum PageError {
    /// A template does not fit its model.
    #[error("could not render the report page")]
    Template(#[from] minijinja::Error),
    /// Even without evidence the page is too large.
    #[error("the report page would have {bytes} bytes; at most {MAX_BYTES} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

/// Renders a record, with as much of the evidence as there is room for.
pub fn render(
    record: &RunRecord,
    cards: &[&CheckCard],
    evidence: &BTreeMap<String, CheckEvidence<'_>>,
) -> Result<String, PageError> {
    let templates = templates()?;
    let template = templates.get_template("page.html")?;
    let input = PageInput::new(record, cards, evidence);
    let mut bytes = 0;
    for limits in STEPS {
        let page = Value::from(Serde(Page::new(&input, limits)));
        let html = template.render(context! { page, css => CSS, js => JS, policy => policy() })?;
        bytes = html.len();
        if bytes < MAX_BYTES {
            return Ok(html);
        }
    }
    Err(PageError::TooLarge { bytes })
}

fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_filter("spans", |text: &str| Value::from(Serde(spans(text))));
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// What a browser may do with the page: apply this style sheet and run this script, and load nothing.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let (css, js) = (hash(CSS), hash(JS));
    format!(
        "default-src 'none'; style-src 'sha256-{css}'; script-src 'sha256-{js}'; base-uri 'none'; form-action 'none'"
    )
}

/// A part of a text: a literal that stood in backticks, or what is between.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct TextSpan<'a> {
    text: &'a str,
    is_literal: bool,
}

/// Splits a text at its backticks. A backtick without a second one stays in the text.
fn spans(text: &str) -> Vec<TextSpan<'_>> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((before, literal, after)) = rest
        .split_once('`')
        .and_then(|(before, after)| after.split_once('`').map(|(literal, after)| (before, literal, after)))
    {
        spans.push(TextSpan { text: before, is_literal: false });
        spans.push(TextSpan { text: literal, is_literal: true });
        rest = after;
    }
    spans.push(TextSpan { text: rest, is_literal: false });
    spans.retain(|span| !span.text.is_empty());
    spans
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
