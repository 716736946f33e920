//! The values of the stack's placeholders.

use crate::install::error::InstallError;
use crate::pki::Pki;
use cluster::state::{KAFKA_PASSWORD, State};
use fixtures::PlaceholderValues;
use inputs::Inputs;

/// The domain of Knative Services when none is given.
const DOMAIN: &str = "apps.meshproof.test";
/// The name under which the Kafka beside the cluster is known in it.
const KAFKA_HOST: &str = "kafka.meshproof.test";

/// The domain under which Knative Services are installed.
pub fn domain(inputs: &Inputs) -> &str {
    inputs.serverless.domain.as_deref().unwrap_or(DOMAIN)
}

/// The values for an installation; certificates and secrets are made, and kept in the state.
pub(super) fn real(inputs: &Inputs, state: &State) -> Result<PlaceholderValues, InstallError> {
    let pki = Pki::open(&state.pki(), domain(inputs), KAFKA_HOST)?;
    let password = match &inputs.kafka.password {
        Some(password) => password.clone(),
        None => state.secret(KAFKA_PASSWORD)?,
    };
    state.note(|made| {
        made.domain = Some(domain(inputs).to_owned());
        made.kafka_host = Some(KAFKA_HOST.to_owned());
    })?;
    Ok(known(inputs)
        .chain(
            [
                ("kafka.password", password),
                ("kafka.pem", pki.kafka_pem),
                ("root.crt", pki.root_crt),
                ("wildcard.crt", pki.wildcard_crt),
                ("wildcard.key", pki.wildcard_key),
            ]
            .map(named),
        )
        .collect())
}

/// The values for a print of what would be installed: nothing is made.
pub(super) fn told(inputs: &Inputs) -> PlaceholderValues {
    let unknown =
        ["kafka.address", "kafka.password", "kafka.pem", "root.crt", "wildcard.crt", "wildcard.key"];
    known(inputs)
        .chain(unknown.map(|name| named((name, "(known when it is installed)".to_owned()))))
        .collect()
}

fn known(inputs: &Inputs) -> impl Iterator<Item = (String, String)> {
    [
        ("domain", domain(inputs).to_owned()),
        ("kafka.host", KAFKA_HOST.to_owned()),
        ("kafka.user", inputs.kafka.user.clone()),
    ]
    .map(named)
    .into_iter()
}

fn named((name, value): (&str, String)) -> (String, String) {
    (name.to_owned(), value)
}
