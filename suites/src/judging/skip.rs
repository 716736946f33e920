//! Verdicts of checks that find nothing to judge.

use vocabulary::{SkipReason, Verdict};

/// Where the cluster does not have what is judged.
pub fn skip_not_installed(what: impl Into<String>) -> Verdict {
    Verdict::NotApplicable(SkipReason::NotInstalled { what: what.into() })
}

/// Where a check asks about the pods of a Gateway that is not there or selects none.
pub fn skip_without_gateway_pods(name: &str) -> Verdict {
    skip_not_installed(format!("pods that Gateway {name} selects"))
}

/// Where nobody names a bootstrap server.
pub fn skip_without_bootstrap_server() -> Verdict {
    needs_input("kafka.bootstrap_servers", "to find the ServiceEntry of the Kafka cluster")
}

/// Where no listener of Kafka can be asked for want of this input.
pub fn skip_without_kafka_input(key: &str) -> Verdict {
    needs_input(key, "to speak to Kafka as its listener demands")
}

/// Where no root is configured for clients of the external Gateway.
pub fn skip_without_root_ca() -> Verdict {
    needs_input("tls.root_ca", "to trust the certificate of the external Gateway")
}

fn needs_input(key: &str, purpose: &str) -> Verdict {
    Verdict::NotApplicable(SkipReason::NeedsInput { key: key.to_owned(), purpose: purpose.to_owned() })
}
