//! How scores are spread: classes with round edges, the same in every report. Thresholds are edges too, so that each value
//! stands on that side of a threshold where the verdict saw it.

use crate::model::Verdict;
use crate::pipeline::{Threshold, Thresholds};

/// Where classes of similarity begin; the last ends with 100.
const SIMILARITY: [f64; 10] = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0];
/// Where classes of error points end; one more has all above. 0 is a class of its own.
const ERROR_POINTS: [f64; 8] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// How many pairs or segments have scores of each class.
#[derive(Debug, Clone)]
pub struct Spread {
    /// Of those that have it.
    pub similarity: Histogram,
    /// MQM points per 100 words.
    pub error_points: Histogram,
}

impl Spread {
    /// With nothing counted.
    pub fn new(thresholds: &Thresholds) -> Spread {
        let limits = |of: fn(&Threshold) -> Option<f64>| {
            let both = [(Verdict::Fail, of(&thresholds.fail)), (Verdict::Review, of(&thresholds.review))];
            both.into_iter().filter_map(|(verdict, limit)| Some((verdict, limit?))).collect()
        };
        Spread {
            similarity: Histogram::new(Measure::Similarity, limits(|t| t.similarity_below)),
            error_points: Histogram::new(Measure::ErrorPoints, limits(|t| t.error_points_above)),
        }
    }

    /// Counts a pair or a segment.
    pub fn add(&mut self, similarity: Option<f64>, error_points: Option<f64>) {
        if let Some(value) = similarity {
            self.similarity.add(value);
        }
        if let Some(value) = error_points {
            self.error_points.add(value);
        }
    }

    /// Similarity, or error points where nothing has similarity.
    pub fn main(&self) -> &Histogram {
        if self.similarity.is_empty() { &self.error_points } else { &self.similarity }
    }
}

/// What is counted, and so which edge belongs to a class: thresholds are "similarity below" and "error points above".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// From an edge to below the next.
    Similarity,
    /// From above an edge to the next.
    ErrorPoints,
}

/// Classes of a score, ascending, and how many values each has.
#[derive(Debug, Clone)]
pub struct Histogram {
    measure: Measure,
    edges: Vec<f64>,
    counts: Vec<usize>,
    limits: Vec<(Verdict, f64)>,
}

impl Histogram {
    fn new(measure: Measure, mut limits: Vec<(Verdict, f64)>) -> Histogram {
        let (round, all, classes) = match measure {
            Measure::Similarity => (&SIMILARITY[..], 0.0..=100.0, 0),
            Measure::ErrorPoints => (&ERROR_POINTS[..], 0.0..=f64::MAX, 1),
        };
        let own = limits.iter().map(|(_, limit)| *limit).filter(|limit| all.contains(limit));
        let mut edges: Vec<f64> = round.iter().copied().chain(own).collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        limits.sort_by(|a, b| a.1.total_cmp(&b.1));
        Histogram { measure, counts: vec![0; edges.len() + classes], edges, limits }
    }

    fn add(&mut self, value: f64) {
        let class = match self.measure {
            Measure::Similarity => self.edges.partition_point(|start| *start <= value).saturating_sub(1),
            Measure::ErrorPoints => self.edges.partition_point(|end| *end < value),
        };
        self.counts[class] += 1;
    }

