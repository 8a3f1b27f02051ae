//! The values that travel through the house. No behaviour beyond their own arithmetic.

use std::fmt;
use std::ops::AddAssign;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One of the two texts of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The text that says what the translation should say.
    Original,
    /// The text under judgement.
    Translation,
}

impl Side {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Side::Original => "original",
            Side::Translation => "translation",
        }
    }
}

/// MQM severity, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Noticeable, does not mislead.
    Minor,
    /// Misleads or annoys.
    Major,
    /// Makes the passage unfit for use.
    Critical,
}

impl Severity {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Minor => "minor",
            Severity::Major => "major",
            Severity::Critical => "critical",
        }
    }
}

/// What the pipeline's thresholds say about a pair, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing that the thresholds object to.
    Pass,
    /// A person should look at it.
    Review,
    /// Unfit as it stands.
    Fail,
}

impl Verdict {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Review => "review",
            Verdict::Fail => "fail",
        }
    }
}

/// A language as an ISO 639-1 code where there is one, else ISO 639-3; regions are kept but not compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

/// Two-letter codes of ISO 639-1, and `sh`.
const CODES: &str = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig \
    ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi \
    mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa \
    sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur \
    uz ve vi vo wa wo xh yi yo za zh zu ";

/// Codes of countries, and those that ISO 639 has replaced, with what is meant.
const MEANT: [(&str, &str); 11] = [
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gr", "el"),
    ("in", "id"),
    ("iw", "he"),
    ("ji", "yi"),
    ("jp", "ja"),
    ("jw", "jv"),
    ("mo", "ro"),
    ("ua", "uk"),
];

impl Language {
    /// The same with what is wrong, and what may be meant.
    pub fn read(tag: &str) -> Result<Language, String> {
        Language::parse(tag).ok_or_else(|| {
            let code = tag.split(['-', '_']).next().unwrap_or_default();
            let meant = MEANT.iter().find(|(wrong, _)| code.eq_ignore_ascii_case(wrong));
            let guess = meant.map_or(" (ISO 639: en, pt-BR, deu)".to_string(), |(_, right)| {
                format!("; did you mean \"{right}{}\"?", &tag[code.len()..])
            });
            format!("\"{tag}\" is no language code{guess}")
        })
    }

    /// Reads a tag such as `en`, `pt-BR`, `zh_Hans` or `deu`; `None` when it has not that form, or two letters that are
    /// no language's.
    pub fn parse(tag: &str) -> Option<Language> {
        let mut parts = tag.split(['-', '_']);
        let primary = parts.next()?;
        let alphabetic = |s: &str| s.bytes().all(|b| b.is_ascii_alphabetic());
        let region = |s: &str| (2..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric());
        let fits = (2..=3).contains(&primary.len()) && alphabetic(primary) && parts.all(region);
        let code = primary.to_ascii_lowercase();
        let is_known = code.len() != 2 || CODES.contains(&format!(" {code} "));
        (fits && is_known).then(|| Language(format!("{code}{}", &tag[primary.len()..]).replace('_', "-")))
    }

