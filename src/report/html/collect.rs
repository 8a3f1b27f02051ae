//! What the page shows, gathered in a pass over summary.csv and one over the other tables; nothing else is held.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use super::ladder::{Bead, has_places};
use super::strip::{Cell, Strip};
use super::text::clip;
use crate::error::SetupError;
use crate::report::finished::{FindingRow, Finished, PairRow, QuarantineRow, SegmentRow};
use crate::report::order::{worse_first, worse_segment};
use crate::report::records::Rows;
use crate::report::rows::SCORED;
use crate::report::tally::Tally;

/// Rows of the table of pairs.
const PAIRS: usize = 3_000;
/// Rows with a heat strip.
const STRIPS: usize = 1_000;
/// Pairs shown in full, as far as their segments reach.
const VIEWS: usize = 50;
/// Segments of all pairs that are shown in full.
const SEGMENTS: usize = 3_000;
/// Segments of one of them.
const SEGMENTS_A_PAIR: usize = 500;
/// Beads of a ladder; one of more would be grey.
const BEADS: usize = 1_000;
/// Findings of a segment that are named.
pub const FINDINGS_A_SEGMENT: usize = 10;
/// Worst segments of the batch.
const WORST: usize = 20;
/// Repetitions of the gallery.
const REPETITIONS: usize = 50;
/// Rows of the quarantine.
const QUARANTINED: usize = 500;

/// Everything on the page that is not in run.json.
#[derive(Default)]
pub struct Gathered {
    /// Pairs that pass, need review, fail.
    pub verdicts: [usize; 3],
    /// Rows of summary.csv.
    pub pairs: usize,
    /// Segments of all pairs.
    pub segments: usize,
    /// Segments without a translation, and without an original.
    pub gaps: [usize; 2],
    /// Similarity of each pair that has one, ascending.
    pub similarity: Vec<f64>,
    /// Error points of each scored pair, ascending.
    pub error_points: Vec<f64>,
    /// Findings by check and severity.
    pub findings: Tally,
    /// The worst pairs, worst first.
    pub entries: Vec<Entry>,
    /// The worst segments of the batch, worst first.
    pub worst: Vec<Segment>,
    /// Repetitions, the gravest and longest first.
    pub repetitions: Vec<FindingRow>,
    /// What could not be scored.
    pub quarantine: Vec<QuarantineRow>,
    /// Rows of quarantine.csv.
    pub quarantined: usize,
}

/// A row of the table of pairs.
pub struct Entry {
    /// Its row of summary.csv.
    pub row: PairRow,
    /// Names of the checks that found something.
    pub checks: BTreeSet<String>,
    /// Its segments as a strip of colours.
    pub strip: Option<Strip>,
    /// Its segments in full.
    pub view: Option<View>,
}

/// A pair in full.
#[derive(Default)]
pub struct View {
    /// Segments shown, in the order of the original.
    pub segments: Vec<Segment>,
    /// Its beads, up to one more than a ladder can show.
    pub beads: Vec<Bead>,
}

/// A segment in full, its texts cut to what is shown.
#[derive(Clone)]
pub struct Segment {
    /// Its row of the pair's table.
    pub row: SegmentRow,
    /// The first of its findings.
    pub findings: Vec<FindingRow>,
    /// A text is not whole.
    pub clipped: bool,
}

impl Segment {
    fn of(mut row: SegmentRow, findings: &[FindingRow]) -> Segment {
        let clipped = [clip(&mut row.original), clip(&mut row.translation)].contains(&true);
        let findings = findings.iter().take(FINDINGS_A_SEGMENT).cloned().collect();
        Segment { clipped: clipped || !row.truncated.is_empty(), row, findings }
    }
}

impl Gathered {
    /// Reads the tables.
    pub fn from_run(run: &Finished) -> Result<Gathered, SetupError> {
        let mut gathered = Gathered::default();
        gathered.read_summary(run)?;
        gathered.read_tables(run)?;
        for row in run.quarantine()? {
            let row = row?;
            gathered.quarantined += 1;
            if gathered.quarantine.len() < QUARANTINED {
                gathered.quarantine.push(row);
            }
        }
        Ok(gathered)
    }

