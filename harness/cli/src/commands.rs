//! The subcommands, a file each.

pub(crate) mod bundle;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod fault;
pub(crate) mod images;
pub(crate) mod installation;
pub(crate) mod list;
pub(crate) mod rbac;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod sweep;
