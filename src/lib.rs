//! pairscore finds the bad translations in a folder of document pairs and says where and why.
//!
//! The way of the data: [`input`] finds and reads pairs, [`text`] normalises and splits them, [`align`] says which
//! sentences belong together, [`checks`] and [`metrics`] judge each segment, [`report`] writes it down.
//! [`pipeline::Pipeline::judge`] is the whole chain for one pair, [`batch`] runs it over many.
//!
//! The library is silent, and what goes in decides what comes out: no clock, no environment, no random source.
//!
//! # A pair of texts
//!
//! ```
//! use pairscore::context::Context;
//! use pairscore::pipeline::{Job, Pipeline, Text};
//!
//! let pipeline = Pipeline::load("default")?;
//! let job = Job {
//!     original: Text::Running("The ferry left at noon. Nobody on the pier waved.".to_string()),
//!     translation: Text::Running("The ferry ferry left at noon. Nobody on the pier waved.".to_string()),
//!     ..Job::default()
//! };
//! let report = pipeline.judge(job, &Context::default())?;
//! assert_eq!(report.segments.len(), 2);
//! let finding = &report.findings[0];
//! assert_eq!((finding.check, finding.excerpt.as_str()), ("repetition", "ferry ferry"));
//! assert!(report.scores.chrf.is_some_and(|chrf| chrf > 80.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`context::Context`] holds what other pairs have taught: [`batch::learn`] makes one of a whole batch. A `Job` also takes
//! sentences as given, which belong together one to one, declared languages, and a trusted translation.
//!
//! # One check, one setting
//!
//! ```
//! use pairscore::context::Context;
//! use pairscore::pipeline::{Given, Job, Pipeline, Text};
//!
//! let mut pipeline = Pipeline::default();
//! pipeline.checks.repetition.enabled = false;
//! let job = Job {
//!     original: Text::Sentences(vec!["Row 3 has 37 seats.".to_string()]),
//!     translation: Text::Sentences(vec!["Row 3 has has 73 seats.".to_string()]),
//!     alignment: Given::OneToOne,
//!     ..Job::default()
//! };
//! let report = pipeline.judge(job, &Context::default())?;
//! let checks: Vec<&str> = report.findings.iter().map(|finding| finding.check).collect();
//! assert_eq!(checks, ["number-mismatch"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Scores alone
//!
//! Statistics add up; a corpus is scored by their sum, as sacreBLEU does.
//!
//! ```
//! use pairscore::metrics::{Chrf, Level, Metric, Statistics};
//!
//! let chrf = Chrf::default();
//! let mut sum = Statistics::default();
//! for (hypothesis, reference) in [("The pier was empty.", "The pier was empty."), ("A dog barked.", "A dog was barking.")] {
//!     sum += &chrf.pair_statistics(hypothesis, reference);
//! }
//! let score: f64 = chrf.score(&sum, Level::Corpus);
//! assert_eq!(format!("{score:.2}"), "66.08");
//! ```
//!
//! # Which sentences belong together
//!
//! ```
//! use pairscore::context::Context;
//! use pairscore::pipeline::{Job, Pipeline, Text};
//!
//! let job = Job {
//!     original: Text::Running("The mill stood still. It rained. Nobody came.".to_string()),
//!     translation: Text::Running("The mill stood still, and it rained. Nobody came.".to_string()),
//!     ..Job::default()
//! };
//! let aligned = Pipeline::default().align(job, &Context::default())?;
//! let beads: Vec<String> = aligned.segments.iter().map(|segment| segment.bead.kind()).collect();
//! assert_eq!(beads, ["2-1", "1-1"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A batch
//!
//! [`input::discover`] finds the pairs of folders, manifests and bitexts, [`batch::Batch::run`] scores them and writes the
//! same files as `pairscore run`.

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
