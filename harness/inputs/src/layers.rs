//! The layers that inputs are merged from, and where each value came from.

use crate::inputs::Inputs;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::{Figment, Metadata, Profile, Provider};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The file that is read when no other is named.
const FILE: &str = "meshproof.toml";
const PREFIX: &str = "MESHPROOF_";

/// The inputs could not be read.
#[derive(Debug, Error)]
pub enum InputsError {
    /// The named file is not there.
    #[error("there is no inputs file at `{0}`")]
    NoFile(PathBuf),
    /// A value does not fit.
    #[error("could not read the inputs")]
    Invalid(#[source] Box<figment::Error>),
    /// A pattern of what is secret cannot be read.
    #[error("`{pattern}`, which `redact` lists, is not a regular expression")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        #[source]
        source: regex::Error,
    },
}

impl InputsError {
    /// What a person does about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoFile(_) => "name a file that exists with `--config`, or leave it out".to_owned(),
            Self::Pattern { .. } => "mend the pattern; https://docs.rs/regex tells its syntax".to_owned(),
            Self::Invalid(_) => "`meshproof config` shows each input and where it comes from".to_owned(),
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(pub String);

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Inputs that were found: dotted key → (value, the object or file it was read from).
pub type FoundInputs = BTreeMap<String, (Value, String)>;

/// The layers below the built-in defaults: discovered values, file, environment, flags.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// What was found on the cluster.
    pub discovered: FoundInputs,
    /// The file that was named, instead of `meshproof.toml`.
    pub file: Option<PathBuf>,
    /// Flags: dotted key → value.
    pub flags: BTreeMap<String, Value>,
}

impl Layers {
    /// Merges all layers.
    ///
    /// What they call secret is taken out of everything from here on.
    pub fn merge(&self) -> Result<Inputs, InputsError> {
        let inputs: Inputs =
            self.figment()?.extract().map_err(|error| InputsError::Invalid(Box::new(error)))?;
        for pattern in &inputs.redact {
            redact::register_pattern(pattern)
                .map_err(|source| InputsError::Pattern { pattern: pattern.clone(), source })?;
        }
        inputs.kafka.password.iter().for_each(|password| redact::register_secret(password));
        Ok(inputs)
    }

    /// Each value of the merged inputs by dotted key, with where it came from.
    pub fn explain(&self) -> Result<Vec<(String, Value, Origin)>, InputsError> {
        let figment = self.figment()?;
        let inputs: Inputs = figment.extract().map_err(|error| InputsError::Invalid(Box::new(error)))?;
        let mut rows = inputs.by_key();
        if inputs.kafka.password.is_some() {
            rows.push(("kafka.password".to_owned(), Value::from("(set, not shown)")));
        }
        Ok(rows
            .into_iter()
            .map(|(key, value)| {
                let origin = figment.find_metadata(&key).map_or_else(|| "default".to_owned(), describe);
                (key, value, Origin(origin))
            })
            .collect())
    }

    fn figment(&self) -> Result<Figment, InputsError> {
        let file = match &self.file {
            Some(file) if !file.is_file() => return Err(InputsError::NoFile(file.clone())),
            Some(file) => Some(file.as_path()),
            None => Some(Path::new(FILE)).filter(|file| file.is_file()),
        };
        let mut figment = Figment::from(Serialized::defaults(Inputs::default()));
        for (key, (value, object)) in &self.discovered {
            figment = figment.merge(Layer { name: format!("found: {object}"), key, value });
        }
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(Env::prefixed(PREFIX).ignore(&["config"]).split("__"));
        for (key, value) in &self.flags {
            figment = figment.merge(Layer { name: format!("flag for {key}"), key, value });
        }
        Ok(figment)
    }
}

/// One value under a name of its own.
struct Layer<'a> {
    name: String,
    key: &'a str,
    value: &'a Value,
}

impl Provider for Layer<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<figment::value::Map<Profile, figment::value::Dict>, figment::Error> {
        Serialized::default(self.key, self.value).data()
    }
}

fn describe(metadata: &Metadata) -> String {
    let name = metadata.name.as_ref();
    if name.starts_with("flag") {
        return "flag".to_owned();
    }
    if name.starts_with("found: ") {
        return name.to_owned();
    }
    if name.contains("environment variable") {
        return "environment".to_owned();
    }
    match &metadata.source {
        Some(figment::Source::File(path)) => path.display().to_string(),
        _ => "default".to_owned(),
    }
}

impl Inputs {
    /// Each value by its dotted key; what is never shown is left out.
    pub fn by_key(&self) -> Vec<(String, Value)> {
        let mut rows = Vec::new();
        flatten("", &serde_json::to_value(self).unwrap_or_default(), &mut rows);
        rows
    }
}

fn flatten(prefix: &str, value: &Value, rows: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flatten(&key, value, rows);
            }
        }
        value => rows.push((prefix.to_owned(), value.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use vocabulary::Tier;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn flags_win_over_file_over_discovered() {
        let file = file("allow = 'traffic'\n[mesh]\nnamespace = 'from-file'\n");
        let layers = Layers {
            discovered: BTreeMap::from([
                ("mesh.namespace".to_owned(), (Value::from("found"), "Deployment found/istiod".to_owned())),
                (
                    "serverless.domain".to_owned(),
                    (Value::from("apps.test"), "ConfigMap a/config-domain".to_owned()),
                ),
            ]),
            file: Some(file.path().to_owned()),
            flags: BTreeMap::from([("allow".to_owned(), Value::from("disruptive"))]),
        };

        let inputs = layers.merge().unwrap();
        assert_eq!(inputs.allow, Tier::Disruptive);
        assert_eq!(inputs.mesh.namespace, "from-file");
        assert_eq!(inputs.serverless.domain.as_deref(), Some("apps.test"));

        let origins: BTreeMap<_, _> =
            layers.explain().unwrap().into_iter().map(|(key, _, origin)| (key, origin.0)).collect();
        assert_eq!(origins["allow"], "flag");
        assert_eq!(origins["mesh.namespace"], file.path().display().to_string());
        assert_eq!(origins["serverless.domain"], "found: ConfigMap a/config-domain");
        assert_eq!(origins["serverless.serving_namespace"], "default");
    }

    #[test]
    fn unknown_key_is_refused_by_name() {
        let file = file("[mesh]\nnamspace = 'istio-system'\n");
        let layers = Layers { file: Some(file.path().to_owned()), ..Layers::default() };
        let error = vocabulary::chain(&layers.merge().unwrap_err());
        assert!(error.contains("namspace"), "{error}");
    }

    #[test]
    fn missing_named_file_is_an_error() {
        let layers = Layers { file: Some("/nonexistent/meshproof.toml".into()), ..Layers::default() };
        assert!(matches!(layers.merge(), Err(InputsError::NoFile(_))));
    }
}
