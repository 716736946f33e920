//! A value in which no key is written twice.
//!
//! The usual parsers keep the last of two values, and `kubectl apply` refuses the file.

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A value in which no key is written twice.
#[derive(Debug)]
pub(crate) struct UniqueKeys(pub(crate) Value);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ValueVisitor.deserialize(deserializer).map(Self)
    }
}

struct ValueVisitor;

impl<'de> DeserializeSeed<'de> for ValueVisitor {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of YAML or JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom(format!("{value} is no number")))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Self)?;
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format!(
                    "the key `{}` is written twice",
                    vocabulary::one_line(&key)
                )));
            }
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::all_kinds(
        "a: [1, -2, 1.5, true, null, x, {80: y}]",
        r#"{"a":[1,-2,1.5,true,null,"x",{"80":"y"}]}"#
    )]
    #[case::json(r#"{"a": {"b": []}}"#, r#"{"a":{"b":[]}}"#)]
    fn values_are_read(#[case] text: &str, #[case] expected: &str) {
        let UniqueKeys(value) = serde_yaml::from_str(text).unwrap();
        assert_eq!(value.to_string(), expected);
    }

    #[rstest]
    #[case::yaml("a: 1\nb: 2\na: 3\n")]
    #[case::within("x:\n- a: 1\n  a: 1\n")]
    #[case::number("80: a\n80: b\n")]
    fn key_that_is_written_twice_is_an_error(#[case] text: &str) {
        let error = serde_yaml::from_str::<UniqueKeys>(text).unwrap_err().to_string();
        assert!(error.contains("is written twice"), "{error}");
    }

    #[test]
    fn json_with_a_key_twice_is_an_error() {
        assert!(serde_json::from_str::<UniqueKeys>(r#"{"a": 1, "a": 1}"#).is_err());
    }
}
