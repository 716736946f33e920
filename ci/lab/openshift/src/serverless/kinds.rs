//! The kinds of what Serverless makes.
use crate::cluster::Kind;

pub(super) const CONFIG_MAP: Kind = ("", "v1", "ConfigMap");
pub(super) const SERVICE: Kind = ("", "v1", "Service");
pub(super) const SERVICE_ACCOUNT: Kind = ("", "v1", "ServiceAccount");
pub(super) const DEPLOYMENT: Kind = ("apps", "v1", "Deployment");
pub(super) const STATEFUL_SET: Kind = ("apps", "v1", "StatefulSet");
