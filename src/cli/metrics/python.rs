//! Numbers and strings as Python writes them.

/// The shortest decimal number that reads back as `number`, as `repr` gives it.
pub fn repr(number: f64) -> String {
    let scientific = shortest(number);
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let decimals = digits.len().saturating_sub(2) as i32 - exponent;
        return format!("{number:.*}", decimals.max(1) as usize);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// As few digits as tell `number` from its neighbours; of two such numbers that are equally near the even one.
fn shortest(number: f64) -> String {
    let shortest = format!("{number:e}");
    let digits = shortest.bytes().take_while(|&byte| byte != b'e').filter(u8::is_ascii_digit).count();
    let even = format!("{number:.*e}", digits - 1);
    if even.parse() == Ok(number) { even } else { shortest }
}

/// A JSON string of ASCII characters alone, as `json.dumps` gives it.
pub fn ascii_string(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            ' '..='~' => quoted.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    quoted.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    quoted.push('"');
    quoted
}

/// The number that is left of `number` when it is printed with `width` decimals.
pub fn rounded(number: f64, width: usize) -> f64 {
    format!("{number:.width$}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_python() {
        let numbers = [100.0, 30.517_287_386_581_86, 0.0, 1e-5, 0.0001, 1e16, 123_456_789_012_345.0, 1.5e-7];
        let expected =
            ["100.0", "30.51728738658186", "0.0", "1e-05", "0.0001", "1e+16", "123456789012345.0", "1.5e-07"];
        assert_eq!(numbers.map(repr), expected);
        // 16 + 0.0714263916015625: two numbers of 17 digits are equally near.
        assert_eq!(repr(16.071_426_391_601_563), "16.071426391601562");
    }

    #[test]
    fn strings_are_ascii() {
        assert_eq!(ascii_string("ä\"\\\n\u{7f}😀"), r#""\u00e4\"\\\n\u007f\ud83d\ude00""#);
    }
}
