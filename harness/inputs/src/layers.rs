//! The layers that inputs are merged from.
//!
//! The later wins: the document's defaults, the values that were discovered on the cluster, `meshproof.toml`,
//! environment variables (`MESHPROOF_KAFKA__USER`), flags. `meshproof config` shows each value with its origin.

use crate::error::InputsError;
use crate::inputs::Inputs;
use crate::origin::{FLAG, FOUND, InputOrigin};
use crate::validate::validate;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::{Figment, Metadata, Profile, Provider};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file that is read when no other is named.
const DEFAULT_FILE: &str = "meshproof.toml";
/// What the names of environment variables begin with.
const ENVIRONMENT_PREFIX: &str = "MESHPROOF_";

/// Inputs that were discovered on a cluster or machine: dotted key → (value, the object or file it was read from).
pub type DiscoveredInputs = BTreeMap<String, (Value, String)>;

/// The layers above the built-in defaults. Environment variables are a layer, too; they are read when the layers are
/// merged.
#[derive(Debug, Clone, Default)]
pub struct InputLayers {
    /// What was discovered on the cluster.
    pub discovered: DiscoveredInputs,
    /// The file that was named, instead of `meshproof.toml`.
    pub file: Option<PathBuf>,
    /// Flags: dotted key → value.
    pub flags: BTreeMap<String, Value>,
}

impl InputLayers {
    /// Merges all layers, and registers the secrets that they name, so that these are redacted from here on.
    pub fn merge(&self) -> Result<Inputs, InputsError> {
        let figment = self.figment()?;
        let inputs = extract(&figment)?;
        validate(&inputs, |key| InputOrigin::from_metadata(figment.find_metadata(key)))?;
        for pattern in &inputs.redact {
            redact::register_pattern(pattern)
                .map_err(|source| InputsError::Pattern { pattern: pattern.clone(), source })?;
        }
        inputs.kafka.password.iter().for_each(|password| redact::register_secret(password));
        Ok(inputs)
    }

    /// Each value of the merged inputs: its dotted key, the value, and where it came from.
    pub fn values_with_origin(&self) -> Result<Vec<(String, Value, InputOrigin)>, InputsError> {
        let figment = self.figment()?;
        let inputs = extract(&figment)?;
        let mut rows = inputs.dotted_values();
        if inputs.kafka.password.is_some() {
            rows.push(("kafka.password".to_owned(), Value::from("(set, not shown)")));
        }
        let with_origin = |(key, value): (String, Value)| {
            let origin = InputOrigin::from_metadata(figment.find_metadata(&key));
            (key, value, origin)
        };
        Ok(rows.into_iter().map(with_origin).collect())
    }

    fn figment(&self) -> Result<Figment, InputsError> {
        let file = match &self.file {
            Some(file) if !file.is_file() => return Err(InputsError::NoFile(file.clone())),
            Some(file) => Some(file.as_path()),
            None => Some(Path::new(DEFAULT_FILE)).filter(|file| file.is_file()),
        };
        let mut figment = Figment::from(Serialized::defaults(Inputs::default()));
        for (key, (value, object)) in &self.discovered {
            figment = figment.merge(SingleValue { name: format!("{FOUND}{object}"), key, value });
        }
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(Env::prefixed(ENVIRONMENT_PREFIX).ignore(&["config"]).split("__"));
        for (key, value) in &self.flags {
            figment = figment.merge(SingleValue { name: format!("{FLAG} for {key}"), key, value });
        }
        Ok(figment)
    }
}

fn extract(figment: &Figment) -> Result<Inputs, InputsError> {
    figment.extract().map_err(|error| InputsError::Invalid(Box::new(error)))
}

/// A layer of one value, whose name tells its origin.
struct SingleValue<'a> {
    name: String,
    key: &'a str,
    value: &'a Value,
}

