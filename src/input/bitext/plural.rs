//! Plural forms: which translation of a message stands beside its singular.

/// Operators inside each other in a formula; those in use have about ten.
const DEPTH: usize = 50;

/// The form that the formula of a header gives for one thing: `nplurals=2; plural=(n != 1);` gives 0. None where there is
/// no such formula, or but one form: that stands for any number, as the plural does.
pub(super) fn singular_form(header: &str) -> Option<usize> {
    let value = |name: &str| {
        header.split(';').find_map(|part| part.trim().strip_prefix(name)?.trim().strip_prefix('='))
    };
    let forms: usize = value("nplurals")?.trim().parse().ok()?;
    let mut formula = Formula { rest: value("plural")?, depth: 0 };
    let form = formula.choice()?;
    (forms > 1 && formula.rest.trim().is_empty()).then(|| usize::try_from(form).ok()).flatten()
}

/// An expression of C over `n`, which is 1 here (GNU gettext, "Additional functions for plural forms").
struct Formula<'f> {
    rest: &'f str,
    depth: usize,
}

/// Operators of two sides, those that bind least first; among equals the longer first.
const OPERATORS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Formula<'_> {
    fn takes(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn choice(&mut self) -> Option<i64> {
        self.depth += 1;
        let condition = (self.depth < DEPTH).then(|| self.binary(0)).flatten()?;
        if !self.takes("?") {
            self.depth -= 1;
            return Some(condition);
        }
        let yes = self.choice()?;
        let no = self.takes(":").then(|| self.choice()).flatten()?;
        self.depth -= 1;
        Some(if condition == 0 { no } else { yes })
    }

    fn binary(&mut self, level: usize) -> Option<i64> {
        let Some(operators) = OPERATORS.get(level) else { return self.single() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.takes(operator)) {
            let right = self.binary(level + 1)?;
            left = applied(operator, left, right)?;
        }
        Some(left)
    }

    fn single(&mut self) -> Option<i64> {
        let mut negated = None;
        while self.takes("!") {
            negated = Some(!negated.unwrap_or(false));
        }
        let value = self.operand()?;
        Some(negated.map_or(value, |negated| i64::from((value == 0) == negated)))
    }

    fn operand(&mut self) -> Option<i64> {
        if self.takes("(") {
            let value = self.choice()?;
            return self.takes(")").then_some(value);
        }
        if self.takes("n") {
            return Some(1);
        }
        let rest = self.rest.trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.rest = &rest[digits..];
        rest[..digits].parse().ok()
    }
}

fn applied(operator: &str, left: i64, right: i64) -> Option<i64> {
    Some(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "+" => left.checked_add(right)?,
        "-" => left.checked_sub(right)?,
        "*" => left.checked_mul(right)?,
        "/" => left.checked_div(right)?,
        _ => left.checked_rem(right)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_one_thing_is_the_singular() {
        for (formula, form) in [
            ("nplurals=2; plural=(n != 1);", Some(0)),
            ("nplurals=2; plural=n>1;", Some(0)),
            (
                "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
                Some(0),
            ),
            ("nplurals=4; plural=(n%100==1 ? 1 : n%100==2 ? 2 : n%100==3 || n%100==4 ? 3 : 0);", Some(1)),
            ("nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 ? 3 : 4;", Some(1)),
            ("nplurals=2; plural=!n;", Some(0)),
            ("nplurals=2; plural=!!n;", Some(1)),
            ("nplurals=1; plural=0;", None),
            ("nplurals=INTEGER; plural=EXPRESSION;", None),
            ("nplurals=2; plural=n/0;", None),
            ("nplurals=2; plural=(n != 1", None),
            ("", None),
        ] {
            assert_eq!(singular_form(formula), form, "{formula}");
        }
        let deep = format!("nplurals=2; plural={}n", "(".repeat(100_000));
        assert_eq!(singular_form(&deep), None);
        let long = format!("nplurals=2; plural={}n", "!".repeat(100_000));
        assert_eq!(singular_form(&long), Some(1));
    }
}
