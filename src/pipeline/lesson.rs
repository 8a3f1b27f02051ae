//! What one pair teaches about its batch.

use std::hash::{Hash, Hasher};
use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHasher};

use super::Pipeline;
use super::job::{Job, Text};
use super::prepare::Prepared;
use crate::align::bitext::Bitext;
use crate::align::terms::TermRows;
use crate::align::{Evidence, FirstPath, Start, align};
use crate::context::{Context, Gathered, language_pair};
use crate::error::PairError;
use crate::model::Language;
use crate::text::frequencies::Every;
use crate::text::language::Treatment;

/// What one pair teaches about its batch.
pub struct Lesson {
    /// Counts over the original, and what else is to be counted.
    pub gathered: Gathered,
    /// It is of two languages, and its bitext can teach a lexicon.
    pub is_bilingual: bool,
    /// That bitext, where it was asked for.
    pub begun: Option<Begun>,
}

/// A pair of two languages, aligned as far as it can be without a lexicon.
pub struct Begun {
    languages: [Option<Language>; 2],
    bitext: Aligning,
}

enum Aligning {
    Done(Bitext),
    Begun(Box<Start>),
}

impl Begun {
    fn new(prepared: Prepared, paths: &FirstPaths) -> Begun {
        let documents = [&prepared.original, &prepared.translation];
        let given = match prepared.treatment {
            Treatment::Bilingual => prepared.given_alignment(),
            Treatment::Monolingual => {
                let known = Context::default();
                Some(align(documents, &prepared.words, prepared.treatment, prepared.evidence(&known)))
            }
        };
        let bitext = if let Some(alignment) = given {
            let terms = TermRows::new(documents, &prepared.words);
            Aligning::Done(Bitext::new(&terms, &alignment.beads))
        } else {
            let start = paths.start(&prepared);
            paths.keep(&prepared, start.path());
            Aligning::Begun(Box::new(start))
        };
        Begun { languages: prepared.languages, bitext }
    }

    /// Its sentences that translate each other by what is known, and the names of the languages.
    pub fn bitext(&self, known: &Context) -> (String, Bitext) {
        let bitext = match &self.bitext {
            Aligning::Done(bitext) => bitext.clone(),
            Aligning::Begun(start) => {
                let (lexicon, dictionary) = (known.lexicon(&self.languages), known.dictionary());
                start.bitext(Evidence { lexicon, dictionary, ..Evidence::default() })
            }
        };
        (language_pair(&self.languages), bitext)
    }
}

/// How pairs of two languages are aligned by what both share, which takes longest and need be found out once for each pair: 100
/// bytes and one a segment.
#[derive(Debug, Default)]
pub struct FirstPaths(RwLock<FxHashMap<u64, FirstPath>>);

impl FirstPaths {
    /// Where the alignment of a pair begins.
    pub(super) fn start(&self, prepared: &Prepared) -> Start {
        let paths = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = if paths.is_empty() { None } else { paths.get(&texts(prepared)).cloned() };
        drop(paths);
        let Prepared { original, translation, words, machine_translation, .. } = prepared;
        Start::new([original, translation], words, machine_translation.as_ref(), known.as_ref())
    }

    fn keep(&self, prepared: &Prepared, path: FirstPath) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(texts(prepared), path);
    }
}

/// All that such a path follows from, as a number that other texts hardly have.
fn texts(prepared: &Prepared) -> u64 {
    let mut hasher = FxHasher::default();
    for document in [&prepared.original, &prepared.translation] {
        for (k, sentence) in document.sentences().iter().enumerate() {
            document.passage(k..k + 1).normal().hash(&mut hasher);
            (sentence.tokens.len(), sentence.paragraph).hash(&mut hasher);
        }
        document.sentences().len().hash(&mut hasher);
    }
    hasher.finish()
}

impl Pipeline {
    /// What one pair of a batch teaches. Where `counted` is given, its original, or its reference, is counted, n-grams of so
    /// many of its sentences. Between two languages it is begun with, where there are `paths`.
    pub fn lesson(
        &self,
        mut job: Job,
        counted: Option<Every>,
        paths: Option<&FirstPaths>,
    ) -> Result<Lesson, PairError> {
        if let [Some(one), Some(other)] = &job.languages {
            let is_begun = paths.is_some() && one.primary() != other.primary();
            if !is_begun && job.translation.bytes() <= self.limits.sentences as u64 {
                // Nothing else of it matters here than its language, and that it is not too long.
                job.translation = Text::default();
            }
        }
        let prepared = self.prepare(job)?;
        let gathered = counted.map(|every| self.gather(&prepared, every)).unwrap_or_default();
        let is_bilingual = prepared.treatment == Treatment::Bilingual;
        let begun = paths.filter(|_| is_bilingual).map(|paths| Begun::new(prepared, paths));
        Ok(Lesson { gathered, is_bilingual, begun })
    }

    fn gather(&self, prepared: &Prepared, every: Every) -> Gathered {
        let (treatment, compared) = match &prepared.reference {
            Some(reference) => (Treatment::Monolingual, reference),
            None => (prepared.treatment, &prepared.original),
        };
        let mut gathered = Gathered::learn(&prepared.original, &prepared.words);
        if treatment == Treatment::Monolingual {
            let language = prepared.languages[usize::from(prepared.reference.is_some())].as_ref();
            gathered.take_sentences(language, compared, &self.normalise, every);
        }
        if let Some(tokens) = self.count_tokens(treatment, compared) {
            gathered.set_token_counts(tokens);
        }
        gathered
    }

    /// A pair of two languages, to learn a lexicon from.
    pub fn begin(&self, job: Job, paths: &FirstPaths) -> Result<Begun, PairError> {
        Ok(Begun::new(self.prepare(job)?, paths))
    }
}