impl Provider for SingleValue<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<figment::value::Map<Profile, figment::value::Dict>, figment::Error> {
        Serialized::default(self.key, self.value).data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
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
        let layers = InputLayers {
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

        let origins: BTreeMap<_, _> = layers
            .values_with_origin()
            .unwrap()
            .into_iter()
            .map(|(key, _, origin)| (key, origin.0))
            .collect();
        assert_eq!(origins["allow"], "flag");
        assert_eq!(origins["mesh.namespace"], file.path().display().to_string());
        assert_eq!(origins["serverless.domain"], "found: ConfigMap a/config-domain");
        assert_eq!(origins["serverless.serving_namespace"], "default");
    }

    #[test]
    fn unknown_key_is_refused_by_name() {
        let file = file("[mesh]\nnamspace = 'istio-system'\n");
        let layers = InputLayers { file: Some(file.path().to_owned()), ..InputLayers::default() };
        let error = vocabulary::chain(&layers.merge().unwrap_err());
        assert!(error.contains("namspace"), "{error}");
    }

    #[rstest]
    #[case::nan(
        "budget_factor = nan",
        "`budget_factor` ([file]): expected: a number from 0.01 to 1000; observed: NaN"
    )]
    #[case::infinite(
        "budget_factor = inf",
        "`budget_factor` ([file]): expected: a number from 0.01 to 1000; observed: inf"
    )]
    #[case::zero(
        "budget_factor = 0",
        "`budget_factor` ([file]): expected: a number from 0.01 to 1000; observed: 0"
    )]
    #[case::negative(
        "budget_factor = -1.5",
        "`budget_factor` ([file]): expected: a number from 0.01 to 1000; observed: -1.5"
    )]
    #[case::empty(
        "context = ''",
        "`context` ([file]): expected: a text that is not empty; observed: nothing"
    )]
    #[case::blank(
        "[mesh]\nnamespace = ' '",
        "`mesh.namespace` ([file]): expected: a text that is not empty; observed: nothing"
    )]
    #[case::empty_in_a_list(
        "[mesh]\nmembers = ['a', '']",
        "`mesh.members` ([file]): expected: a text that is not empty; observed: nothing"
    )]
    #[case::empty_password(
        "[kafka]\npassword = ''",
        "`kafka.password` ([file]): expected: a text that is not empty; observed: nothing"
    )]
    fn value_that_no_run_could_use_is_refused_with_key_and_origin(
        #[case] text: &str,
        #[case] expected: &str,
    ) {
        let file = file(text);
        let layers = InputLayers { file: Some(file.path().to_owned()), ..InputLayers::default() };
        let error = layers.merge().unwrap_err().to_string();
        assert_eq!(error.replace(&file.path().display().to_string(), "[file]"), expected);
    }

    #[rstest]
    #[case("timeout = '0s'", "a time longer than none")]
    #[case("timeout = 'soon'", "a time such as `90s` or `10m`; observed: `soon`")]
    fn time_that_is_none_is_refused(#[case] text: &str, #[case] expected: &str) {
        let file = file(text);
        let layers = InputLayers { file: Some(file.path().to_owned()), ..InputLayers::default() };
        let error = vocabulary::chain(&layers.merge().unwrap_err());
        assert!(error.contains(expected) && error.contains("timeout"), "{error}");
    }

    #[test]
    fn time_of_a_run_is_read_as_a_person_writes_it() {
        let flags = BTreeMap::from([("timeout".to_owned(), Value::from("1h 30m"))]);
        let inputs = InputLayers { flags, ..InputLayers::default() }.merge().unwrap();
        let time = inputs.timeout.unwrap();
        assert_eq!((time.duration().as_secs(), time.to_string().as_str()), (5400, "1h 30m"));
    }

    #[test]
    fn missing_named_file_is_an_error() {
        let layers =
            InputLayers { file: Some("/nonexistent/meshproof.toml".into()), ..InputLayers::default() };
        assert!(matches!(layers.merge(), Err(InputsError::NoFile(_))));
    }
}