    fn read_summary(&mut self, run: &Finished) -> Result<(), SetupError> {
        let mut kept = Worst::new(PAIRS, |a: &PairRow, b| worse_first(a.into(), b.into()));
        for row in run.pairs()? {
            let row = row?;
            self.pairs += 1;
            self.segments += row.segments.unwrap_or_default();
            self.gaps[0] += row.omitted.unwrap_or_default();
            self.gaps[1] += row.added.unwrap_or_default();
            self.similarity.extend(row.similarity);
            self.error_points.extend(row.error_points);
            if let Some(verdict) = row.verdict {
                self.verdicts[verdict as usize] += 1;
            }
            kept.push(row);
        }
        self.similarity.sort_by(f64::total_cmp);
        self.error_points.sort_by(f64::total_cmp);
        let entry = |row| Entry { row, checks: BTreeSet::new(), strip: None, view: None };
        self.entries = kept.finish().into_iter().map(entry).collect();
        Ok(())
    }

    /// Goes through the pairs in the order of the tables, each with its findings and its segments.
    fn read_tables(&mut self, run: &Finished) -> Result<(), SetupError> {
        let rooms = self.rooms();
        let by_id = self.entries.iter().enumerate().map(|(place, entry)| (entry.row.pair.clone(), place));
        let places: BTreeMap<String, usize> = by_id.collect();
        let mut findings = run.findings()?.peekable();
        let mut worst = Worst::new(WORST, |a: &Segment, b| worse_segment(scores(&a.row), scores(&b.row)));
        let mut repetitions = Worst::new(REPETITIONS, longer_repetition);
        for pair in run.pairs()? {
            let pair = pair?;
            let own = findings_of(&pair.pair, &mut findings)?;
            self.count_findings(&own, &mut repetitions);
            let place = places.get(&pair.pair).copied();
            let room = place.and_then(|place| rooms.get(place)).copied().unwrap_or_default();
            let mut reading = Reading::of(&pair, &own, place.is_some_and(|place| place < STRIPS), room);
            if pair.status == SCORED {
                reading.segments(run.segments(&pair)?, &mut worst)?;
            }
            if let Some(place) = place {
                let entry = &mut self.entries[place];
                (entry.strip, entry.view) = (reading.strip, reading.view);
                entry.checks = own.into_iter().map(|f| f.check).collect();
            }
        }
        (self.worst, self.repetitions) = (worst.finish(), repetitions.finish());
        Ok(())
    }

    /// How many segments of each pair are shown in full, worst pairs first.
    fn rooms(&self) -> Vec<usize> {
        let mut left = SEGMENTS;
        let worst = self.entries.iter().take(VIEWS);
        worst
            .map(|entry| {
                let room = entry.row.segments.unwrap_or_default().min(SEGMENTS_A_PAIR).min(left);
                left -= room;
                room
            })
            .collect()
    }

    fn count_findings(&mut self, own: &[FindingRow], repetitions: &mut Worst<FindingRow>) {
        for finding in own {
            self.findings.add(&finding.check, finding.severity);
            if finding.check == "repetition" {
                repetitions.push(finding.clone());
            }
        }
    }
}

/// A pair's table while it is read.
struct Reading<'f> {
    findings: &'f [FindingRow],
    shown: BTreeSet<String>,
    /// Segments shown though they have no finding.
    spare: usize,
    strip: Option<Strip>,
    view: Option<View>,
}

