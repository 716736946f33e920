use super::*;
use futures::FutureExt;
use vocabulary::CheckCard;
use vocabulary::example::CARD;

const ONE: Flavour = Flavour("one");

static READS: Check = Check {
    card: CheckCard { id: "light::lamps::are_lit", ..CARD },
    run: |_| futures::future::pending().boxed(),
};
static SENDS: Check = Check {
    card: CheckCard { id: "light::lamps::answer", tier: Tier::Traffic, ..CARD },
    run: |_| futures::future::pending().boxed(),
};

fn table() -> ReadTable {
    let reads = |reads: &[&str]| reads.iter().map(|read| (*read).to_owned()).collect::<BTreeSet<_>>();
    let by_flavour = |flavours: &[(&str, &[&str])]| {
        flavours.iter().map(|(flavour, of)| ((*flavour).to_owned(), reads(of))).collect()
    };
    ReadTable {
        detection: by_flavour(&[("one", &["namespaces"]), ("two", &["namespaces"])]),
        checks: BTreeMap::from([
            (
                READS.id.to_owned(),
                by_flavour(&[
                    ("one", &["lamps.fakes.test", "secrets/bulb"]),
                    ("two", &["torches.fakes.test"]),
                ]),
            ),
            (SENDS.id.to_owned(), by_flavour(&[("one", &["pods"])])),
        ]),
    }
}

fn role(request: RightsRequest<'_>) -> String {
    cluster_role("r", &role_rules(&table(), request), &[("secrets/bulb", "the lamp names it")])
}

const REQUEST: RightsRequest<'_> = RightsRequest {
    checks: &[&READS, &SENDS],
    flavour: Some(ONE),
    allowed: Tier::Read,
    has_diagnostics: false,
};

#[test]
fn audit_lists_what_its_checks_read() {
    insta::assert_snapshot!(role(REQUEST), @"");
}

#[test]
fn flavour_that_is_not_known_may_be_any() {
    let resources: Vec<_> = role_rules(&table(), RightsRequest { flavour: None, ..REQUEST })
        .into_iter()
        .flat_map(|rule| rule.resources)
        .collect();
    assert_eq!(resources, ["namespaces", "secrets", "lamps", "torches"]);
}

#[test]
fn traffic_watches_and_makes_its_places() {
    insta::assert_snapshot!(role(RightsRequest { allowed: Tier::Traffic, ..REQUEST }), @"");
}

#[test]
fn traffic_that_no_check_sends_makes_nothing() {
    let request = RightsRequest { allowed: Tier::Traffic, checks: &[&READS], ..REQUEST };
    let rules = role_rules(&table(), request);
    assert!(rules.iter().all(|rule| rule.verbs == ["list", "watch"]), "{rules:?}");
}

#[test]
fn diagnostics_read_more() {
    insta::assert_snapshot!(role(RightsRequest { has_diagnostics: true, ..REQUEST }), @"");
}
