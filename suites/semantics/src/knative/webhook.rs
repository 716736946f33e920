//! Webhooks of Knative, which the API server calls.

/// The port on which they listen.
pub const WEBHOOK_PORT: u16 = 8443;
/// The Deployments of those that Serving and net-istio have.
pub const SERVING_WEBHOOKS: &[&str] = &["webhook", "net-istio-webhook"];
/// The Deployments of those that Eventing and its Kafka components have.
pub const EVENTING_WEBHOOKS: &[&str] = &["eventing-webhook", "kafka-webhook-eventing"];

/// Whether a Deployment in a namespace of Knative is a webhook, by its name: other components have others.
pub fn is_webhook(deployment: &str) -> bool {
    deployment.split('-').any(|part| part == "webhook")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_told_by_their_names() {
        assert!(SERVING_WEBHOOKS.iter().chain(EVENTING_WEBHOOKS).all(|name| is_webhook(name)));
        assert!(!["activator", "eventing-webhooks"].into_iter().any(is_webhook));
    }
}
