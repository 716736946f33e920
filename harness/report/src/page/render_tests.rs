//! The whole page, of a small run and of an enormous one.

use super::*;
use crate::page::example_run::{
    CHECKS, attachment, evidence, finding, observations, observations_of, outcomes, parts, record,
};
use record::Attachment;
use record::journal::Interruption;
use serde_json::json;
use vocabulary::Outcome;

fn page(record: &RunRecord) -> String {
    let (observations, attachments) = (observations(), [attachment()]);
    render(record, &CHECKS, &evidence(&observations, &attachments)).unwrap()
}

/// The page without what stands in files of its own.
fn without_files(page: &str) -> String {
    let page = page.replace(CSS, "[page.css]").replace(JS, "[page.js]");
    // `'` and `/` are escaped, too.
    page.replace("&#x2f;", "/").replace("&#x27;", "'").replace(&policy(), "[policy]")
}

#[test]
fn page_tells_all_that_is_needed() {
    insta::assert_snapshot!(without_files(&page(&record(outcomes()))));
}

#[test]
fn same_input_gives_the_same_page() {
    assert_eq!(page(&record(outcomes())), page(&record(outcomes())));
}

#[test]
fn text_of_a_finding_stays_text() {
    let evil = "<script>alert(1)</script>` \" onload='x' {{ 7 * 7 }} <b>`</b>";
    let mut all = outcomes();
    all[0] = Outcome::of_violation(vocabulary::Level::Must, vec![finding(evil)], Vec::new());
    all[2] = Outcome::Errored { error: evil.to_owned() };
    all[5] = Outcome::passed(evil);
    let mut record = record(all);
    record.header.cluster = evil.to_owned();
    let html = page(&record);
    assert_eq!(html.matches("<script").count(), 1, "the page's own");
    assert!(!html.contains("<b>") && !html.contains("onload='"), "a tag of the text is a tag of the page");
    assert_eq!(html.matches("&lt;script&gt;alert(1)").count(), 4);
    assert!(html.contains("{{ 7 * 7 }}"));
}

#[test]
fn page_loads_nothing() {
    let html = page(&record(outcomes()));
    for loads in [" src=", "@import", "url(", "<link", "<iframe", "<img", "fetch(", "XMLHttpRequest"] {
        assert!(!html.contains(loads), "{loads}");
    }
}

#[test]
fn anchors_lead_somewhere_and_are_unique() {
    let html = page(&record(outcomes()));
    let ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
    for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(unique.contains(&target), "{target}");
    }
}

#[test]
fn enormous_evidence_is_cut_and_the_finding_is_not() {
    let mut parts = parts();
    let (kinds, _) = parts.get_mut(CHECKS[0].id).unwrap();
    kinds[0].objects[0]["spec"]["big"] = json!(vec!["<\"&'>".repeat(100); 2000]);
    for index in 0..5_000 {
        let metadata =
            json!({"name": format!("o{index}"), "namespace": "n", "labels": {"text": "\"".repeat(300)}});
        kinds[0].objects.push(json!({ "metadata": metadata }));
    }
    let (_, exchanges) = parts.get_mut(CHECKS[1].id).unwrap();
    for port in 0..1_000 {
        let mut one = exchanges[0].clone();
        one.order["to"]["port"] = json!(port);
        exchanges.push(one);
    }
    let log = Attachment { text: "é".repeat(3 * MAX_BYTES), ..attachment() };
    let html = render(&record(outcomes()), &CHECKS, &evidence(&observations_of(parts), &[log])).unwrap();
    assert!(html.len() < MAX_BYTES, "{} bytes", html.len());
    assert!(html.contains("<mark>&quot;mode&quot;: &quot;PERMISSIVE&quot;</mark>"));
    for note in ["of 6.0 MiB are shown", "of 1001 are shown", "of 5002 are shown"] {
        assert!(html.contains(note), "{note}");
    }
}

#[test]
fn enormous_findings_are_cut() {
    let mut all = outcomes();
    all[0] =
        Outcome::of_violation(vocabulary::Level::Must, vec![finding(&"&".repeat(10_000)); 5_000], Vec::new());
    all[2] = Outcome::Errored { error: "<".repeat(5 * MAX_BYTES) };
    let html = page(&record(all));
    assert!(html.len() < MAX_BYTES, "{} bytes", html.len());
    assert!(html.contains("of 5000 are shown"));
}

#[test]
fn verdict_counts_what_is_violated() {
    let of = |outcomes: Vec<Outcome>| {
        let html = page(&record(outcomes));
        let start = html.find("<h1>").unwrap() + 4;
        html[start..].split("</h1>").next().unwrap().to_owned()
    };
    let all = outcomes();
    assert_eq!(of(all.clone()), "3 of 7 requirements are violated");
    assert_eq!(of(all[..1].to_vec()), "1 of 1 requirement is violated");
    assert_eq!(of(vec![all[2].clone(), all[5].clone()]), "1 of 2 requirements could not be judged");
    assert_eq!(of(vec![all[5].clone(), all[6].clone()]), "No requirement is violated");
    assert_eq!(of(vec![all[6].clone()]), "No requirement was judged");
}

#[test]
fn interrupted_run_does_not_look_whole() {
    let mut record = record(outcomes()[5..6].to_vec());
    let unjudged = vec![CHECKS[1].id.to_owned(), CHECKS[2].id.to_owned()];
    record.interruption = Some(Interruption { by: "SIGTERM".to_owned(), unjudged });
    let html = page(&record);
    let heading = "<h1>Interrupted by SIGTERM: 2 checks have no verdict. Of the others: No requirement is violated</h1>";
    assert!(html.contains(heading), "{html}");
    for id in [CHECKS[1].id, CHECKS[2].id] {
        let anchor = format!("<li id=\"check-{}\" data-outcome=\"interrupted\"", id.replace("::", "."));
        assert!(html.contains(&anchor), "{id}");
    }
}

#[test]
fn literals_stand_apart() {
    let parts = |text| spans(text).into_iter().map(|span| (span.text, span.is_literal)).collect::<Vec<_>>();
    assert_eq!(parts("set `a` to `b`"), [("set ", false), ("a", true), (" to ", false), ("b", true)]);
    assert_eq!(parts("one ` alone"), [("one ` alone", false)]);
    assert_eq!(parts(""), []);
}
