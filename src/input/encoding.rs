//! From bytes to text: by their byte order mark, else as declared. What does not decode is refused with its place, and
//! the refusal says what the bytes may be; nothing is ever decoded by a guess.

use std::cmp::Ordering;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

/// Files that no text begins like.
const SIGNATURES: [(&[u8], &str); 9] = [
    (b"PK\x03\x04", "a ZIP archive (docx, xlsx, odt and epub are such)"),
    (b"%PDF-", "a PDF file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (doc, xls)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
];

/// Bytes that are looked at for what they may be.
const SAMPLE: usize = 64 * 1024;

/// Why bytes are no text.
pub(super) struct Refusal {
    pub(super) reason: &'static str,
    pub(super) at: usize,
    pub(super) hint: String,
}

/// The text without its byte order mark.
pub(super) fn text(bytes: &[u8], declared: &'static Encoding) -> Result<String, Refusal> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((declared, 0));
    if let Some(refusal) = no_text(bytes, encoding) {
        return Err(refusal);
    }
    let text = decode(&bytes[mark..], encoding).and_then(|text| strict(text, encoding));
    text.map_err(|at| undecodable(bytes, mark + at, encoding))
}

/// The text, or the offset of the first byte that does not decode.
pub(crate) fn decode(bytes: &[u8], encoding: &'static Encoding) -> Result<String, usize> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(str::to_string).map_err(|e| e.valid_up_to());
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 3);
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(length, after), read) => {
            Err(read - usize::from(length) - usize::from(after))
        }
        (DecoderResult::OutputFull, read) => Err(read),
    }
}

/// The web's tables of single bytes give the holes of an encoding to control characters, which no text has: a byte there
/// says that the declaration is wrong.
fn strict(text: String, encoding: &'static Encoding) -> Result<String, usize> {
    let is_hole = |c: char| matches!(c, '\u{80}'..='\u{9f}' if c != '\u{85}');
    let hole = if encoding.is_single_byte() { text.chars().position(is_hole) } else { None };
    hole.map_or(Ok(text), Err)
}

fn no_text(bytes: &[u8], encoding: &'static Encoding) -> Option<Refusal> {
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Some(Refusal {
            reason: "utf-32",
            at: 0,
            hint: "UTF-32 is not read: save the file as UTF-8".into(),
        });
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        let hint = format!("{what}: save its text as a file of plain UTF-8");
        return Some(Refusal { reason: "binary", at: 0, hint });
    }
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return None;
    }
    memchr::memchr(0, bytes).map(|at| with_zero(bytes, at)).or_else(|| japanese(bytes, encoding))
}

/// A text of one byte a character has no zero bytes: what has them is wide, or no text.
fn with_zero(bytes: &[u8], at: usize) -> Refusal {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !3];
    if let Some(name) = utf_32(bytes.len(), sample) {
        let hint = format!("{name} without a byte order mark is not read: save the file as UTF-8");
        return Refusal { reason: "utf-32", at: 0, hint };
    }
    if let Some(name) = utf_16(bytes) {
        let hint = format!(
            "{name} without a byte order mark: save the file as UTF-8, or declare {} with [input] encoding",
            name.to_ascii_lowercase()
        );
        return Refusal { reason: "utf-16", at: 0, hint };
    }
    let hint = "a NUL byte, which no text has: put a file of plain UTF-8 in its place".into();
    Refusal { reason: "binary", at, hint }
}

fn utf_32(length: usize, sample: &[u8]) -> Option<&'static str> {
    let is_text = |number: fn([u8; 4]) -> u32| {
        let units = sample.as_chunks().0.iter().map(|unit| char::from_u32(number(*unit)));
        length.is_multiple_of(4) && !sample.is_empty() && units.into_iter().all(|c| c.is_some_and(is_usual))
    };
    if is_text(u32::from_le_bytes) {
        return Some("UTF-32LE");
    }
    is_text(u32::from_be_bytes).then_some("UTF-32BE")
}

