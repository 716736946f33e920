//! The values of the placeholders in the stack's fixtures: `${domain}`.

use crate::install::error::InstallError;
use crate::pki::Pki;
use cluster::state::{KAFKA_PASSWORD, State};
use fixtures::PlaceholderValues;
use inputs::Inputs;

/// The domain of Knative Services when no input names one.
const DOMAIN: &str = "apps.meshproof.test";
/// The host name by which workloads in the cluster reach the Kafka beside it.
const KAFKA_HOST: &str = "kafka.meshproof.test";

/// The domain of Knative Services.
pub fn domain(inputs: &Inputs) -> &str {
    inputs.serverless.domain.as_deref().unwrap_or(DOMAIN)
}

/// The values for an installation. Certificates and secrets that are missing are made, and kept in the state.
pub(super) fn installation_values(inputs: &Inputs, state: &State) -> Result<PlaceholderValues, InstallError> {
    let pki = Pki::open(&state.pki(), domain(inputs), KAFKA_HOST)?;
    let password = match &inputs.kafka.password {
        Some(password) => password.clone(),
        None => state.secret(KAFKA_PASSWORD)?,
    };
    state.note(|made| {
        made.domain = Some(domain(inputs).to_owned());
        made.kafka_host = Some(KAFKA_HOST.to_owned());
    })?;
    Ok(input_values(inputs)
        .chain(
            [
                ("kafka.password", password),
                ("kafka.pem", pki.kafka_pem),
                ("root.crt", pki.root_crt),
                ("wildcard.crt", pki.wildcard_crt),
                ("wildcard.key", pki.wildcard_key),
            ]
            .map(owned_key),
        )
        .collect())
}

/// The values where nothing is installed, and nothing made: each that is not known yet says so.
pub(super) fn dry_run_values(inputs: &Inputs) -> PlaceholderValues {
    let unknown = [
        "kafka.address",
        "kafka.password",
        "kafka.pem",
        "node.address",
        "root.crt",
        "wildcard.crt",
        "wildcard.key",
    ];
    input_values(inputs)
        .chain(unknown.map(|name| owned_key((name, "(known when it is installed)".to_owned()))))
        .collect()
}

fn input_values(inputs: &Inputs) -> impl Iterator<Item = (String, String)> {
    [
        ("domain", domain(inputs).to_owned()),
        ("kafka.host", KAFKA_HOST.to_owned()),
        ("kafka.user", inputs.kafka.user.clone()),
    ]
    .map(owned_key)
    .into_iter()
}

fn owned_key((name, value): (&str, String)) -> (String, String) {
    (name.to_owned(), value)
}
