//! A small recording, for tests.

use super::{About, Answer, Observation, Observed, Pool, Question, Recording, Situated};
use crate::check::Tier;
use crate::journal::RunHeader;
use crate::world::Served;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How it was made.
pub(crate) fn about() -> About {
    let text = |text: &str| text.to_owned();
    About {
        header: RunHeader {
            run: text("20260101-000000-0000"),
            version: text("0.1.0"),
            cluster: text("kind cluster example"),
            flavour: text("upstream"),
            evidence: text("Deployment istio-system/istiod"),
            versions: BTreeMap::new(),
            allowed: text("read"),
            rerun: String::new(),
            at: Timestamp::UNIX_EPOCH,
        },
        situation: Situated { capabilities: Vec::new(), allowed: Tier::Read, has_probe: false },
        inputs: json!({}),
        catalogue: BTreeMap::new(),
    }
}

/// A recording in which one check read these objects of the whole cluster.
pub(crate) fn of_objects(check: &str, resource: &str, objects: Vec<Value>) -> Recording {
    let mut pool = Pool::default();
    let items = objects.into_iter().map(|object| pool.keep(object)).collect();
    let question = Question::Objects { resource: resource.to_owned(), scope: "*".to_owned() };
    let answer = Answer::List(pool.keep_list(items));
    let answers = vec![Observation { question, answer }];
    let observed = Observed { now: Timestamp::UNIX_EPOCH, waited_ms: None, unjudged: None, answers };
    let checks = BTreeMap::from([(check.to_owned(), observed)]);
    Recording::new(about(), Served::from_names([(resource, "v1")]), checks, pool)
}