    /// The code without region or script: `pt` of `pt-BR`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(tag: String) -> Result<Language, String> {
        Language::read(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One bead of the alignment: the sentences of each side that say the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bead {
    /// Sentence numbers of the original, from 0; empty in an addition.
    pub original: Range<usize>,
    /// Sentence numbers of the translation, from 0; empty in an omission.
    pub translation: Range<usize>,
    /// How sure the aligner is, 0 to 1.
    pub confidence: f64,
    /// The translation says it at another place than the original.
    pub moved: bool,
}

impl Bead {
    /// The bead's kind, sentences of the original to sentences of the translation: `1-2`.
    pub fn kind(&self) -> String {
        format!("{}-{}", self.original.len(), self.translation.len())
    }

    /// Both sides have sentences.
    pub fn is_aligned(&self) -> bool {
        !self.original.is_empty() && !self.translation.is_empty()
    }
}

/// One located fault.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The segment it stands in, counted from 0.
    pub segment: usize,
    /// Name of the check that found it.
    pub check: &'static str,
    /// MQM category, `dimension/type`.
    pub category: &'static str,
    /// MQM severity.
    pub severity: Severity,
    /// The side that `start` and `end` refer to.
    pub side: Side,
    /// Unicode characters of the segment's text on that side, from 0, end exclusive.
    pub chars: Range<usize>,
    /// The text between start and end, as the author wrote it.
    pub excerpt: String,
    /// What is wrong, for a reader, naming both sides where both matter.
    pub message: String,
}

impl Finding {
    /// MQM error points: minor 1, major 5, critical 25 (MQM-Core scoring model); minor punctuation 0.1 (Freitag et al.
    /// 2021).
    pub fn points(&self) -> f64 {
        match self.severity {
            Severity::Minor if self.category == "fluency/punctuation" => 0.1,
            Severity::Minor => 1.0,
            Severity::Major => 5.0,
            Severity::Critical => 25.0,
        }
    }
}

/// The scores of one segment, of one pair, or of all texts as one corpus. `None`: does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Scores {
    /// 0 to 100, higher is better.
    pub similarity: Option<f64>,
    /// chrF, 0 to 100, higher is better.
    pub chrf: Option<f64>,
    /// BLEU, 0 to 100, higher is better.
    pub bleu: Option<f64>,
    /// Translation edit rate, 0 upwards, lower is better; may pass 100.
    pub ter: Option<f64>,
    /// Characters of the translation over characters of the original.
    pub length_ratio: Option<f64>,
    /// How much more the translation repeats itself than the original does; 0 upwards, higher is worse. Of segments.
    pub repetition: Option<f64>,
    /// F of the alignment of tokens by a neural encoder, 0 to 100, higher is better; needs a model.
    pub semantic: Option<f64>,
    /// Its precision: how much of the translation the original says.
    pub semantic_precision: Option<f64>,
    /// Its recall: how much of the original the translation says.
    pub semantic_recall: Option<f64>,
}

impl Scores {
    /// Similarity and the metrics, each with the name that reports give it.
    pub fn named(&self) -> [(&'static str, Option<f64>); 5] {
        [
            ("similarity", self.similarity),
            ("chrF", self.chrf),
            ("BLEU", self.bleu),
            ("TER", self.ter),
            ("semantic", self.semantic),
        ]
    }
}

/// What a metric counts in one segment; the counts of several segments add up.
///
/// All entries but TER's mean length of several references are whole numbers, held exactly (they stay
/// far below 2^53). What each entry means is the metric's own matter. The empty statistics stand for no segment at all and change nothing
/// when they are added.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Statistics(pub Vec<f64>);

impl Statistics {
    /// The entry at `index`; 0 where nothing has been counted.
    #[must_use]
    pub fn get(&self, index: usize) -> f64 {
        self.0.get(index).copied().unwrap_or(0.0)
    }
}

impl AddAssign<&Statistics> for Statistics {
    fn add_assign(&mut self, other: &Statistics) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0.0);
        }
        for (sum, count) in self.0.iter_mut().zip(&other.0) {
            *sum += count;
        }
    }
}

/// The statistics of a segment, or of several, by [`Counted`].
pub type SegmentStatistics = [Statistics; 6];

/// Whose statistics stand where in [`SegmentStatistics`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// chrF.
    Chrf,
    /// BLEU.
    Bleu,
    /// Translation edit rate.
    Ter,
    /// Similarity of texts of one language.
    Monolingual,
    /// Similarity of texts of two languages.
    Bilingual,
    /// The neural encoder.
    Semantic,
}

/// What a file with both sides says of a segment beside its texts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// Its id there; empty where it has none.
    pub id: String,
    /// How far its translation has come, in the file's own words: `translated`, `fuzzy`.
    pub state: String,
    /// Remarks for translators.
    pub note: String,
}

