//! What an order says on its connection: one exchange in one protocol.

use crate::order::bytes::BytesOrder;
use crate::order::http::HttpOrder;
use crate::order::kafka::KafkaOrder;
use serde::{Deserialize, Serialize};

/// What is said on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExchangeOrder {
    /// An HTTP request.
    Http(HttpOrder),
    /// Bytes of any protocol, or none.
    Bytes(BytesOrder),
    /// Requests to a Kafka cluster.
    Kafka(KafkaOrder),
}

impl From<HttpOrder> for ExchangeOrder {
    fn from(order: HttpOrder) -> Self {
        Self::Http(order)
    }
}

impl From<BytesOrder> for ExchangeOrder {
    fn from(order: BytesOrder) -> Self {
        Self::Bytes(order)
    }
}

impl From<KafkaOrder> for ExchangeOrder {
    fn from(order: KafkaOrder) -> Self {
        Self::Kafka(order)
    }
}
