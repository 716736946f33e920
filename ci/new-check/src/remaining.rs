//! What is left to do after the files of a check are there.

use crate::check_id::CheckId;

/// What is left to do, in order.
pub(crate) fn steps(id: &CheckId) -> String {
    let (code, faults) = (id.code(), id.faults());
    format!(
        "left to do (CONTRIBUTING.md, \"Add a check\"):
  1. {faults}/fault-*.yaml
     what a person did wrong; a file for each finding, named after what was done
  2. {code}
     what says FILL IN; then `cargo check -p suites`
  3. where it reads an object or a kind that is not recorded:
       cargo ci record-object FILE.yaml
     a kind that is new needs a view first: suites/view/src, known_views.rs
  4. what it reads on OpenShift: suites/tests/openshift/ossm2.yaml, ossm3.yaml
  5. what is missing still:
       cargo test -p suites --no-fail-fast
  6. the faults that nobody wrote, the pages and snapshots; read the difference:
       cargo ci faults --generated    (none caught? fixtures/untripped.yaml)
       cargo ci bless                 (also the rights to read a new kind)
  7. green:
       cargo fmt --all
       cargo ci check
Its faults are pending until a lab has tried them. A release waits for that, your
change does not. On a lab: cargo ci faults {id}
",
        faults = faults.display(),
        code = code.display(),
    )
}
