//! Secrets that can be told by themselves: manifests of Secrets, private keys, tokens with a prefix.

use crate::encoded::{ENCODED_PEM, redact_encoded_pem};
use crate::manifest::{SECRET_KIND, redact_manifests};
use crate::pem::block::{BLOCK, redact_block};
use crate::pem::body::KEY_BODY;
use crate::pem::tail::{END, body_start};
use crate::shapes::shape::{REDACT, Rule, Shape};

/// In the order in which they are applied.
pub(crate) const TOKENS: &[Shape] = &[
    Shape { hint: "Secret", pattern: SECRET_KIND, rule: Rule::ReplaceText(redact_manifests) },
    Shape { hint: "-----BEGIN ", pattern: BLOCK, rule: Rule::Replace(redact_block) },
    Shape { hint: "PRIVATE KEY", pattern: END, rule: Rule::RedactFrom(body_start) },
    Shape { hint: "IBA[AD]|AgEA[MB]|AgEBB|CAQEE|CAQ[AE]wBQ", pattern: KEY_BODY, rule: REDACT },
    Shape { hint: "LS0tLS1CRUdJTi", pattern: ENCODED_PEM, rule: Rule::ReplaceEncoded(redact_encoded_pem) },
    // A JWT (RFC 7519): three parts of base64url, the first of which begins with `{"`. It may have more parts, or end
    // after the second if the text was cut.
    Shape {
        hint: "eyJ",
        pattern: r"(?x)
            eyJ [A-Za-z0-9_-]{6,}
            (?: (?: \. [A-Za-z0-9_-]* ){2,}
              | \. [A-Za-z0-9_-]+ \z )
        ",
        rule: REDACT,
    },
    // A token of OpenShift.
    Shape { hint: "sha256~", pattern: r"sha256~[A-Za-z0-9_-]{16,}", rule: REDACT },
    // Tokens with the prefix of who issues them.
    Shape {
        hint: r"A[KS]IA|gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|AIza|ya29\.|npm_|k_live_|hvs\.",
        pattern: r"(?x)
            \b (?: A[KS]IA [A-Z2-7]{16} \b             # AWS
                 | gh[oprsu]_ [A-Za-z0-9]{30,}         # GitHub
                 | github_pat_ [A-Za-z0-9_]{30,}
                 | glpat- [A-Za-z0-9_-]{20,}           # GitLab
                 | xox[abeoprs]- [A-Za-z0-9-]{10,}     # Slack
                 | AIza [A-Za-z0-9_-]{35}              # Google
                 | ya29\. [A-Za-z0-9_-]{20,}
                 | npm_ [A-Za-z0-9]{30,}               # npm
                 | [rs]k_live_ [A-Za-z0-9]{16,}        # Stripe
                 | hvs\. [A-Za-z0-9_-]{20,} )          # Vault
        ",
        rule: REDACT,
    },
];
