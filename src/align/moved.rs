//! The second pass: passages that the translation says at another place. A path that only goes forward leaves them
//! alone on both sides; here they find each other.

use std::ops::Range;

use super::Aligner;
use super::products::Products;
use crate::model::Bead;

/// Beads below this cosine say so little that their sentences may belong elsewhere. With the three values below chosen
/// on the dev sets with moved passages (.45, .25 and .45 found a tenth fewer) and the human ones, which hold none.
const WEAK: f64 = 0.12;

/// They do where one of them has a counterpart with this cosine.
const BETTER: f64 = 0.35;

/// Two sentences that stand alone belong together at this cosine, neighbours or not.
const VERY_SURE: f64 = 0.3;

/// In a run of at least two, this is enough.
const SURE_IN_A_RUN: f64 = 0.15;

/// More free sentences than this on a side, and the two texts differ in more than the place of passages.
const MOST: usize = 2000;

/// Replaces omissions and additions that say the same by beads marked as moved.
pub(super) fn recover(aligner: &Aligner, beads: Vec<Bead>) -> Vec<Bead> {
    let few = aligner.sides.vectors.iter().all(|v| v.len() <= MOST);
    let beads = if few { release_weak(aligner, beads) } else { beads };
    let free = |of: fn(&Bead) -> &Range<usize>| -> Vec<usize> {
        beads.iter().filter(|b| !b.is_aligned()).flat_map(|b| of(b).clone()).collect()
    };
    let (originals, translations) = (free(|b| &b.original), free(|b| &b.translation));
    if originals.is_empty() || translations.is_empty() || originals.len().max(translations.len()) > MOST {
        return beads;
    }
    let mut found: Vec<Bead> = Vec::new();
    for (i, j) in chains(&mutual_best(aligner, &originals, &translations)) {
        let inside = aligner.beads(aligner.path_inside(i.clone(), j.clone()), (i.start, j.start));
        found.extend(inside.into_iter().filter(Bead::is_aligned).map(|b| Bead { moved: true, ..b }));
    }
    put_in_place(beads, &found)
}

/// A bead that is hardly alike was only the path's way past: its sentences are free again.
fn release_weak(aligner: &Aligner, beads: Vec<Bead>) -> Vec<Bead> {
    let [ours, theirs] = &aligner.sides.vectors;
    let mut both_ways = [Products::new([ours, theirs]), Products::new([theirs, ours])];
    let mut out = Vec::with_capacity(beads.len());
    for bead in beads {
        if is_weak(aligner, &bead) && has_better_elsewhere(&mut both_ways, &bead) {
            let at = bead.translation.start;
            out.extend(bead.original.clone().map(|i| aligner.bead(i..i + 1, at..at)));
            let at = bead.original.end;
            out.extend(bead.translation.clone().map(|j| aligner.bead(at..at, j..j + 1)));
        } else {
            out.push(bead);
        }
    }
    out
}

fn is_weak(aligner: &Aligner, bead: &Bead) -> bool {
    bead.is_aligned() && aligner.cosine(&bead.original, &bead.translation) < WEAK
}

fn has_better_elsewhere(both_ways: &mut [Products; 2], bead: &Bead) -> bool {
    let sides = [&bead.original, &bead.translation];
    let mut sides = both_ways.iter_mut().zip(sides);
    sides.any(|(products, own)| products.cosines(own.clone()).into_iter().any(|c| c >= BETTER))
}

/// Pairs of free sentences that are each other's best, with their cosine, in the order of the original.
fn mutual_best(aligner: &Aligner, originals: &[usize], translations: &[usize]) -> Vec<(usize, usize, f64)> {
    let free = [aligner.sides.vectors[0].select(originals), aligner.sides.vectors[1].select(translations)];
    let mut products = Products::new([&free[0], &free[1]]);
    let cosines: Vec<Vec<f64>> = (0..originals.len()).map(|r| products.cosines(r..r + 1)).collect();
    let best = |values: &mut dyn Iterator<Item = f64>| {
        let numbered = values.enumerate();
        numbered.fold((0, f64::NEG_INFINITY), |best, (k, v)| if v > best.1 { (k, v) } else { best })
    };
    let mut pairs = Vec::new();
    for (r, row) in cosines.iter().enumerate() {
        let (c, cosine) = best(&mut row.iter().copied());
        let (back, _) = best(&mut cosines.iter().map(|row| row[c]));
        if back == r && cosine >= SURE_IN_A_RUN {
            pairs.push((originals[r], translations[c], cosine));
        }
    }
    pairs
}

/// Joins neighbours on a diagonal; a run of two or more counts, or one pair that is very sure. Runs never reach
/// over sentences that are aligned already: a pair joins only the next sentence on both sides.
fn chains(pairs: &[(usize, usize, f64)]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut chains = Vec::new();
    for run in pairs.chunk_by(|a, b| b.0 == a.0 + 1 && b.1 == a.1 + 1) {
        if run.len() >= 2 || run[0].2 >= VERY_SURE {
            let (first, last) = (run[0], run[run.len() - 1]);
            chains.push((first.0..last.0 + 1, first.1..last.1 + 1));
        }
    }
    chains
}

/// Puts each found bead where its original stood, and takes out the omissions and additions it explains.
fn put_in_place(beads: Vec<Bead>, found: &[Bead]) -> Vec<Bead> {
    let explained = |b: &Bead| {
        !b.is_aligned()
            && found.iter().any(|f| {
                let holds = |whole: &Range<usize>, part: &Range<usize>| {
                    !part.is_empty() && whole.start <= part.start && part.end <= whole.end
                };
                holds(&f.original, &b.original) || holds(&f.translation, &b.translation)
            })
    };
    let mut out = Vec::with_capacity(beads.len());
    for bead in beads {
        if !explained(&bead) {
            out.push(bead);
        } else if let Some(f) =
            found.iter().find(|f| f.original.start == bead.original.start && !bead.original.is_empty())
        {
            out.push(f.clone());
        }
    }
    out
}
