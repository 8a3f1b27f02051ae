//! Times of subtitles: `01:02:03,450 --> 01:02:05,000` (`SubRip`), `02:03.450 --> 02:05.000 align:start` (`WebVTT`).

use super::Cue;

/// The times of a cue's first line, whatever settings follow. A cue that ends before it begins has no length.
pub(super) fn span(line: &str) -> Option<Cue> {
    let (start, rest) = line.split_once("-->")?;
    let start = milliseconds(start.trim())?;
    let end = milliseconds(rest.split_whitespace().next()?)?;
    Some(Cue { start, end: end.max(start) })
}

/// `h:mm:ss,mmm`, `mm:ss.mmm`; the fraction may be missing.
fn milliseconds(time: &str) -> Option<u64> {
    let (whole, fraction) = time.split_once([',', '.']).unwrap_or((time, "0"));
    let mut seconds = 0_u64;
    let parts: Vec<&str> = whole.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    for part in parts {
        seconds = seconds * 60 + number(part)?;
    }
    let digits = fraction.len() as u32;
    Some(seconds * 1000 + number(fraction)? * 1000 / 10_u64.pow(digits))
}

/// At most six digits.
fn number(digits: &str) -> Option<u64> {
    let is_number = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}
