//! The words of meshproof, which every other crate uses: what a check declares, says and is recorded as.
//!
//! Nothing here knows a cluster or a report; of files it is only known how one is written whole.

pub mod capability;
pub mod card;
pub mod derived_object;
pub mod digest;
pub mod error;
pub mod error_text;
#[cfg(feature = "example")]
pub mod example;
pub mod exit_code;
pub mod extent;
pub mod finding;
pub mod flavour;
pub mod judgement;
pub mod lookup;
pub mod milliseconds;
pub mod object;
pub mod objects;
pub mod outcome;
pub mod question;
pub mod read_error;
pub mod requirement;
pub mod retries;
pub mod skip_reason;
pub mod tier;
pub mod type_meta;
pub mod unjudged;
pub mod verdict;
pub mod view;
pub mod whole_file;

pub use capability::{Capability, DISCOVERY};
pub use card::CheckCard;
pub use derived_object::{DerivedObject, FieldOrigin, Provenance};
pub use digest::{Digest, DigestError, DigestWriter};
pub use error::HarnessError;
pub use error_text::{NOT_OF_ITS_KIND, UNREADABLE_FIELD, chain, foreign_json_error, one_line};
pub use exit_code::ExitCode;
pub use extent::Extent;
pub use finding::{Finding, FindingCode, FindingKind};
pub use flavour::Flavour;
pub use judgement::Judgement;
pub use lookup::Lookup;
pub use milliseconds::{elapsed_ms, millis};
pub use object::{ObjectKind, ObjectRef, full_name};
pub use objects::Objects;
pub use outcome::{Outcome, Summary};
pub use question::Question;
pub use read_error::ReadError;
pub use requirement::{Level, Requirement};
pub use retries::Retries;
pub use skip_reason::SkipReason;
pub use tier::Tier;
pub use type_meta::{API_VERSION, TypeMeta, schema_of};
pub use unjudged::{UnjudgedFinding, describe_unjudged};
pub use verdict::Verdict;
pub use view::{ListScope, Meta, View, object_named, selects};
pub use whole_file::{FileReaders, write_whole_file, write_whole_file_with};
