//! Which cells the best path can run through at all. A coarse search with only the usual kinds of bead runs over the
//! band from both ends; where the best path through a cell, forward and backward taken together, falls far short of
//! the best path of all, the full search need not look.
//!
//! Worth is counted from that of leaving all sentences alone: a gap then costs nothing to go on with, and a row of
//! the search is a running maximum. Gaps cost nothing to open either, which only keeps more cells.

use std::ops::Range;

use super::band::Band;
use super::costs::{prior, rough_cost};
use super::products::Products;
use super::rows::{Line, Rows, View, keep_greatest};
use super::search::Problem;

/// Cells whose best path falls short by more than this are left out. On 34 gold sets (882 documents, each with the
/// weights for one language and with those for two) 8 changes one alignment and 12 none; on 58 wrong translations 16
/// changes one and 20 none. Of the cells of Text+Berg dev 2.6 % are left at 8, 4 % at 20.
const SLACK: f64 = 20.0;

/// Below this many cells in all, looking at every one costs no more than choosing.
const FEW: usize = 300;

/// Cells whose worth is kept at a time, 4 bytes each. Bigger bands are searched forward twice: once for the rows where
/// blocks begin, once block by block.
const BLOCK: usize = if cfg!(test) { 1 << 10 } else { 1 << 18 };

/// Kinds of bead of the coarse search.
const COARSE: [(usize, usize); 3] = [(1, 1), (1, 2), (2, 1)];

/// Most sentences of one side of these.
const SPAN: usize = 2;

/// The part of the problem's band that the full search has to look at.
pub fn narrowed<'p>(problem: &Problem<'p>, products: &mut Products<'p>) -> Band {
    let band = problem.band;
    if band.cells() <= FEW || problem.sides.vectors.iter().any(|v| v.len() == 0) {
        return band.clone();
    }
    let mut coarse = Coarse::new(problem, products);
    let blocks = blocks(band);
    let mut starts = vec![Rows::default()];
    for block in &blocks[..blocks.len() - 1] {
        coarse.forward(block.clone(), &starts[starts.len() - 1]);
        starts.push(coarse.forward.tail(SPAN));
    }
    for (block, start) in blocks.into_iter().zip(starts).rev() {
        coarse.forward(block.clone(), &start);
        coarse.backward(block);
    }
    Band::around(&coarse.kept, problem.sides.vectors[1].len())
}

/// Rows in runs of about [`BLOCK`] cells; at least one run.
fn blocks(band: &Band) -> Vec<Range<usize>> {
    let (mut blocks, mut start, mut cells) = (Vec::new(), 0, 0);
    for i in 0..band.len() {
        let (first, last) = band.columns(i);
        cells += last - first + 1;
        if cells >= BLOCK || i + 1 == band.len() {
            blocks.push(start..i + 1);
            (start, cells) = (i + 1, 0);
        }
    }
    blocks
}

struct Coarse<'c, 'p> {
    problem: &'c Problem<'p>,
    spans: [Spans; SPAN],
    cosines: Cosines,
    /// Dot products of the sentences before the last rows looked at, and which rows these are.
    products: [Line; SPAN],
    multiplied: [usize; SPAN],
    /// Worth of the best paths from the beginning to the cells of this block and of the [`SPAN`] rows before it.
    forward: Rows,
    /// Worth of the best paths from the cells of the last rows to the end, the nearest first.
    below: [Line; SPAN],
    /// First and last cell of each row that is worth a closer look.
    kept: Vec<Option<(usize, usize)>>,
    /// Worth of the best path of all, once the end has been reached.
    best: Option<f64>,
}

impl<'c, 'p> Coarse<'c, 'p> {
    fn new(problem: &'c Problem<'p>, products: &mut Products<'p>) -> Self {
        Coarse {
            problem,
            spans: [1, 2].map(|b| Spans::new(problem, b)),
            cosines: Cosines::new(problem, products),
            products: <[Line; SPAN]>::default(),
            multiplied: [0; SPAN],
            forward: Rows::default(),
            below: <[Line; SPAN]>::default(),
            kept: vec![None; problem.band.len()],
            best: None,
        }
    }