impl<'f> Reading<'f> {
    fn of(pair: &PairRow, findings: &'f [FindingRow], with_strip: bool, room: usize) -> Reading<'f> {
        let mut gravest: Vec<&FindingRow> = findings.iter().collect();
        gravest.sort_by_key(|f| std::cmp::Reverse(f.severity));
        let mut shown = BTreeSet::new();
        for finding in gravest {
            if shown.len() < room {
                shown.insert(finding.segment.clone());
            }
        }
        Reading {
            findings,
            spare: room - shown.len(),
            shown,
            strip: with_strip.then(|| Strip::new(pair.segments.unwrap_or_default())),
            view: (room > 0).then(View::default),
        }
    }

    fn segments(&mut self, rows: Rows<SegmentRow>, worst: &mut Worst<Segment>) -> Result<(), SetupError> {
        let mut findings = self.findings;
        for (index, row) in rows.enumerate() {
            let row = row?;
            let length = findings.iter().take_while(|f| f.segment == row.segment).count();
            let (own, rest) = findings.split_at(length);
            findings = rest;
            if let Some(strip) = &mut self.strip {
                strip.add(index, Cell::of(&row));
            }
            self.show(&row, own);
            if worst.may_take(|last| worse_segment(scores(&row), scores(&last.row)).is_lt()) {
                worst.push(Segment::of(row, own));
            }
        }
        Ok(())
    }

    fn show(&mut self, row: &SegmentRow, own: &[FindingRow]) {
        let Some(view) = &mut self.view else { return };
        if view.beads.len() <= BEADS {
            view.beads.push(Bead::of(row));
        }
        if own.is_empty() && self.spare > 0 {
            self.spare -= 1;
            view.segments.push(Segment::of(row.clone(), own));
        } else if self.shown.contains(&row.segment) {
            view.segments.push(Segment::of(row.clone(), own));
        }
    }
}

impl View {
    /// Whether a ladder can show all beads.
    pub fn has_ladder(&self) -> bool {
        self.beads.len() <= BEADS && has_places(&self.beads)
    }
}

fn findings_of(pair: &str, findings: &mut Peekable<Rows<FindingRow>>) -> Result<Vec<FindingRow>, SetupError> {
    let own = std::iter::from_fn(|| findings.next_if(|f| f.as_ref().map_or(true, |f| f.pair == pair)));
    own.map(|finding| {
        finding.map(|mut finding| {
            clip(&mut finding.excerpt);
            clip(&mut finding.message);
            finding
        })
    })
    .collect()
}

fn scores(row: &SegmentRow) -> (f64, Option<f64>) {
    (row.error_points, row.similarity)
}

/// The graver first, then the longer in characters of the whole text: what is shown of it is cut.
fn longer_repetition(a: &FindingRow, b: &FindingRow) -> Ordering {
    let length = |f: &FindingRow| f.end.saturating_sub(f.start);
    b.severity.cmp(&a.severity).then(length(b).cmp(&length(a)))
}

/// The first of many by some order, in little memory; among equals those that came first.
struct Worst<T> {
    items: Vec<T>,
    limit: usize,
    order: fn(&T, &T) -> Ordering,
    /// The first `limit` items are in order, and no later one goes before them unseen.
    full: bool,
}

impl<T> Worst<T> {
    fn new(limit: usize, order: fn(&T, &T) -> Ordering) -> Worst<T> {
        Worst { items: Vec::new(), limit, order, full: false }
    }

    fn push(&mut self, item: T) {
        self.items.push(item);
        if self.items.len() >= 2 * self.limit {
            self.shrink();
        }
    }

    /// Whether an item may belong to the first, where `before` says that it goes before another.
    fn may_take(&self, before: impl Fn(&T) -> bool) -> bool {
        !self.full || self.items.get(self.limit - 1).is_none_or(before)
    }

    fn shrink(&mut self) {
        self.items.sort_by(self.order);
        self.items.truncate(self.limit);
        self.full = self.items.len() == self.limit;
    }

    fn finish(mut self) -> Vec<T> {
        self.shrink();
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Severity, Side};

    #[test]
    fn the_longest_repetition_has_most_characters_whatever_is_shown_of_it() {
        let repetition = |excerpt: &str, characters: usize| FindingRow {
            pair: "p".into(),
            segment: "s000001".into(),
            check: "repetition".into(),
            category: "fluency/duplication".into(),
            severity: Severity::Major,
            side: Side::Translation,
            start: 3,
            end: 3 + characters,
            excerpt: excerpt.into(),
            message: String::new(),
        };
        let (greek, latin) = (repetition("ξανά", 4), repetition("again", 5));
        assert_eq!(longer_repetition(&latin, &greek), Ordering::Less);
        assert_eq!(longer_repetition(&repetition("cut…", 9_000), &latin), Ordering::Less);
    }

    #[test]
    fn the_worst_are_kept_and_equals_stay_in_order() {
        let mut worst = Worst::new(2, |a: &(i32, char), b| b.0.cmp(&a.0));
        for item in [(1, 'a'), (3, 'b'), (3, 'c'), (2, 'd'), (3, 'e'), (0, 'f')] {
            if worst.may_take(|last| item.0 > last.0) {
                worst.push(item);
            }
        }
        assert_eq!(worst.finish(), [(3, 'b'), (3, 'c')]);
    }
}
