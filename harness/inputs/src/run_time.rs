//! The time that a run may take, spelled as a person does: `90s`, `10m`, `1h 30m`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The time that a run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RunTime(Duration);

impl RunTime {
    /// As a duration, which is longer than none.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for RunTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match humantime::parse_duration(text) {
            Ok(Duration::ZERO) => Err(format!("expected: a time longer than none; observed: `{text}`")),
            Ok(duration) => Ok(Self(duration)),
            Err(_) => Err(format!("expected: a time such as `90s` or `10m`; observed: `{text}`")),
        }
    }
}

impl TryFrom<String> for RunTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<RunTime> for String {
    fn from(time: RunTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for RunTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}
