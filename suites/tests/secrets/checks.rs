//! Checks that say all that they see, and all that they should not.

use super::planting::planting;
use futures::FutureExt;
use probe::{ClientCertificate, HttpOrder, KafkaOrder, Order, ScramCredentials, SecretText, TlsOrder};
use record::Position;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::sync::OnceLock;
use std::time::Duration;
use view::config_map::ConfigMap;
use view::pod::Pod;
use view::secret::TlsSecret;
use vocabulary::example::CARD;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Meta, ObjectKind, ObjectRef, Tier, Verdict, View,
};
use world::{Check, CheckFuture, Context};

/// The port of the server on this machine.
pub(crate) static PORT: OnceLock<u16> = OnceLock::new();

/// A view of everything.
#[derive(Debug, Serialize, Deserialize)]
struct Lamp {
    metadata: Meta,
    object: Value,
}

impl View for Lamp {
    const KIND: ObjectKind = ObjectKind {
        group: "fakes.test",
        kind: "Lamp",
        plural: "lamps",
        namespaced: true,
        versions: &["v1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn read<'de, D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        let object = Value::deserialize(object)?;
        let metadata = serde_json::from_value(object["metadata"].clone()).map_err(D::Error::custom)?;
        Ok(Self { metadata, object })
    }
}

const fn check(id: &'static str, tier: Tier, run: for<'a> fn(&'a Context) -> CheckFuture<'a>) -> Check {
    Check {
        card: CheckCard {
            id,
            tier,
            budget: Duration::from_mins(1),
            findings: &[FindingKind { code: "seen", meaning: "m" }],
            ..CARD
        },
        run,
    }
}

static COPIES: Check = check("fakes::read::copies", Tier::Read, |cx| copies(cx).boxed());
static SENDS: Check = check("fakes::traffic::sends", Tier::Traffic, |cx| sends(cx).boxed());
static LISTENS: Check = check("fakes::traffic::listens", Tier::Traffic, |cx| listens(cx).boxed());
static SAYS: Check = check("fakes::says::findings", Tier::Read, |_| {
    let found = planting().said["finding"].iter().map(|text| seen("Lamp", "lamp-0", text));
    let verdict = Verdict::judge(found.collect(), String::new);
    async { Ok(verdict) }.boxed()
});
static PASSES: Check = check("fakes::says::evidence", Tier::Read, |_| {
    async { Ok(Verdict::upheld(planting().said["evidence"].join("\n"))) }.boxed()
});
static ERRS: Check = check("fakes::says::error", Tier::Read, |_| {
    async { Err(HarnessError::Bug(planting().said["error"].join("\n"))) }.boxed()
});
static PANICS: Check = check("fakes::says::panics", Tier::Read, |_| {
    async { panic!("{}", planting().said["panic"].join("\n")) }.boxed()
});

/// See the module text.
pub(crate) const ALL: &[&Check] = &[&COPIES, &SENDS, &LISTENS, &SAYS, &PASSES, &ERRS, &PANICS];

fn seen(kind: &str, name: &str, text: &str) -> Finding {
    Finding::new("seen", ObjectRef::namespaced(kind, "shop", name), "spec.text")
        .expected("nothing")
        .observed(text)
}

/// The names of a resource's objects.
fn names(resource: &str) -> Vec<String> {
    let name = |object: &Value| object["metadata"]["name"].as_str().unwrap().to_owned();
    planting().objects[resource].iter().map(name).collect()
}

async fn copies(cx: &Context) -> Result<Verdict, HarnessError> {
    let mut findings = Vec::new();
    for lamp in cx.objects::<Lamp>().await? {
        findings.push(seen("Lamp", &lamp.metadata.name, &serde_json::to_string(&*lamp).unwrap()));
    }
    for pod in cx.objects::<Pod>().await? {
        findings.insert(0, seen("Pod", &pod.metadata.meta.name, &serde_json::to_string(&*pod).unwrap()));
    }
    for name in names("configmaps") {
        let map = cx.object::<ConfigMap>("shop", &name).await?.unwrap();
        findings.push(seen("ConfigMap", &name, &map.data["text"]));
    }
    for name in names("secrets") {
        let secret = cx.object::<TlsSecret>("shop", &name).await?.unwrap();
        findings.push(seen("Secret", &name, secret.certificate.as_deref().unwrap()));
    }
    Ok(Verdict::judge(findings, String::new))
}

async fn sends(cx: &Context) -> Result<Verdict, HarnessError> {
    let port = *PORT.get().unwrap();
    let requests = planting().requests.iter().cycle();
    let order = |(number, headers): (usize, &Vec<(String, String)>)| {
        let http = HttpOrder { path: format!("/{number}"), headers: headers.clone(), ..HttpOrder::default() };
        Order { keep_bytes: 4096, ..Order::new("127.0.0.1", port, http) }
    };
    let mut orders: Vec<_> = requests.take(planting().answers.len()).enumerate().map(order).collect();
    for (password, key) in &planting().credentials {
        let scram =
            Some(ScramCredentials { user: "u".to_owned(), password: SecretText::new(password.clone()) });
        let client = ClientCertificate::Pem { chain: String::new(), key: SecretText::new(key.clone()) };
        let tls = TlsOrder { client: Some(client), ..TlsOrder::default() };
        orders.push(Order::new("127.0.0.1", 1, KafkaOrder { scram, ..KafkaOrder::default() }).with_tls(tls));
    }
    let transcripts = cx.probe(&Position::Outside, &orders).await?;
    let found = transcripts.iter().map(|one| seen("Lamp", "lamp-0", &serde_json::to_string(one).unwrap()));
    Ok(Verdict::judge(found.collect(), String::new))
}

async fn listens(cx: &Context) -> Result<Verdict, HarnessError> {
    let mut found = Vec::new();
    for number in 0..planting().lines.len() {
        let wanted = format!("line-{number}-");
        let line = cx.log_line(("shop", "cart-0", "app"), cx.now(), &wanted, Duration::from_secs(20)).await?;
        found.push(seen("Pod", "cart-0", &line.unwrap()));
    }
    Ok(Verdict::judge(found, String::new))
}
