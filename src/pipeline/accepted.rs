//! Findings that the user has accepted: left out of reports, counts and verdicts, and counted apart.

use csv::ByteRecord;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use wildmatch::WildMatch;

use super::file::line_of;
use super::load::toml_fault;
use super::nearest;
use super::same::{Key, Known};
use super::table::{Table, cell, same_length};
use crate::checks::Checks;
use crate::dialect::unguarded;
use crate::error::{Faults, SetupError};
use crate::model::Finding;

/// The columns of findings.csv by which a finding is known again.
const COLUMNS: [&str; 4] = ["pair", "check", "side", "excerpt"];

/// What is not to be reported again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Accepted {
    rules: Vec<Rule>,
    baseline: FxHashMap<String, Known>,
}

/// A rule of `pairscore-ignore.toml`: a finding that fits everything it names is left out.
#[derive(Debug, Clone, PartialEq)]
struct Rule {
    check: Option<String>,
    pair: Option<WildMatch>,
    pattern: Option<WildMatch>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreFile {
    #[serde(default)]
    ignore: Vec<toml::Spanned<RuleText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    check: Option<String>,
    pair: Option<String>,
    pattern: Option<String>,
    /// For people: why the findings are no faults.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

impl Accepted {
    /// Reads the rules of an ignore file; errors name `file`, line and what would be right.
    pub fn add_rules(&mut self, text: &str, file: &str) -> Result<(), SetupError> {
        let mut faults = Faults::of(file);
        let parsed: IgnoreFile = match toml::from_str(text) {
            Ok(parsed) => parsed,
            Err(error) => return Err(toml_fault(&error, text, faults)),
        };
        let checks = Checks::default();
        let names: Vec<&str> = checks.all().iter().map(|c| c.name).collect();
        for rule in parsed.ignore {
            let (start, rule) = (rule.span().start, rule.into_inner());
            match Rule::new(rule, &names) {
                Ok(rule) => self.rules.push(rule),
                Err(what) => faults.add(line_of(text.as_bytes(), start), &what),
            }
        }
        faults.settle()
    }

    /// Takes the findings of an earlier run from its findings.csv.
    pub fn add_baseline(&mut self, csv: &[u8], file: &str) -> Result<(), SetupError> {
        let mut faults = Faults::of(file);
        let mut table = Table::new(csv);
        let (line, header) = table.next().unwrap_or((1, ByteRecord::new()));
        let places = COLUMNS.map(|name| header.iter().position(|h| h == name.as_bytes()));
        for (name, _) in COLUMNS.iter().zip(places).filter(|(_, place)| place.is_none()) {
            faults.add(line, &format!("no column \"{name}\": give the findings.csv of an earlier run"));
        }
        let [Some(pair), Some(check), Some(side), Some(excerpt)] = places else { return faults.settle() };
        table.each(&mut faults, |record| {
            let cell = |place: usize, name: &str| cell(record, place, name).map(unguarded);
            same_length(record, header.len())?;
            let key = Key::new(cell(check, "check")?, cell(side, "side")?, cell(excerpt, "excerpt")?);
            self.baseline.entry(cell(pair, "pair")?.to_string()).or_default().add(key);
            Ok(())
        });
        faults.settle()
    }

    /// Takes accepted findings of a pair out and returns how many they were.
    pub fn take_from(&self, pair: &str, findings: &mut Vec<Finding>) -> usize {
        let before = findings.len();
        findings.retain(|f| !self.rules.iter().any(|rule| rule.fits(pair, f)));
        if let Some(known) = self.baseline.get(pair) {
            let mut known = known.clone();
            findings.retain(|f| !known.take(&Key::new(f.check, f.side.name(), &f.excerpt)));
        }
        before - findings.len()
    }
}

impl Rule {
    /// Refuses a rule that fits everything, or nothing.
    fn new(text: RuleText, checks: &[&str]) -> Result<Rule, String> {
        if let Some(check) = text.check.as_deref().filter(|c| !checks.contains(c)) {
            return Err(format!("no check \"{check}\"{}", nearest(check, checks)));
        }
        let patterns = [("pair", &text.pair), ("pattern", &text.pattern)];
        if let Some((key, _)) = patterns.iter().find(|(_, p)| p.as_deref() == Some("")) {
            return Err(format!("{key} is empty and fits nothing: leave it out, or write \"*\""));
        }
        if text.check.is_none() && text.pair.is_none() && text.pattern.is_none() {
            return Err("a rule names a check, a pair or a pattern".to_string());
        }
        let wild = |text: Option<String>| text.as_deref().map(WildMatch::new);
        Ok(Rule { check: text.check, pair: wild(text.pair), pattern: wild(text.pattern) })
    }

    fn fits(&self, pair: &str, finding: &Finding) -> bool {
        self.check.as_ref().is_none_or(|c| c == finding.check)
            && self.pair.as_ref().is_none_or(|p| p.matches(pair))
            && self.pattern.as_ref().is_none_or(|p| p.matches(&finding.excerpt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Severity, Side};

    fn finding(check: &'static str, excerpt: &str) -> Finding {
        Finding {
            segment: 0,
            check,
            category: "fluency/duplication",
            severity: Severity::Major,
            side: Side::Translation,
            chars: 0..1,
            excerpt: excerpt.to_string(),
            message: String::new(),
        }
    }

    #[test]
    fn a_rule_takes_out_what_fits_all_that_it_names() {
        let mut accepted = Accepted::default();
        let rules = "[[ignore]]\ncheck = \"repetition\"\npair = \"de/*\"\npattern = \"*ding*\"\nreason = \"a song\"\n";
        accepted.add_rules(rules, "x.toml").expect("reads");
        let mut findings = vec![
            finding("repetition", "ding ding"),
            finding("casing", "ding"),
            finding("repetition", "dong"),
        ];
        assert_eq!(accepted.take_from("fr/a", &mut findings.clone()), 0);
        assert_eq!(accepted.take_from("de/a/b", &mut findings), 1);
        assert_eq!(findings.len(), 2);
    }

    #[test]
    fn a_baseline_takes_out_as_many_as_it_holds() {
        let mut accepted = Accepted::default();
        let csv = "\u{feff}pair,check,side,excerpt\r\na,repetition,translation,'=x y\r\n";
        accepted.add_baseline(csv.as_bytes(), "findings.csv").expect("reads");
        let mut findings = vec![finding("repetition", "=x\ny"), finding("repetition", "=x y")];
        assert_eq!((accepted.take_from("a", &mut findings), findings.len()), (1, 1));
        assert_eq!(accepted.take_from("b", &mut findings), 0);
    }

    #[test]
    fn wrong_files_are_refused_with_the_place() {
        let refused =
            |text: &str| Accepted::default().add_rules(text, "x.toml").expect_err("is refused").to_string();
        assert!(
            refused("[[ignore]]\npair = \"a\"\n\n[[ignore]]\ncheck = \"repetitoin\"\n")
                .starts_with("x.toml:4: no check")
        );
        assert!(refused("[[ignore]]\nreason = \"why not\"\n").contains("names a check, a pair or a pattern"));
        assert!(
            refused("[[ignore]]\nparis = \"a\"\n").contains("unknown key \"paris\"; did you mean \"pair\"?")
        );
        let error =
            Accepted::default().add_baseline(b"a,b\n1,2\n", "f.csv").expect_err("is refused").to_string();
        assert!(error.contains("no column \"pair\""), "{error}");
    }
}
