//! pairscore finds the bad translations in a folder of document pairs and says where and why.
//!
//! The way of the data: [`input`] finds and reads pairs, [`text`] normalises and splits them, [`align`] says which
//! sentences belong together, [`checks`] and [`metrics`] judge each segment, [`report`] writes it down.
//! [`pipeline::Pipeline::judge`] is the whole chain for one pair, [`batch`] runs it over many.

#![warn(missing_docs)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod align;
pub mod batch;
pub mod checks;
pub mod comparison;
pub mod context;
pub mod dialect;
pub mod encoder;
pub mod error;
pub mod evaluation;
mod fingerprint;
pub mod input;
pub mod metrics;
pub mod model;
pub mod pipeline;
mod plain_file;
pub mod report;
pub mod text;
