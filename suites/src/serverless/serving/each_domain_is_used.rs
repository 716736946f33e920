//! Each domain of `config-domain` is given to routes.
//!
//! A domain whose value is empty is for all routes that no other domain selects by their labels. Where two domains are, Serving
//! takes the first by its name: the domain that was added for production is never used, or takes every route over, as the
//! alphabet has it. A misspelt `selector` is an empty value. On OpenShift the operator may add the cluster's own domain. A value
//! that is no selector is refused: by the webhook of Serving where it is asked, and by its controllers when they start.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use semantics::knative::config_domain::{CONFIG_DOMAIN, ConfigDomain};
use std::time::Duration;
use view::config_map::ConfigMap;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const DOMAIN_NEVER_USED: &str = "domain-never-used";
const SELECTOR_REFUSED: &str = "selector-refused";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::each_domain_is_used",
        title: "each domain of config-domain is used",
        text: include_str!("each_domain_is_used.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "at most one domain of `config-domain` has no selector, and no two have the same one",
            source: "Knative, config-domain, https://github.com/knative/serving/blob/main/config/core/configmaps/domain.yaml#L26",
            since: "Knative 0.3",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "in ConfigMap `config-domain` (`spec.config.domain` of the KnativeServing) give the domain a `selector` with \
                      labels of the Knative Services that are to have it, or take one of the two domains out",
        findings: &[
            FindingKind {
                code: DOMAIN_NEVER_USED,
                meaning: "another domain comes first by its name and is for the same routes, so that none has a host in this one",
            },
            FindingKind {
                code: SELECTOR_REFUSED,
                meaning: "Serving refuses the value: its components do not start, or stay with what they had",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serverless = &cx.inputs().serverless;
    let Some(map) = cx.object::<ConfigMap>(&serverless.serving_namespace, CONFIG_DOMAIN).await? else {
        return Ok(skip_not_installed(format!("ConfigMap {}/{CONFIG_DOMAIN}", serverless.serving_namespace)));
    };
    let at = |code, domain: &str| Finding::new(code, map.object_ref(), format!("data.{domain}"));
    let config = match ConfigDomain::parse(&map, &serverless.cluster_domain) {
        Ok(config) => config,
        Err(refused) => {
            let finding = at(SELECTOR_REFUSED, &refused.domain).observed(refused.to_string());
            let finding = finding.expected("nothing, or `selector` with labels").configured();
            return Ok(Verdict::violated(finding));
        }
    };
    let findings = config.shadowed().map(|(domain, first)| {
        let labels = &config.domains[domain];
        let pairs: Vec<_> = labels.iter().map(|(key, value)| format!("`{key}: {value}`")).collect();
        let observed = if pairs.is_empty() { "no selector".to_owned() } else { pairs.join(", ") };
        at(DOMAIN_NEVER_USED, domain)
            .expected(format!("a selector that is not that of `{first}`, which comes first"))
            .observed(observed)
            .configured()
    });
    Ok(Verdict::judge(findings.collect(), || {
        let domains: Vec<_> = config.domains.keys().map(String::as_str).collect();
        domains.join(", ")
    }))
}
