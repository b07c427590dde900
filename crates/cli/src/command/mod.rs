//! The subcommands: what each is told (`Words`), and what it does.

pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod conform;
pub(crate) mod crash;
pub(crate) mod explore;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod import;
pub(crate) mod judge;
pub(crate) mod man;
pub(crate) mod museum;
pub(crate) mod necessity;
pub(crate) mod record;
pub(crate) mod run;
