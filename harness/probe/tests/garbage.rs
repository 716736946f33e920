//! No server makes this side panic, hang or lie about its end, whatever bytes it sends.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use probe::{Ending, ExchangeOrder, KafkaOrder, TlsOrder, observe};
use rstest::rstest;
use support::{get, order, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const ROUNDS: u64 = 150;

/// Numbers that are the same in each run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.next() % 300;
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

const HTTP: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
const TLS: &[u8] = &[22, 3, 3, 0, 200, 2, 0, 0, 90, 3, 3];
const H2: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// A length and the correlation id of the first request.
const KAFKA: &[u8] = &[0, 0, 0, 60, 0x6d, 0x70, 0, 1];

fn kafka() -> ExchangeOrder {
    KafkaOrder::default().into()
}

#[rstest]
#[case::http(get().into(), false, HTTP)]
#[case::h2(probe::HttpOrder { version: probe::HttpVersion::H2, ..get() }.into(), false, H2)]
#[case::tls(get().into(), true, TLS)]
#[case::kafka(kafka(), false, &KAFKA[..4])]
#[case::kafka_answer(kafka(), false, KAFKA)]
#[tokio::test]
async fn garbage_is_an_end(
    #[case] exchange: ExchangeOrder,
    #[case] over_tls: bool,
    #[case] prefix: &'static [u8],
) {
    for seed in 0..ROUNDS {
        let port = serve(move |mut stream| async move {
            let mut numbers = Numbers(seed);
            if seed % 2 == 0 {
                let _ = stream.write_all(prefix).await;
            }
            let _ = stream.write_all(&numbers.bytes()).await;
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let mut order = order(port, exchange.clone());
        order.tls = over_tls.then(TlsOrder::default);
        order.deadline_ms = 2_000;
        let transcript = observe(&order).await;
        assert!(
            !matches!(transcript.ended, Ending::NotSent { .. } | Ending::Timeout { .. }),
            "seed {seed}: {transcript:?}"
        );
        assert_eq!(
            serde_json::from_str::<probe::Transcript>(&serde_json::to_string(&transcript).unwrap()).unwrap(),
            transcript
        );
    }
}