    /// Searches a block, from the rows before it.
    fn forward(&mut self, block: Range<usize>, before: &Rows) {
        self.forward.clone_from(before);
        let (mut line, mut worth) = (Line::default(), Line::default());
        for i in block {
            let above = i.checked_sub(1).and_then(|above| self.forward.get(above));
            self.begin(i, above, &mut line);
            for &(a, b) in COARSE.iter().filter(|&&(a, _)| a <= i) {
                self.weigh((i, a), b, &mut worth);
                if let Some(from) = self.forward.get(i - a) {
                    line.relax(0, from, b, worth.view());
                }
            }
            keep_greatest(line.values.iter_mut());
            self.forward.push(i, line.view());
        }
    }

    /// Searches a block from its end, and chooses the cells where both ways together come near the best path.
    fn backward(&mut self, block: Range<usize>) {
        let most = self.forward.get(block.end - 1).map_or(0.0, View::most);
        let enough = *self.best.get_or_insert(most) - SLACK;
        let (mut line, mut worth) = (Line::default(), Line::default());
        for i in block.rev() {
            let rows_below = self.problem.band.len() - 1 - i;
            self.begin(i, (rows_below > 0).then(|| self.below[0].view()), &mut line);
            for &(a, b) in COARSE.iter().filter(|&&(a, _)| a <= rows_below) {
                self.weigh((i + a, a), b, &mut worth);
                line.relax(b, self.below[a - 1].view(), 0, worth.view());
            }
            keep_greatest(line.values.iter_mut().rev());
            self.kept[i] = self.forward.get(i).and_then(|row| row.reaching(line.view(), enough));
            self.below.rotate_right(1);
            std::mem::swap(&mut self.below[0], &mut line);
        }
    }

    /// A row of which only that is known that gaps from the row beside it lead to it. All paths may begin anywhere
    /// in the outermost row: gaps cost nothing.
    fn begin(&self, i: usize, beside: Option<View>, line: &mut Line) {
        let (first, last) = self.problem.band.columns(i);
        let worth = if beside.is_some() { f32::NEG_INFINITY } else { 0.0 };
        line.reset(first, beside.map_or(0.0, View::most), last - first + 1, worth);
        if let Some(beside) = beside {
            line.relax_gap(beside);
        }
    }

    /// Worth of the beads of one kind that end in row `i`, by the column where they end.
    fn weigh(&mut self, (i, a): (usize, usize), b: usize, out: &mut Line) {
        self.multiply(i);
        self.multiply(i + 1 - a);
        let (first, last) = self.problem.band.columns(i);
        let own = self.products[i % SPAN].view();
        out.first = first.max(b);
        out.values.clear();
        out.values.extend_from_slice(own.part(out.first, last + 1));
        if b == 2 {
            out.add(own, 1);
        }
        if a == 2 {
            out.add(self.products[(i - 1) % SPAN].view(), 0);
        }
        if !out.values.is_empty() {
            self.price((i, a), b, out);
        }
    }

    /// Sees to it that the dot products of the sentence before row `i` are at hand.
    fn multiply(&mut self, i: usize) {
        if self.multiplied[i % SPAN] == i {
            return;
        }
        self.multiplied[i % SPAN] = i;
        let line = &mut self.products[i % SPAN];
        let (first, cosines) = self.cosines.row(i);
        let unit = self.problem.sides.vectors[0].norm(i, 1) as f32 / f32::from(u8::MAX);
        line.first = first;
        line.values.clear();
        let norms = &self.spans[0].norm[first..];
        line.values.extend(cosines.iter().zip(norms).map(|(&c, norm)| f32::from(c) * (unit * norm)));
    }

    /// From the dot products of a kind of bead to its worth.
    fn price(&self, (i, a): (usize, usize), b: usize, out: &mut Line) {
        let Problem { sides, lengths, weights, .. } = self.problem;
        let [ours, _] = &sides.vectors;
        let layout = if a > 1 { lengths.paragraph_cost((i, a), (1, 1)) } else { 0.0 };
        let usual = (prior(a, b) - layout - (a + b) as f64 * weights.gap_extend) as f32;
        let inverse = inverse(ours.norm(i, a)) as f32;
        let content = (ours.featured(i - a..i) as f64 / 2.0 * weights.content) as f32;
        let expected = lengths.expected(i - a, i) as f32;
        let (neutral, length) = (weights.neutral as f32, weights.length as f32);
        let columns = out.first..out.first + out.values.len();
        let spans = &self.spans[b - 1];
        let contents = spans.inverse[columns.clone()].iter().zip(&spans.content[columns.clone()]);
        let forms = spans.characters[columns.clone()].iter().zip(&spans.layout[columns]);
        for (value, ((their_inverse, their_content), (characters, layout))) in
            out.values.iter_mut().zip(contents.zip(forms))
        {
            let cosine = *value * (inverse * their_inverse);
            let cost = length * rough_cost(expected, *characters) + layout;
            *value = usual + (content + their_content) * (cosine - neutral) - cost;
        }
    }
}

