//! Requests of callers with and without an identity, of which all, some or nothing is known.

use crate::oracle::choice::one_of;
use crate::oracle::request_case::RequestCase;
use proptest::strategy::{BoxedStrategy, Strategy};
use std::collections::BTreeMap;

/// A request.
pub(super) fn request() -> BoxedStrategy<RequestCase> {
    (caller(), one_of(&[(4, 8012), (2, 8080), (1, 9090)]), one_of(&[(5, "http"), (2, "tcp")]), said())
        .prop_map(|(caller, port, protocol, (host, method, path, headers, has_token))| RequestCase {
            principal: RequestCase::principal_of(caller.as_ref()),
            caller,
            port,
            protocol: protocol.to_owned(),
            host: host.map(ToOwned::to_owned),
            method: method.map(ToOwned::to_owned),
            path: path.map(ToOwned::to_owned),
            headers,
            has_token,
        })
        .boxed()
}

type Said = (
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    Option<BTreeMap<String, String>>,
    Option<bool>,
);

fn said() -> BoxedStrategy<Said> {
    let team = BTreeMap::from([("kn-namespace".to_owned(), "team".to_owned())]);
    let empty = BTreeMap::from([("kn-namespace".to_owned(), String::new())]);
    (
        one_of(&[
            (3, Some("a.team.svc.cluster.local")),
            (2, Some("A.Team")),
            (2, Some("b.test:80")),
            (2, None),
        ]),
        one_of(&[(3, Some("GET")), (3, Some("POST")), (2, None)]),
        one_of(&[
            (3, Some("/healthz")),
            (2, Some("/")),
            (2, Some("/team/broker")),
            (1, Some("/team/")),
            (2, None),
        ]),
        one_of(&[(3, Some(team)), (1, Some(empty)), (2, Some(BTreeMap::new())), (2, None)]),
        one_of(&[(2, Some(false)), (1, Some(true)), (1, None)]),
    )
        .boxed()
}

fn caller() -> BoxedStrategy<Option<(String, String, String)>> {
    let named = (
        one_of(&[(3, "cluster.local"), (2, "east.test"), (1, "west.test"), (1, "else.test")]),
        one_of(&[(3, "team"), (2, "tea"), (2, "knative-serving")]),
        one_of(&[(3, "default"), (2, "activator"), (1, "team")]),
    );
    let named = named.prop_map(|(domain, namespace, account)| {
        Some((domain.to_owned(), namespace.to_owned(), account.to_owned()))
    });
    proptest::prop_oneof![5 => named, 1 => proptest::strategy::Just(None)].boxed()
}
