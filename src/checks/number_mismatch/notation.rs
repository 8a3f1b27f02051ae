//! Numbers in digits: what a notation may mean.

/// A number in digits: the values it may have, the likeliest first, and its runs of digits.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Notation {
    pub(super) values: Vec<f64>,
    pub(super) parts: Vec<f64>,
    /// "14:30": the value is hours and hundredths that are minutes.
    pub(super) is_clock: bool,
}

/// Marks before three digits may group; the last one may be decimal, or part hours from minutes or day from month.
/// What fits none of these ("12.03.2024", "0:1") has parts and no value.
pub(super) fn notation(text: &str) -> Notation {
    let plain: String = text.chars().map(|c| digit(c).map_or(c, |d| char::from(b'0' + d))).collect();
    if let Some(value) = vulgar(&plain) {
        return Notation { values: vec![value], ..Notation::default() };
    }
    let groups: Vec<&str> = plain.split(|c: char| !c.is_ascii_digit()).collect();
    let marks: Vec<char> = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
    let parts: Vec<f64> = groups.iter().filter_map(|g| g.parse().ok()).collect();
    let is_clock = is_clock(&groups, &marks);
    let values = if is_clock { vec![parts[0] + parts[1] / 100.0] } else { values(&groups, &marks) };
    Notation { values, parts, is_clock }
}

fn values(groups: &[&str], marks: &[char]) -> Vec<f64> {
    let number = |s: String| s.parse::<f64>().ok();
    let mut values = Vec::new();
    if groups.iter().skip(1).all(|g| g.len() == 3) && !marks.contains(&':') && !marks.contains(&'/') {
        values.extend(number(groups.concat()));
    }
    if let ([.., last], [others @ .., mark]) = (groups, marks) {
        let whole = &groups[..groups.len() - 1];
        let grouped = whole[1..].iter().all(|g| g.len() == 3) && !others.contains(mark);
        match mark {
            '.' | ',' if grouped => values.extend(number(format!("{}.{last}", whole.concat()))),
            '/' if others.is_empty() => values.extend(fraction(whole[0], last)),
            _ => {}
        }
    }
    values
}

/// A proper one of small figures; else it is a date, or a season.
fn fraction(over: &str, under: &str) -> Option<f64> {
    let (over, under) = (over.parse::<f64>().ok()?, under.parse::<f64>().ok()?);
    (over < under && under <= 10.0).then_some(over / under)
}

/// Hours and minutes, or minutes and seconds.
fn is_clock(groups: &[&str], marks: &[char]) -> bool {
    let below = |text: &str, most: u8| text.parse::<u8>().is_ok_and(|v| v < most);
    matches!((groups, marks), ([hour, minute], [':']) if minute.len() == 2 && below(hour, 100) && below(minute, 60))
}

/// "2½", "13 ½"
fn vulgar(text: &str) -> Option<f64> {
    const SIGNS: [(char, f64); 7] =
        [('½', 0.5), ('¼', 0.25), ('¾', 0.75), ('⅓', 1.0 / 3.0), ('⅔', 2.0 / 3.0), ('⅛', 0.125), ('⅕', 0.2)];
    let last = text.chars().next_back()?;
    let part = SIGNS.iter().find(|(sign, _)| *sign == last)?.1;
    let whole = text[..text.len() - last.len_utf8()].trim_end();
    if whole.is_empty() { Some(part) } else { whole.parse::<f64>().ok().map(|w| w + part) }
}

/// The value of a decimal digit of any of the scripts that news text is written in.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 16] = [
        0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0x1040, 0xff10,
    ];
    let code = u32::from(c);
    ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&code)).map(|zero| (code - zero) as u8)
}

/// The value of a Roman numeral in capitals, with the ending of a French ordinal or without; one letter alone is V or X.
pub(super) fn roman(text: &str) -> Option<f64> {
    if !text.starts_with(['I', 'V', 'X', 'L', 'C', 'M']) {
        return None;
    }
    let text = text.trim_end_matches("ème").trim_end_matches(['e', 'º']);
    // MMMDCCCLXXXVIII is the longest.
    if text.len() > 15 || (text.len() < 2 && text != "V" && text != "X") {
        return None;
    }
    let mut digits = Vec::with_capacity(text.len());
    for c in text.bytes() {
        digits.push(match c {
            b'I' => 1,
            b'V' => 5,
            b'X' => 10,
            b'L' => 50,
            b'C' => 100,
            b'M' => 1000,
            _ => return None,
        });
    }
    let sign = |k: usize| if digits.get(k + 1).is_some_and(|&next| next > digits[k]) { -1 } else { 1 };
    let sum: i32 = (0..digits.len()).map(|k| sign(k) * digits[k]).sum();
    (sum > 0).then(|| f64::from(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notation_may_mean_several_values() {
        assert_eq!(notation("1.250").values, [1250.0, 1.25]);
        assert_eq!(notation("1 250,5").values, [1250.5]);
        assert_eq!(notation("12,5").values, [12.5]);
        assert_eq!(notation("1,250,000").values, [1_250_000.0]);
        assert_eq!(notation("٢٠٢٤").values, [2024.0]);
        assert_eq!(notation("2½").values, [2.5]);
        assert_eq!(notation("3/4").values, [0.75]);
    }

    #[test]
    fn times_have_hours_and_dates_have_parts() {
        assert_eq!((notation("14:30").values, notation("14.30").values), (vec![14.3], vec![14.3]));
        let date = notation("12.03.2024");
        assert_eq!((date.values, date.parts), (vec![], vec![12.0, 3.0, 2024.0]));
        assert!(notation("0:1").values.is_empty());
    }

    #[test]
    fn roman_numerals_are_read() {
        assert_eq!(
            (roman("XIX"), roman("XVIIe"), roman("MIX!"), roman("I")),
            (Some(19.0), Some(17.0), None, None)
        );
    }
}
