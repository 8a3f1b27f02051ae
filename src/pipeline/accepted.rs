//! Findings that the user has accepted: left out of reports, counts and verdicts, and counted apart.

use rustc_hash::FxHashMap;
use serde::Deserialize;
use wildmatch::WildMatch;

use super::nearest;
use super::same::{Key, Known};
use crate::checks::Checks;
use crate::dialect::{reader, unguarded};
use crate::error::SetupError;
use crate::model::Finding;

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
        let wrong = |start: usize, what: String| {
            let line = text[..start].matches('\n').count() + 1;
            SetupError::Configuration(format!("{file}:{line}: {what}"))
        };
        let parsed: IgnoreFile = toml::from_str(text)
            .map_err(|e| wrong(e.span().map_or(0, |s| s.start), super::explain(e.message())))?;
        let checks = Checks::default();
        let names: Vec<&str> = checks.all().iter().map(|c| c.name).collect();
        for rule in parsed.ignore {
            let (start, rule) = (rule.span().start, rule.into_inner());
            if let Some(check) = rule.check.as_deref().filter(|c| !names.contains(c)) {
                return Err(wrong(start, format!("no check \"{check}\"{}", nearest(check, &names))));
            }
            if rule.check.is_none() && rule.pair.is_none() && rule.pattern.is_none() {
                return Err(wrong(start, "a rule names a check, a pair or a pattern".to_string()));
            }
            let wild = |text: Option<String>| text.as_deref().map(WildMatch::new);
            self.rules.push(Rule { check: rule.check, pair: wild(rule.pair), pattern: wild(rule.pattern) });
        }
        Ok(())
    }

    /// Takes the findings of an earlier run from its findings.csv.
    pub fn add_baseline(&mut self, csv: &[u8], file: &str) -> Result<(), SetupError> {
        let wrong = |what: String| SetupError::Configuration(format!("{file}: {what}"));
        let mut reader = reader(csv).map_err(|e| wrong(e.to_string()))?;
        let header = reader.headers().map_err(|e| wrong(e.to_string()))?.clone();
        let column = |name: &str| {
            let found = header.iter().position(|h| h == name);
            found.ok_or_else(|| {
                wrong(format!("no column \"{name}\": give the findings.csv of an earlier run"))
            })
        };
        let [pair, check, side, excerpt] =
            [column("pair")?, column("check")?, column("side")?, column("excerpt")?];
        for row in reader.records() {
            let row = row.map_err(|e| wrong(e.to_string()))?;
            let cell = |k: usize| unguarded(&row[k]);
            let key = Key::new(cell(check), cell(side), cell(excerpt));
            self.baseline.entry(cell(pair).to_string()).or_default().add(key);
        }
        Ok(())
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
