//! Texts become cells of a table in every dialect, and are read back.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/cells.rs"]
mod cells;

fuzz_target!(|rows: Vec<[String; 3]>| {
    for dialect in cells::dialects() {
        cells::cells_hold(dialect, &rows);
    }
});
