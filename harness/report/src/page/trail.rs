//! What a check sent: the same order given again and again is one trail, told by its last transcript.

use crate::page::given::GivenExchange;
use crate::page::hops::{Hop, hops};
use crate::page::layers::{Fact, answer, facts};
use crate::page::limits;
use probe::{Order, Transcript};
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
    /// How earlier ones ended, where it was given more than once.
    history: Option<String>,
    hops: Vec<Hop>,
    facts: Vec<Fact>,
    order: String,
    order_note: Option<String>,
    answer: Option<String>,
    answer_note: Option<String>,
}

/// The trails of some exchanges, in the order in which they began.
pub(crate) fn trails(exchanges: &[GivenExchange], limit: usize) -> impl Iterator<Item = Trail> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<Vec<&GivenExchange>> = Vec::new();
    for exchange in exchanges {
        let place = *places.entry((&exchange.position, exchange.order.to_string())).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(exchange),
            None => groups.push(vec![exchange]),
        }
    }
    groups.into_iter().filter_map(move |group| trail(&group, limit))
}

fn trail(group: &[&GivenExchange], limit: usize) -> Option<Trail> {
    let last = group.last()?;
    let order: Option<Order> = serde_json::from_value(last.order.clone()).ok();
    let ordered = order.as_ref().map(|order| format!("{}:{}", order.to.host, order.to.port));
    let dialled = last.transcript.connection().map(|connection| connection.to.clone());
    let pretty = serde_json::to_string_pretty(&without_pem(&last.order)).unwrap_or_default();
    let (order_text, order_note) = limits::cut(&pretty, limit);
    let (answer, answer_note) = answer(&last.transcript).map(|text| limits::cut(&text, limit)).unzip();
    Some(Trail {
        from: limits::prose(&last.position, limit),
        to: limits::prose(&ordered.or(dialled).unwrap_or_default(), limit),
        ended: limits::prose(&ended(&last.transcript), limit),
        history: history(group).map(|history| limits::prose(&history, limit)),
        hops: bounded(hops(&last.position, order.as_ref(), &last.transcript), limit),
        facts: facts(&last.transcript)
            .into_iter()
            .map(|fact| Fact { value: limits::prose(&fact.value, limit), ..fact })
            .collect(),
        order: order_text,
        order_note,
        answer,
        answer_note: answer_note.flatten(),
    })
}

fn bounded(hops: Vec<Hop>, limit: usize) -> Vec<Hop> {
    let hops = hops.into_iter().map(|hop| Hop {
        what: limits::prose(&hop.what, limit),
        more: hop.more.iter().map(|line| limits::prose(line, limit)).collect(),
        ..hop
    });
    hops.collect()
}

/// How a transcript ended, with the status of an answer.
fn ended(transcript: &Transcript) -> String {
    match transcript.http() {
        Some(answer) if transcript.ended.is_answered() => format!("answered: status {}", answer.status),
        _ => transcript.ended.to_string(),
    }
}

fn history(group: &[&GivenExchange]) -> Option<String> {
    if group.len() < 2 {
        return None;
    }
    let mut runs: Vec<(String, usize)> = Vec::new();
    for exchange in group {
        let ended = ended(&exchange.transcript);
        match runs.last_mut() {
            Some((last, count)) if *last == ended => *count += 1,
            _ => runs.push((ended, 1)),
        }
    }
    let runs: Vec<_> = runs.iter().map(|(ended, count)| format!("{count} × {ended}")).collect();
    Some(format!("sent {} times: {}; the last is shown", group.len(), runs.join(", then ")))
}

/// An order with its certificates left out, which say little to a person.
fn without_pem(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains("-----BEGIN ") => {
            format!("(PEM, {})", limits::bytes(text.len())).into()
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
