//! Findings of what semantics and controllers say of an object.

use semantics::flaw::Flaw;
use view::condition::UnmetCondition;
use vocabulary::{Finding, FindingCode, ObjectRef};

/// The finding of a flaw.
pub fn finding_of_flaw<Kind>(code: FindingCode, flaw: Flaw<Kind>) -> Finding {
    Finding::new(code, flaw.object, flaw.field).expected(flaw.expected).observed(flaw.observed)
}

/// The finding of a condition that an object does not meet.
pub fn finding_of_unmet_condition(code: FindingCode, object: ObjectRef, unmet: UnmetCondition) -> Finding {
    Finding::new(code, object, unmet.field).expected(unmet.expected).observed(unmet.observed)
}

/// The finding of an object that does not exist.
pub fn finding_of_missing_object(
    code: FindingCode,
    object: ObjectRef,
    expected: impl Into<String>,
) -> Finding {
    Finding::new(code, object, "metadata.name").expected(expected).observed("none")
}
