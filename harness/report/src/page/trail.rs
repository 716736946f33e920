//! What a check sent: the same order, carried out again and again, is one trail, and its last transcript is shown.

use crate::page::layers::{Fact, answer_text, transcript_facts};
use crate::page::limits::{cut_inline, cut_text, readable_bytes};
use crate::page::route::hops;
use crate::page::route_stage::RouteStage;
use probe::{Order, Transcript};
use record::Exchange;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// An order, and what came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Trail {
    /// From where, and to where.
    from: String,
    to: String,
    /// How it ended.
    ended: String,
    /// How earlier ones ended, where it was carried out more than once.
    history: Option<String>,
    hops: Vec<RouteStage>,
    facts: Vec<Fact>,
    order: String,
    order_note: Option<String>,
    answer: Option<String>,
    answer_note: Option<String>,
}

/// The trails of some exchanges, in the order in which they began.
pub(crate) fn trails(exchanges: &[Exchange], max_bytes: usize) -> impl Iterator<Item = Trail> {
    let mut indexes = BTreeMap::new();
    let mut groups: Vec<Vec<&Exchange>> = Vec::new();
    for exchange in exchanges {
        let index = *indexes.entry((&exchange.position, exchange.order.to_string())).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(exchange),
            None => groups.push(vec![exchange]),
        }
    }
    groups.into_iter().filter_map(move |group| Trail::new(&group, max_bytes))
}

impl Trail {
    fn new(group: &[&Exchange], max_bytes: usize) -> Option<Self> {
        let last = group.last()?;
        let order: Option<Order> = serde_json::from_value(last.order.clone()).ok();
        let ordered = order.as_ref().map(|order| format!("{}:{}", order.to.host, order.to.port));
        let dialled = last.transcript.connection().map(|connection| connection.to.clone());
        let order_json = serde_json::to_string_pretty(&without_pem(&last.order)).unwrap_or_default();
        let (order_text, order_note) = cut_text(&order_json, max_bytes);
        let (answer, answer_note) =
            answer_text(&last.transcript).map(|text| cut_text(&text, max_bytes)).unzip();
        let facts = transcript_facts(&last.transcript).into_iter();
        Some(Self {
            from: cut_inline(&last.position, max_bytes),
            to: cut_inline(&ordered.or(dialled).unwrap_or_default(), max_bytes),
            ended: cut_inline(&ending(&last.transcript), max_bytes),
            history: history(group).map(|history| cut_inline(&history, max_bytes)),
            hops: cut_hops(hops(&last.position, order.as_ref(), &last.transcript), max_bytes),
            facts: facts.map(|fact| Fact { value: cut_inline(&fact.value, max_bytes), ..fact }).collect(),
            order: order_text,
            order_note,
            answer,
            answer_note: answer_note.flatten(),
        })
    }
}

fn cut_hops(hops: Vec<RouteStage>, max_bytes: usize) -> Vec<RouteStage> {
    let hops = hops.into_iter().map(|hop| RouteStage {
        what: cut_inline(&hop.what, max_bytes),
        more: hop.more.iter().map(|line| cut_inline(line, max_bytes)).collect(),
        ..hop
    });
    hops.collect()
}

/// How a transcript ended, with the status of an answer.
fn ending(transcript: &Transcript) -> String {
    match transcript.http() {
        Some(answer) if transcript.ended.is_answered() => format!("answered: status {}", answer.status),
        _ => transcript.ended.to_string(),
    }
}

/// How often an order was carried out, and how it ended each time.
fn history(group: &[&Exchange]) -> Option<String> {
    if group.len() < 2 {
        return None;
    }
    let mut runs: Vec<(String, usize)> = Vec::new();
    for exchange in group {
        let ending = ending(&exchange.transcript);
        match runs.last_mut() {
            Some((last, count)) if *last == ending => *count += 1,
            _ => runs.push((ending, 1)),
        }
    }
    let runs: Vec<_> = runs.iter().map(|(ending, count)| format!("{count} × {ending}")).collect();
    Some(format!("sent {} times: {}; the last is shown", group.len(), runs.join(", then ")))
}

/// An order with its certificates left out, which say little to a person.
fn without_pem(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains("-----BEGIN ") => {
            format!("(PEM, {})", readable_bytes(text.len())).into()
        }
        Value::Array(items) => items.iter().map(without_pem).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), without_pem(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}
