//! From results to files: CSV tables, JSON objects, the data dictionary and run.json.

pub mod columns;
pub mod csv;
pub mod json;
pub mod rows;
