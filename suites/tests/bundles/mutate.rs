//! Changes of bundles: of bytes, of the JSON in them, and of contents together with their digests.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::DeflateEncoder;
use record::bundle;
use serde_json::{Map, Value, json};
use std::io::{Read, Write};
use vocabulary::Digest;

/// A change: which one, where, and with what. Any numbers are one.
pub(crate) type Change = (u8, u32, u32);

fn pick(number: u32, length: usize) -> usize {
    if length == 0 { 0 } else { number as usize % length }
}

/// Changes bytes.
pub(crate) fn bytes(bytes: &mut Vec<u8>, (which, at, with): Change) {
    let at = pick(at, bytes.len());
    let some = pick(with, 64).min(bytes.len() - at);
    match which % 6 {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << (with % 8),
        1 => bytes.truncate(at),
        2 => bytes.insert(at, with.to_le_bytes()[0]),
        3 => drop(bytes.drain(at..at + some)),
        4 => {
            let part = bytes[at..at + some].to_vec();
            bytes.splice(at..at, part);
        }
        _ if !bytes.is_empty() => bytes[at] = with.to_le_bytes()[0],
        _ => {}
    }
}

/// What stands in the place of something else.
fn other(with: u32) -> Value {
    let deep = |depth| (0..depth).fold(Value::Null, |inner, _| json!([inner]));
    match with % 16 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(u64::MAX),
        3 => json!(i64::MIN),
        4 => json!(1e308),
        5 => json!(-1),
        6 => json!(""),
        7 => json!("x".repeat(100_000)),
        8 => json!([]),
        9 => json!({}),
        10 => deep(40),
        11 => deep(200),
        12 => json!("2026-13-45T99:99:99Z"),
        13 => json!("9999-12-30T22:00:00.999999999Z"),
        14 => json!("\u{0}\u{202e}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        _ => json!({"": [{"metadata": {"name": 1}}], "objects": {"resource": "pods", "scope": "*"}}),
    }
}

/// The number of nodes below and with this one.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum::<usize>(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// The node of this number.
fn node<'a>(value: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| node(item, number)),
        Value::Object(fields) => fields.iter_mut().find_map(|(_, field)| node(field, number)),
        _ => None,
    }
}

/// Changes a value somewhere.
pub(crate) fn json(value: &mut Value, (which, at, with): Change) {
    let mut number = pick(at, count(value));
    let mut source = pick(with, count(value));
    let copy = node(&mut value.clone(), &mut source).cloned().unwrap_or_default();
    let Some(node) = node(value, &mut number) else { return };
    match (which % 7, node) {
        (0 | 1, node) => *node = other(with),
        (2, node) => *node = copy,
        (3, Value::Object(fields)) => {
            let key = fields.keys().nth(pick(with, fields.len())).cloned();
            key.and_then(|key| fields.remove(&key));
        }
        (4, Value::Object(fields)) => {
            fields.insert(
                ["unknown", "kind", "metadata", "version", "", "list", "error"][pick(with, 7)].to_owned(),
                copy,
            );
        }
        (5, Value::Object(fields)) => {
            let before: Map<String, Value> = std::mem::take(fields);
            let renamed = pick(with, before.len());
            fields.extend(before.into_iter().enumerate().map(|(index, (key, field))| {
                (if index == renamed { format!("{key}x") } else { key }, field)
            }));
        }
        (3 | 4, Value::Array(items)) if !items.is_empty() => drop(items.remove(pick(with, items.len()))),
        (_, Value::Array(items)) => items.push(copy),
        (_, Value::String(text)) => text.truncate(text.floor_char_boundary(pick(with, text.len()))),
        (_, node) => *node = other(with),
    }
}

/// Changes a content of a recording, and each digest with it, so that it is found out by nobody but the checks.
pub(crate) fn content(recording: &mut Value, (which, at, with): Change) {
    let Some(contents) = recording["contents"].as_object() else { return };
    let Some((before, mut value)) =
        contents.iter().nth(pick(at, contents.len())).map(|(k, v)| (k.clone(), v.clone()))
    else {
        return;
    };
    json(&mut value, (which, at / 7, with));
    rename(recording, &before, &Digest::of_json(&value).to_string());
    let after = Digest::of_json(&value).to_string();
    recording["contents"][after] = value;
    let lists = recording["lists"].as_object().cloned().unwrap_or_default();
    for (list, items) in lists {
        let items: Vec<Digest> = serde_json::from_value(items).unwrap_or_default();
        let after = Digest::of_list(&items).to_string();
        if after != list {
            rename(recording, &list, &after);
        }
    }
}

/// Writes another digest wherever this one stands.
fn rename(recording: &mut Value, before: &str, after: &str) {
    let text = recording.to_string().replace(before, after);
    if let Ok(renamed) = serde_json::from_str(&text) {
        *recording = renamed;
    }
}

/// The archive in a bundle.
pub(crate) fn tar_of(bundle: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    GzDecoder::new(bundle).read_to_end(&mut content).unwrap();
    content
}

/// The bundle of this archive.
pub(crate) fn sealed(archive: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(archive).unwrap();
    let mut body = encoder.finish().unwrap();
    let mut crc = flate2::Crc::new();
    crc.update(archive);
    body.extend(crc.sum().to_le_bytes());
    body.extend(crc.amount().to_le_bytes());
    sealed_body(&body)
}

/// The bundle of what stands behind the header.
pub(crate) fn sealed_body(body: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0x10, 0, 0, 0, 0, 2, 255];
    file.extend(format!("{} sha256:{}\0", bundle::FORMAT, Digest::of_bytes(body)).bytes());
    file.extend(body);
    file
}

/// What stands behind the header.
pub(crate) fn body(bundle: &[u8]) -> &[u8] {
    let end = bundle.iter().skip(10).position(|byte| *byte == 0).unwrap();
    &bundle[10 + end + 1..]
}
