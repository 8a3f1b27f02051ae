//! The end of the page: how to read it, and what each column of the tables means.

use maud::{Markup, html};

use super::parts::{head, scrolling};
use crate::report::columns::COLUMNS;

/// How to read the page.
pub fn reading() -> Markup {
    html! {
        section aria-labelledby="reading" {
            h2 #reading { "How to read this page" }
            dl.reading {
                dt { "Verdict" }
                dd {
                    "What the pipeline's thresholds say about a pair: " b { "fail" } ", else " b { "review" }
                    ", else " b { "pass" } ". The column Why names the thresholds that decided. A pass says that nothing "
                    "was found, not that the translation is right: a wrong sense is not seen, and between "
                    "languages hardly any name."
                }
                dt { "Similarity" }
                dd {
                    "0 to 100, higher is better: how much the translation says what the original says. "
                    "Only for pairs of one language; good paraphrases lie around 50 to 70."
                }
                dt { "Error points" }
                dd {
                    "The MQM sum of findings (minor 1, minor punctuation 0.1, major 5, critical 25) per 100 "
                    "words, lower is better. A tenth of the pairs lies below p10, a tenth above p90."
                }
                dt { "Segments" }
                dd {
                    "What the alignment joins: 1-2 is one sentence of the original told in two. In a strip "
                    "each cell is a segment, in the order of the original; in long pairs a cell stands for "
                    "several and shows the worst."
                }
                dt { "Boxes" }
                dd {
                    "Characters that cannot be seen, by the names of the Unicode charts: "
                    span.box { "ZWSP" } " is a zero width space."
                }
                dt { "Bounds" }
                dd {
                    "The page shows the worst and says where it stops; the tables beside it hold everything, and links to "
                    "them work where the page stands beside them. "
                    "Printing shows only what is unfolded."
                }
            }
        }
    }
}

/// Titles of the dictionary's columns.
const TITLES: [&str; 6] = ["Table", "Column", "Kind", "Unit", "Range", "Meaning"];

/// The data dictionary, folded.
pub fn dictionary() -> Markup {
    html! {
        section aria-labelledby="columns" {
            h2 #columns { "Columns of the tables" }
            details {
                summary { (COLUMNS.len()) " columns of all tables" }
                (scrolling("Columns of the tables", &html! {
                    table {
                        (head(&TITLES))
                        tbody { @for c in COLUMNS {
                            tr {
                                td { (c.file) } th scope="row" { (c.name) }
                                td { (c.kind) } td { (c.unit) } td { (c.range) } td.why { (c.meaning) }
                            }
                        } }
                    }
                }))
            }
        }
    }
}