    /// What is counted.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self.measure {
            Measure::Similarity => "Similarity",
            Measure::ErrorPoints => "Error points per 100 words",
        }
    }

    /// Nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    /// The classes in words, each with its number of values.
    pub fn classes(&self) -> Vec<(String, usize)> {
        let name = |class: usize| match (self.measure, self.edges.get(class), self.edges.get(class + 1)) {
            (Measure::Similarity, Some(start), Some(end)) => format!("{start} to {end}"),
            (Measure::Similarity, Some(100.0), None) => "100".to_string(),
            (Measure::Similarity, Some(start), None) => format!("{start} to 100"),
            (Measure::ErrorPoints, Some(0.0), _) => "0".to_string(),
            (Measure::ErrorPoints, Some(end), _) => format!("to {end}"),
            (_, None, _) => format!("over {}", self.edges.last().copied().unwrap_or_default()),
        };
        self.counts.iter().enumerate().map(|(class, count)| (name(class), *count)).collect()
    }

    /// The edges, each with the number of classes before it; 0 error points are the middle of their class.
    pub fn ticks(&self) -> Vec<(f64, f64)> {
        let edges = self.edges.iter().enumerate();
        match self.measure {
            Measure::Similarity => {
                let end = (self.edges.last() != Some(&100.0)).then_some((self.counts.len() as f64, 100.0));
                edges.map(|(class, start)| (class as f64, *start)).chain(end).collect()
            }
            Measure::ErrorPoints => {
                edges.map(|(class, end)| (if class == 0 { 0.5 } else { class as f64 + 1.0 }, *end)).collect()
            }
        }
    }

    /// The thresholds, the lowest first: verdict, number, and the number of classes below it.
    pub fn limits(&self) -> impl Iterator<Item = (Verdict, f64, usize)> {
        self.limits.iter().map(|&(verdict, limit)| {
            let before = match self.measure {
                Measure::Similarity if limit > 100.0 => self.counts.len(),
                Measure::Similarity => self.edges.partition_point(|start| *start < limit),
                Measure::ErrorPoints => self.edges.partition_point(|end| *end <= limit),
            };
            (verdict, limit, before)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(similarity_below: Option<f64>, error_points_above: Option<f64>, values: &[f64]) -> Spread {
        let fail = Threshold::default();
        let review = Threshold { similarity_below, error_points_above, ..fail };
        let mut spread = Spread::new(&Thresholds { fail, review });
        for value in values {
            spread.add(Some(*value), Some(*value));
        }
        spread
    }

    fn counted(histogram: &Histogram) -> Vec<String> {
        let classes = histogram.classes().into_iter().filter(|(_, count)| *count > 0);
        classes.map(|(class, count)| format!("{class}: {count}")).collect()
    }

    #[test]
    fn similarity_belongs_to_the_class_it_begins_and_100_to_the_last() {
        let spread = spread(None, None, &[0.0, 9.99, 10.0, 99.0, 100.0]);
        assert_eq!(counted(&spread.similarity), ["0 to 10: 2", "10 to 20: 1", "90 to 100: 2"]);
    }

    #[test]
    fn error_points_belong_to_the_class_they_end_and_none_are_their_own() {
        let spread = spread(None, None, &[0.0, 0.1, 1.0, 1.1, 100.0, 400.0]);
        assert_eq!(counted(&spread.error_points), ["0: 1", "to 1: 2", "to 2: 1", "to 100: 1", "over 100: 1"]);
    }

    #[test]
    fn a_value_stands_on_that_side_of_a_threshold_where_the_verdict_saw_it() {
        for limit in [0.0, 0.3, 5.0, 7.0, 35.0, 90.0, 99.5, 100.0, 250.0] {
            let spread = spread(Some(limit), Some(limit), &[limit - 0.1, limit, limit + 0.1]);
            let below = |histogram: &Histogram| -> usize {
                let place = histogram.limits().next().map_or(0, |(_, _, place)| place);
                histogram.counts[..place].iter().sum()
            };
            // 0 and more is never below 0, and 100 and less always below 250.
            let expected = if limit == 0.0 { 0 } else { 1 + 2 * usize::from(limit > 100.0) };
            assert_eq!((below(&spread.similarity), below(&spread.error_points)), (expected, 2), "{limit}");
        }
    }

    #[test]
    fn edges_are_round_or_thresholds() {
        let spread = spread(Some(35.0), Some(7.0), &[]);
        let edges = |histogram: &Histogram| {
            histogram.ticks().iter().map(|(_, edge)| edge.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(edges(&spread.similarity), "0 10 20 30 35 40 50 60 70 80 90 100");
        assert_eq!(edges(&spread.error_points), "0 1 2 5 7 10 20 50 100");
    }

    #[test]
    fn without_similarity_error_points_are_the_main_thing() {
        let mut spread = spread(None, None, &[]);
        spread.add(None, Some(3.0));
        assert_eq!(spread.main().measure(), Measure::ErrorPoints);
    }
}