/// ASCII characters, line ends and spaces among them, have their zero byte last in one order, first in the other. Where
/// few do, the letters are of another script, and their bytes are no text of one byte a character.
fn utf_16(bytes: &[u8]) -> Option<&'static str> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let units = sample.as_chunks().0;
    let zeros = |place: usize| units.iter().filter(|unit: &&[u8; 2]| unit[place] == 0).count();
    let (last, first) = (zeros(1), zeros(0));
    let (name, number): (_, fn([u8; 2]) -> u16) = match last.cmp(&first) {
        Ordering::Greater => ("UTF-16LE", u16::from_le_bytes),
        Ordering::Less => ("UTF-16BE", u16::from_be_bytes),
        Ordering::Equal => return None,
    };
    let is_latin = 2 * last.max(first) > units.len();
    let is_other = || 64 * last.max(first) >= units.len() && !is_narrow(sample);
    // The sample may end within a character.
    let (good, bad): (Vec<_>, Vec<_>) =
        char::decode_utf16(units.iter().map(|unit| number(*unit))).partition(Result::is_ok);
    let is_text = bad.len() < 2 && good.into_iter().flatten().all(is_usual);
    (is_text && (is_latin || is_other())).then_some(name)
}

/// Whether it would be a text but for its zero bytes.
fn is_narrow(sample: &[u8]) -> bool {
    let rest: Vec<u8> = sample.iter().copied().filter(|byte| *byte != 0).collect();
    std::str::from_utf8(&rest).map_or_else(|e| e.error_len().is_none(), |text| text.chars().all(is_usual))
}

fn is_usual(c: char) -> bool {
    !c.is_control() || c.is_ascii_whitespace()
}

/// ISO-2022-JP passes for UTF-8: all its bytes are ASCII. Its escapes betray it.
fn japanese(bytes: &[u8], encoding: &'static Encoding) -> Option<Refusal> {
    let escapes = [b"\x1b$B", b"\x1b$@"].into_iter().filter(|_| encoding != ISO_2022_JP);
    let at = escapes.filter_map(|escape| memmem::find(bytes, escape)).min()?;
    let hint =
        "an escape of ISO-2022-JP: save the file as UTF-8, or declare iso-2022-jp with [input] encoding";
    Some(Refusal { reason: "undecodable", at, hint: hint.into() })
}

fn undecodable(bytes: &[u8], at: usize, encoding: &'static Encoding) -> Refusal {
    let (name, rest) = (encoding.name(), &bytes[at.min(bytes.len())..]);
    let is_cut = match encoding {
        e if e == UTF_8 => std::str::from_utf8(rest).is_err_and(|e| e.error_len().is_none()),
        e if e == UTF_16LE || e == UTF_16BE => rest.len() < 2,
        _ => rest.is_empty(),
    };
    let what = match rest.first() {
        Some(byte) if !is_cut => format!("byte 0x{byte:02x} is not {name}{}", guess(bytes, at, encoding)),
        _ => format!("the file ends within a character of {name}: it may be cut off"),
    };
    let hint = format!("{what}: save the file as UTF-8 or declare its encoding with [input] encoding");
    Refusal { reason: "undecodable", at, hint }
}