/// Cosines of the sentence before each row with those before each of its columns, one column more on both sides than
/// the row has. In 255 steps: the whole band at a byte a cell.
struct Cosines {
    /// First column and where the cosines begin, of each row.
    heads: Vec<(usize, usize)>,
    values: Vec<u8>,
}

impl Cosines {
    fn new<'p>(problem: &Problem<'p>, products: &mut Products<'p>) -> Cosines {
        let Problem { sides, band, .. } = problem;
        let [ours, theirs] = &sides.vectors;
        let inverses: Vec<f64> = (0..theirs.len()).map(|j| inverse(theirs.norm(j + 1, 1))).collect();
        let mut values = Vec::with_capacity(band.cells() + 2 * band.len());
        let mut heads = vec![(0, 0)];
        let mut row = Vec::new();
        for i in 1..band.len() {
            let (first, last) = band.columns(i);
            let sentences = first.saturating_sub(2)..(last + 1).min(theirs.len());
            products.fill(i - 1, sentences.clone(), &mut row);
            heads.push((sentences.start + 1, values.len()));
            let scale = inverse(ours.norm(i, 1)) * f64::from(u8::MAX);
            values
                .extend(row.iter().zip(&inverses[sentences]).map(|(p, inverse)| (p * scale * inverse) as u8));
        }
        Cosines { heads, values }
    }

    fn row(&self, i: usize) -> (usize, &[u8]) {
        let (first, start) = self.heads[i];
        let end = self.heads.get(i + 1).map_or(self.values.len(), |next| next.1);
        (first, &self.values[start..end])
    }
}

/// What spans of one or two sentences of the translation bring into the worth of a bead, by the column they end at.
struct Spans {
    /// Length of the vector, and 1 / length; 0 where that is 0.
    norm: Vec<f32>,
    inverse: Vec<f32>,
    /// Half the number of sentences with a feature, times the weight of content.
    content: Vec<f32>,
    characters: Vec<f32>,
    /// Cost of a paragraph's end inside.
    layout: Vec<f32>,
}

impl Spans {
    fn new(problem: &Problem, b: usize) -> Spans {
        let Problem { sides, lengths, weights, .. } = problem;
        let [_, theirs] = &sides.vectors;
        let each = |of: &dyn Fn(usize) -> f64| -> Vec<f32> {
            (0..=theirs.len()).map(|j| if j < b { 0.0 } else { of(j) as f32 }).collect()
        };
        Spans {
            norm: each(&|j| theirs.norm(j, b)),
            inverse: each(&|j| inverse(theirs.norm(j, b))),
            content: each(&|j| theirs.featured(j - b..j) as f64 / 2.0 * weights.content),
            characters: each(&|j| lengths.of(1, j - b, j)),
            layout: each(&|j| if b > 1 { lengths.paragraph_cost((1, 1), (j, b)) } else { 0.0 }),
        }
    }
}

