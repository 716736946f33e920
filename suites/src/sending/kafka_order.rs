//! What is said to a listener of Kafka, in the way that it demands.

use crate::reading::input_file::read_input_file;
use probe::{ClientCertificate, KafkaGoal, KafkaOrder, Order, Roots, ScramCredentials, SecretText, TlsOrder};
use semantics::kafka::listener::KafkaListener;
use vocabulary::HarnessError;
use world::Context;

/// How long one conversation may take.
const DEADLINE_MS: u64 = 15_000;
/// The topic that is written and read.
const TOPIC: &str = "meshproof";

/// The key of an input without which a listener cannot be asked.
pub type MissingInput = &'static str;

/// What is said to a listener, as far as `until`; the input that is missing where that cannot be.
pub fn kafka_order(
    cx: &Context,
    listener: &KafkaListener,
    until: KafkaGoal,
) -> Result<Result<Order, MissingInput>, HarnessError> {
    let (inputs, demands) = (&cx.inputs().kafka, listener.demands());
    let value = format!("meshproof to {listener}");
    let mut kafka = KafkaOrder { scram: None, topic: TOPIC.to_owned(), value, until };
    if demands.user {
        let Some(password) = &inputs.password else { return Ok(Err("kafka.password")) };
        kafka.scram =
            Some(ScramCredentials { user: inputs.user.clone(), password: SecretText::new(password) });
    }
    let order = Order { deadline_ms: DEADLINE_MS, ..Order::new(&listener.host, listener.port, kafka) };
    if !demands.tls {
        return Ok(Ok(order));
    }
    Ok(kafka_tls(cx, demands.certificate)?.map(|tls| order.with_tls(tls)))
}

fn kafka_tls(
    cx: &Context,
    has_client_certificate: bool,
) -> Result<Result<TlsOrder, MissingInput>, HarnessError> {
    let inputs = &cx.inputs().kafka;
    let Some(root) = &inputs.root_ca else { return Ok(Err("kafka.root_ca")) };
    let roots = || Ok(Roots::Pem(read_input_file("kafka.root_ca", root)?));
    let roots = cx.certificates("kafka.root_ca", roots)?;
    let mut tls = TlsOrder { roots, ..TlsOrder::default() };
    if has_client_certificate {
        let Some(chain) = &inputs.client_certificate else {
            return Ok(Err("kafka.client_certificate"));
        };
        let Some(key) = &inputs.client_key else { return Ok(Err("kafka.client_key")) };
        tls.client = Some(cx.certificates("kafka.client_certificate", || {
            let key = SecretText::new(read_input_file("kafka.client_key", key)?);
            Ok(ClientCertificate::Pem { chain: read_input_file("kafka.client_certificate", chain)?, key })
        })?);
    }
    Ok(Ok(tls))
}
