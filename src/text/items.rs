//! Items of a list that stand on one line.

use super::lines::is_bullet;

/// Where items of a list begin within the line: `1. One 2. Two`, `a) one b) two`, `• one • two`. Only in a block that
/// begins with the first of them, and only in unbroken order.
pub fn item_starts(text: &str) -> Vec<usize> {
    let body = text.trim_start();
    let lead = text.len() - body.len();
    let bullet = body.chars().next().filter(|&c| is_bullet(c));
    let Some(mut last) = body.split_whitespace().next().and_then(Marker::of).or(bullet.map(|_| Marker::NONE))
    else {
        return Vec::new();
    };
    let mut starts = Vec::new();
    let mut at = lead;
    for (i, word) in body.split_inclusive(char::is_whitespace).enumerate() {
        let starts_item = match bullet {
            Some(bullet) => word.starts_with(bullet),
            None => Marker::of(word.trim_end()).is_some_and(|marker| {
                let follows = marker.follows(&last);
                if follows {
                    last = marker;
                }
                follows
            }),
        };
        if i > 0 && starts_item {
            starts.push(at);
        }
        at += word.len();
    }
    starts
}

/// The mark of a numbered item: `3.`, `3)`, `3.)`, `(3)`, `c.`.
#[derive(PartialEq)]
struct Marker<'t> {
    open: bool,
    value: u32,
    letter: bool,
    close: &'t str,
}

impl<'t> Marker<'t> {
    const NONE: Marker<'static> = Marker { open: false, value: 0, letter: false, close: "" };

    fn of(word: &'t str) -> Option<Self> {
        let core = word.strip_prefix('(').unwrap_or(word);
        let length = core.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (number, close) = core.split_at(length);
        let open = core.len() < word.len();
        let letter = number.bytes().all(|b| b.is_ascii_lowercase());
        let value = match number.as_bytes() {
            [b @ b'a'..=b'z'] => u32::from(b - b'a') + 1,
            [_, ..] if length <= 3 => number.parse().ok()?,
            _ => return None,
        };
        (matches!(close, "." | ")" | ".)")).then_some(Marker { open, value, letter, close })
    }

    fn follows(&self, last: &Marker) -> bool {
        (self.open, self.letter, self.close) == (last.open, last.letter, last.close)
            && self.value == last.value + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_lettered_and_bulleted_items_are_found() {
        assert_eq!(item_starts("1. Open the lid 2. Fill in water"), [16]);
        assert_eq!(item_starts("a) milk b) bread c) salt"), [8, 17]);
        assert_eq!(item_starts("• milk • 2. bread"), [9]);
    }

    #[test]
    fn numbers_out_of_order_or_of_another_form_are_no_items() {
        assert!(item_starts("1. Open the lid 3. Fill in water").is_empty());
        assert!(item_starts("1. Open the lid 2) Fill in water").is_empty());
        assert!(item_starts("She came 1. of all and he 2. after her").is_empty());
    }
}