fn inverse(norm: f64) -> f64 {
    if norm > 0.0 { 1.0 / norm } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::costs::{Lengths, MONOLINGUAL, SHARED};
    use super::super::features::{joined_equally, shared};
    use super::super::products::Sides;
    use super::super::search::{Search, best_path};
    use super::*;
    use crate::text::Document;
    use crate::text::language::Treatment;
    use crate::text::normalise::Normalise;
    use crate::text::words::Words;

    /// Numbers that look random (Steele, Lea and Flood 2014).
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ z >> 31) % end as u64) as usize
        }

        fn word(&mut self, vocabulary: usize) -> String {
            let syllables = ["ba", "ke", "mi", "ron", "tu", "sal", "ve", "no"];
            let word = self.below(vocabulary);
            [word % 8, word / 8 % 8, word / 64 % 8].map(|s| syllables[s]).concat()
        }

        fn sentence(&mut self, vocabulary: usize) -> String {
            let words: Vec<String> = (0..2 + self.below(12)).map(|_| self.word(vocabulary)).collect();
            words.join(" ")
        }
    }

    /// A text, and the same with words changed, sentences merged, split, left out, added and doubled, and a passage
    /// at another place.
    fn texts(random: &mut Random) -> [Vec<String>; 2] {
        let vocabulary = [20, 100, 512][random.below(3)];
        let original: Vec<String> = (0..40 + random.below(60)).map(|_| random.sentence(vocabulary)).collect();
        let changes = 1 + random.below(8);
        let mut translation: Vec<String> = Vec::new();
        for sentence in &original {
            let words = sentence.split(' ').map(|word| {
                if random.below(10) < changes { random.word(vocabulary) } else { word.to_string() }
            });
            let words: Vec<String> = words.collect();
            let half = words.len() / 2;
            match random.below(16) {
                0 => {}
                1 => translation.extend([words.join(" "), random.sentence(vocabulary)]),
                2 => translation.extend([words[..half].join(" "), words[half..].join(" ")]),
                3 => translation.extend([words.join(" "), words.join(" ")]),
                4 | 5 if !translation.is_empty() => {
                    let last = translation.len() - 1;
                    translation[last] += &format!(" {}", words.join(" "));
                }
                _ => translation.push(words.join(" ")),
            }
        }
        if random.below(2) == 0 && translation.len() > 30 {
            let start = random.below(translation.len() - 10);
            let moved: Vec<String> = translation.drain(start..start + 10).collect();
            let place = random.below(translation.len());
            translation.splice(place..place, moved);
        }
        [original, translation]
    }

    fn check_equal(texts: &[Vec<String>; 2], treatment: Treatment) {
        let mut words = Words::default();
        let documents =
            [0, 1].map(|side| Document::from_sentences(&texts[side], &Normalise::default(), &mut words));
        let blocks = shared([&documents[0], &documents[1]], &words, treatment);
        let sides = Sides::new(joined_equally(&blocks));
        let characters = [0, 1].map(|side| texts[side].iter().map(|s| s.chars().count()).collect());
        let paragraphs = [0, 1].map(|side| (0..texts[side].len()).map(|k| k / 5).collect());
        let weights = if treatment == Treatment::Monolingual { MONOLINGUAL } else { SHARED };
        let problem = Problem {
            sides: &sides,
            lengths: &Lengths::new(characters, paragraphs),
            weights,
            band: &Band::full(texts[0].len(), texts[1].len()),
        };
        let products = Products::new(sides.vectors.each_ref());
        let full = Search::new(&problem, products).path();
        assert_eq!(best_path(&problem), full, "{texts:?}");
    }

    #[test]
    fn the_path_is_that_of_the_full_search() {
        let mut random = Random(1);
        for _ in 0..40 {
            let texts = texts(&mut random);
            check_equal(&texts, Treatment::Monolingual);
            check_equal(&texts, Treatment::Bilingual);
        }
    }

    #[test]
    fn texts_of_any_shape_are_searched() {
        let mut random = Random(2);
        let mut text = |n: usize| (0..n).map(|_| random.sentence(512)).collect::<Vec<String>>();
        for (n, m) in [(0, 0), (0, 400), (400, 0), (1, 400), (400, 1), (2, 200), (200, 2), (20, 20)] {
            check_equal(&[text(n), text(m)], Treatment::Monolingual);
        }
        let same = vec!["Always the same sentence.".to_string(); 40];
        check_equal(&[same.clone(), same.clone()], Treatment::Monolingual);
        check_equal(&[same, vec![String::new(); 40]], Treatment::Bilingual);
    }

    #[test]
    fn little_is_left_of_a_text_and_its_like() {
        let mut random = Random(3);
        let text: Vec<String> = (0..100).map(|_| random.sentence(512)).collect();
        let mut words = Words::default();
        let document = Document::from_sentences(&text, &Normalise::default(), &mut words);
        let blocks = shared([&document, &document], &words, Treatment::Monolingual);
        let sides = Sides::new(joined_equally(&blocks));
        let characters: Vec<usize> = text.iter().map(String::len).collect();
        let problem = Problem {
            sides: &sides,
            lengths: &Lengths::new([characters.clone(), characters], [vec![0; 100], vec![0; 100]]),
            weights: MONOLINGUAL,
            band: &Band::full(100, 100),
        };
        let left = narrowed(&problem, &mut sides.products());
        assert!(left.cells() < 2000, "{} of 10201 cells", left.cells());
    }
}
