//! The settings of a role, from environment variables.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use thiserror::Error;

const SERVER_PORT: u16 = 8080;
const CLIENT_PORT: u16 = 15_900;

/// The variables that identify a server: those of a pod, and of a Knative Service.
const IDENTITY_VARIABLES: [&str; 9] = [
    "POD_NAME",
    "POD_NAMESPACE",
    "POD_IP",
    "SERVICE_ACCOUNT",
    "NODE_NAME",
    "HOSTNAME",
    "K_SERVICE",
    "K_CONFIGURATION",
    "K_REVISION",
];

/// The value of a variable does not have the expected form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("expected: {expected} in `{variable}`, observed: `{observed}`")]
pub struct SettingsError {
    variable: &'static str,
    expected: &'static str,
    observed: String,
}

/// The settings of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `PORT`: the port on which the server listens, on each address of the machine. 8080 by default; 0 for a free
    /// one.
    pub port: u16,
    /// `LINE_PORTS`: the ports on which the server answers each connection with a line of text, separated by commas.
    pub line_ports: Vec<u16>,
    /// `CLIENT_PORT`: the port on which the client listens, on loopback only. 15900 by default.
    pub client_port: u16,
    /// The variables that identify the server, as far as they are set.
    pub identity: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the settings from environment variables.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let port = |name, default| match variable(name) {
            Some(text) => parse_port(name, &text),
            None => Ok(default),
        };
        let lines = variable("LINE_PORTS").unwrap_or_default();
        let lines = lines.split(',').map(str::trim).filter(|text| !text.is_empty());
        Ok(Self {
            port: port("PORT", SERVER_PORT)?,
            line_ports: lines.map(|text| parse_port("LINE_PORTS", text)).collect::<Result<_, _>>()?,
            client_port: port("CLIENT_PORT", CLIENT_PORT)?,
            identity: IDENTITY_VARIABLES
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), variable(name)?)))
                .collect(),
        })
    }

    /// The address on which the client listens.
    pub(crate) fn client_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.client_port))
    }
}

fn parse_port(variable: &'static str, text: &str) -> Result<u16, SettingsError> {
    text.parse().map_err(|_| SettingsError { variable, expected: "a port", observed: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let variable = |name: &str| variables.iter().find(|(key, _)| *key == name);
        Settings::from_variables(|name| variable(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn nothing_set_is_the_defaults() {
        let settings = settings(&[]).unwrap();
        assert_eq!((settings.port, settings.client_port, settings.line_ports), (8080, 15900, vec![]));
    }

    #[test]
    fn variables_are_read() {
        let read = settings(&[("PORT", "9"), ("LINE_PORTS", "1, 2"), ("POD_NAME", "a")]).unwrap();
        assert_eq!((read.port, read.line_ports), (9, vec![1, 2]));
        assert_eq!(read.identity["POD_NAME"], "a");
    }

    #[test]
    fn what_is_no_port_is_named() {
        let error = settings(&[("PORT", "http")]).unwrap_err();
        assert_eq!(error.to_string(), "expected: a port in `PORT`, observed: `http`");
    }
}
