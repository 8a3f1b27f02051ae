//! Lines of any bytes are answered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pairscore::batch::answer::answer;
use pairscore::context::Context;
use pairscore::pipeline::{Limits, Pipeline};

#[path = "../../tests/common/answers.rs"]
mod answers;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { line_kib: 1, sentences: 8, ..Limits::default() };
    let pipeline = Pipeline { limits, ..Pipeline::default() };
    for line in bytes.split(|b| *b == b'\n') {
        answers::answer_holds(&answer(&pipeline, &Context::default(), line), line);
    }
});