/// What a file may be that is ASCII up to there (one of UTF-8 with a spoilt place is nothing else) and has some letters
/// beyond it to tell by.
fn guess(bytes: &[u8], at: usize, declared: &'static Encoding) -> String {
    let rest = &bytes[at..];
    let is_surrogate = declared == UTF_8 && rest[0] == 0xed && rest.get(1).is_some_and(|b| *b >= 0xa0);
    if is_surrogate {
        return ", but half a character (CESU-8)".into();
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&rest[..rest.len().min(SAMPLE)], false);
    let likely = detector.guess(None, Utf8Detection::Deny);
    let decodes = || decode(bytes, likely).and_then(|text| strict(text, likely)).is_ok();
    let is_thin = rest.iter().filter(|byte| !byte.is_ascii()).count() < 4;
    if is_thin || likely == declared || !bytes[..at].is_ascii() || !decodes() {
        return String::new();
    }
    format!(", the file may be {}", likely.name().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8], declared: &str) -> (&'static str, usize, String) {
        let declared = Encoding::for_label(declared.as_bytes()).expect("is known");
        let refusal = text(bytes, declared).expect_err("is refused");
        (refusal.reason, refusal.at, refusal.hint)
    }

    /// Each class of malformed UTF-8, with how far into it the first bad byte stands.
    const MALFORMED: [&[u8]; 20] = [
        b"\x80",
        b"\xbf\xbf",
        b"\xc3 ",
        b"\xe2\x82 ",
        b"\xf0\x9f\x98 ",
        b"\xc0\xaf",
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xe0\x9f\xbf",
        b"\xf0\x80\x80\xaf",
        b"\xf0\x8f\xbf\xbf",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xed\xa0\xbd\xed\xb8\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xfc\x84\x80\x80\x80\x80",
        b"\xfe",
        b"\xff",
    ];

    #[test]
    fn malformed_utf_8_is_refused_with_its_place_wherever_it_stands() {
        for bad in MALFORMED {
            for before in [0, 1, 4_095, 4_096, 8_191, 65_535, 65_536] {
                for after in ["", "x", " and a whole sentence, é too.\n"] {
                    let bytes = [&vec![b'a'; before], bad, after.as_bytes()].concat();
                    let (reason, at, _) = refused(&bytes, "utf-8");
                    assert_eq!((reason, at), ("undecodable", before), "{bad:x?} after {before}");
                }
            }
        }
    }

    #[test]
    fn a_file_that_was_cut_off_is_said_to_be() {
        for cut in [&b"end \xc3"[..], b"end \xe2\x82", b"end \xf0\x9f\x98"] {
            let (reason, at, hint) = refused(cut, "utf-8");
            assert_eq!((reason, at), ("undecodable", 4));
            assert!(hint.contains("cut off"), "{hint}");
        }
        let (_, at, hint) = refused(b"\xff\xfeh\0i", "utf-8");
        assert!(at == 4 && hint.contains("cut off"), "{at} {hint}");
        assert!(!refused(b"caf\xe9", "utf-8").2.contains("windows"), "cut, and no guess from one byte");
    }

    #[test]
    fn a_lone_surrogate_of_utf_16_is_refused_with_its_place() {
        for (bytes, label) in [
            (&b"a\0\x3d\xd8b\0"[..], "utf-16le"),
            (b"a\0\x00\xdcb\0", "utf-16le"),
            (b"\0a\xd8\x3d\0b", "utf-16be"),
            (b"\0a\xdc\x00\0b", "utf-16be"),
        ] {
            assert_eq!(refused(bytes, label).1, 2, "{bytes:x?}");
        }
    }

    #[test]
    fn wide_texts_without_a_mark_are_called_what_they_are() {
        for text in [
            "The mill stands by the river.\n",
            "Мельница у реки.\n",
            "水車小屋は川のそばに立つ。\n",
            "😁 Ā b\n",
        ] {
            let units: Vec<u16> = text.encode_utf16().collect();
            let wide = |bytes: fn(u16) -> [u8; 2]| units.iter().copied().flat_map(bytes).collect::<Vec<u8>>();
            let long =
                |bytes: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| bytes(c.into())).collect::<Vec<u8>>();
            for (bytes, reason, name) in [
                (wide(u16::to_le_bytes), "utf-16", "UTF-16LE"),
                (wide(u16::to_be_bytes), "utf-16", "UTF-16BE"),
                (long(u32::to_le_bytes), "utf-32", "UTF-32LE"),
                (long(u32::to_be_bytes), "utf-32", "UTF-32BE"),
            ] {
                let (found, at, hint) = refused(&bytes, "utf-8");
                assert_eq!((found, at), (reason, 0), "{name} {text}");
                assert!(hint.starts_with(name), "{hint}");
            }
            assert_eq!(super::text(&wide(u16::to_le_bytes), UTF_16LE).ok().as_deref(), Some(text));
        }
    }

    #[test]
    fn what_a_long_wide_file_is_shows_in_its_beginning() {
        // The sample ends between the halves of a character.
        let units: Vec<u16> = "x😁".repeat(40_000).encode_utf16().collect();
        let bytes: Vec<u8> = units.into_iter().flat_map(u16::to_le_bytes).collect();
        assert_eq!(refused(&bytes, "utf-8").0, "utf-16");
    }

    #[test]
    fn a_text_with_a_stray_zero_is_no_wide_text() {
        for text in [&b"ab\0c"[..], b"One\0two.\n", b"\0The mill stands.\n", b"The mill\0\0\0 stands.\n"] {
            assert_eq!(refused(text, "utf-8").0, "binary", "{text:x?}");
        }
        let latin = [&b"M\xfcller ging ins Caf\xe9. ".repeat(9)[..], b"\0"].concat();
        assert_eq!(refused(&latin, "utf-8").0, "binary");
    }

    #[test]
    fn files_of_other_kinds_are_binary_and_named() {
        for (signature, what) in SIGNATURES {
            let (reason, at, hint) = refused(&[signature, &b"\x01\x02\xff\0"[..]].concat(), "utf-8");
            assert!((reason, at) == ("binary", 0) && hint.starts_with(what), "{hint}");
        }
        assert_eq!(refused(b"One\0two.\n", "utf-8").0, "binary");
        assert_eq!(refused(&[0; 64], "utf-8").0, "binary");
        assert_eq!(refused(&[0, 1, 2, 3, 0, 5], "windows-1252").0, "binary");
    }

    #[test]
    fn a_likely_encoding_is_named_and_never_used() {
        let encoded = |label: &str, text: &str| {
            Encoding::for_label(label.as_bytes()).expect("is known").encode(text).0.into_owned()
        };
        let german = "Müller ging ins Café. Er blieb – lange, und draußen fiel Schnee.\n";
        let russian = "Владимир сказал: Привет, мир. Она ушла домой.\n";
        let japanese = "彼は言った。「こんにちは」。雨が降っていた。\n";
        for (label, text) in [
            ("windows-1252", german),
            ("windows-1251", russian),
            ("koi8-r", russian),
            ("shift_jis", japanese),
            ("euc-jp", japanese),
            ("gb18030", "他说：“你好，世界”。外面下着雨。\n"),
        ] {
            let bytes = encoded(label, &text.repeat(5));
            let (reason, _, hint) = refused(&bytes, "utf-8");
            let name = match label {
                "gb18030" => "gbk",
                "koi8-r" => "koi8-u",
                _ => label,
            };
            assert!(reason == "undecodable" && hint.contains(&format!("may be {name}:")), "{label}: {hint}");
        }
        let (reason, at, hint) = refused(&encoded("iso-2022-jp", japanese), "utf-8");
        assert!((reason, at) == ("undecodable", 0) && hint.contains("iso-2022-jp"), "{hint}");
        assert_eq!(text(&encoded("iso-2022-jp", japanese), ISO_2022_JP).ok().as_deref(), Some(japanese));
    }

    #[test]
    fn a_spoilt_place_in_utf_8_is_no_other_encoding() {
        let (reason, at, hint) = refused(
            "Müller ging ins Caf"
                .as_bytes()
                .iter()
                .copied()
                .chain(*b"\xe9. Er blieb.")
                .collect::<Vec<_>>()
                .as_slice(),
            "utf-8",
        );
        assert!((reason, at) == ("undecodable", 20) && !hint.contains("may be"), "{at} {hint}");
        assert!(refused(b"\xed\xa0\xbd\xed\xb8\x80", "utf-8").2.contains("CESU-8"));
    }

    #[test]
    fn a_declared_encoding_has_no_holes() {
        assert_eq!(refused(b"caf\x81", "windows-1252").1, 3);
        assert_eq!(refused(b"ab\x93", "iso-8859-2").1, 2);
        assert_eq!(refused(b"\x82", "shift_jis").0, "undecodable");
        assert_eq!(
            text(b"caf\xe9\x85", Encoding::for_label(b"windows-1252").expect("is known")).ok().as_deref(),
            Some("café…")
        );
    }
}