/// Everything the reports say about one segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentReport {
    /// The bead it was made from.
    pub bead: Bead,
    /// Scores of this segment alone.
    pub scores: Scores,
    /// MQM points per 100 words of the translation (of the original where there is no translation).
    pub error_points: f64,
    /// Text of the original as its author wrote it.
    pub original: String,
    /// Text of the translation as its author wrote it.
    pub translation: String,
    /// Text of the reference that belongs to it; empty where there is none.
    pub reference: String,
    /// Line of the reference's file where that begins, from 1.
    pub reference_line: Option<usize>,
    /// What a file with both sides says of it.
    pub unit: Unit,
    /// Line of the file where it begins, from 1; `None` where the side is empty.
    pub original_line: Option<usize>,
    /// Line of the file where it begins, from 1; `None` where the side is empty.
    pub translation_line: Option<usize>,
}

/// Everything the reports say about one pair.
#[derive(Debug, Clone, PartialEq)]
pub struct PairReport {
    /// Segments in the order of the original.
    pub segments: Vec<SegmentReport>,
    /// Findings in the order of segments, then of position.
    pub findings: Vec<Finding>,
    /// Scores of the whole pair, from summed statistics.
    pub scores: Scores,
    /// The middle 95 % of similarities when its segments are drawn anew; `None` of fewer than two.
    pub interval: Option<[f64; 2]>,
    /// The sums of its segments' statistics; empty where one does not apply.
    pub statistics: SegmentStatistics,
    /// Share of the original's words that are aligned, 0 to 1.
    pub coverage: f64,
    /// MQM points per 100 words of the translation.
    pub error_points: f64,
    /// What the thresholds say.
    pub verdict: Verdict,
    /// Declared or identified; `None` when it could not be told.
    pub original_language: Option<Language>,
    /// Declared or identified; `None` when it could not be told.
    pub translation_language: Option<Language>,
    /// Sentences on the original's side.
    pub original_sentences: usize,
    /// Sentences on the translation's side.
    pub translation_sentences: usize,
    /// Index of the segment to look at first.
    pub worst_segment: Option<usize>,
    /// Findings that were left out because the user has accepted them.
    pub accepted: usize,
    /// Why the verdict is what it is, or what the reader should know.
    pub note: String,
}

impl PairReport {
    /// Number of findings of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// Segments without a translation.
    pub fn omitted(&self) -> usize {
        self.segments.iter().filter(|s| s.bead.translation.is_empty()).count()
    }

    /// Segments without an original.
    pub fn added(&self) -> usize {
        self.segments.iter().filter(|s| s.bead.original.is_empty()).count()
    }
}

/// The id of a segment in reports: `s000001` for the first. Never looks like a number to a spreadsheet.
pub fn segment_id(index: usize) -> String {
    format!("s{:06}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_statistics_change_nothing_when_added() {
        let counted = Statistics(vec![1.0, 2.0]);
        let mut left = Statistics::default();
        left += &counted;
        assert_eq!(left, counted);
        left += &Statistics::default();
        assert_eq!(left, counted);
    }

    #[test]
    fn statistics_add_up_entry_by_entry() {
        let mut sum = Statistics(vec![1.0, 2.0]);
        sum += &Statistics(vec![10.0, 20.0]);
        assert_eq!(sum, Statistics(vec![11.0, 22.0]));
    }

    #[test]
    fn a_language_tag_is_read_with_its_region_and_compared_without() {
        let tag = Language::parse("pt_BR").expect("a tag");
        assert_eq!((tag.to_string().as_str(), tag.primary()), ("pt-BR", "pt"));
        assert_eq!(Language::parse("final"), None);
        assert_eq!(Language::parse("1a"), None);
    }

    #[test]
    fn a_segment_id_is_never_a_number() {
        assert_eq!(segment_id(0), "s000001");
        assert_eq!(segment_id(1_234_566), "s1234567");
    }
}
