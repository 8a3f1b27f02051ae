//! Catalogues of gettext: PO, as the manual of GNU gettext describes it ("The Format of PO Files").

use super::UNIT;
use super::fault::Fault;
use super::languages::Tags;
use super::lines::{Line, Lines};
use super::plural::singular_form;
use super::unit::{Block, Blocks, Entry, Placed};
use crate::model::Unit;

/// The messages of a catalogue.
pub(super) struct Po {
    lines: Lines,
    header: Header,
    /// The header as it stands in the file.
    raw: String,
}

/// What the first entry says of all.
#[derive(Debug, Default)]
struct Header {
    languages: Tags,
    /// Number of the form that stands beside the singular, where the plural forms are declared.
    singular: Option<usize>,
}

/// Forms of a message. Arabic, which has most, has six.
const FORMS: usize = 100;

/// A message while it is read.
#[derive(Debug, Default)]
struct Message {
    context: Option<Placed>,
    id: Option<Placed>,
    plural: Option<Placed>,
    forms: Vec<(usize, Placed)>,
    notes: Vec<String>,
    is_fuzzy: bool,
    /// What the last line was of.
    last: Option<Field>,
}

impl Po {
    /// `raw` is the header of the catalogue, where what is read begins behind it.
    pub fn new(lines: Lines, raw: String) -> Po {
        Po { lines, header: Header::read(&raw), raw }
    }

    /// The next message that is in use, with the lines that it takes.
    fn message(&mut self) -> Result<Option<(Message, Line)>, Fault> {
        let (mut message, mut taken): (Message, Option<Line>) = (Message::default(), None);
        while let Some(next) = self.lines.peek()? {
            if begins_message(next.text.trim()) && !message.forms.is_empty() {
                break;
            }
            let Some(line) = self.lines.next()? else { break };
            let text = line.text.trim();
            if text.starts_with("#~") {
                (message, taken) = (Message::default(), None);
            } else if !text.is_empty() {
                message.take(text, line.number).map_err(|what| self.lines.fault(&line, what))?;
                let first = taken.get_or_insert_with(|| line.clone());
                first.place.end = line.place.end;
                if first.place.end - first.place.start > UNIT {
                    return Err(self.lines.fault(&line, "a message longer than any that is read"));
                }
            }
        }
        match taken.filter(|_| message.id.is_some()) {
            Some(last) if message.forms.is_empty() => {
                Err(self.lines.fault(&last, "a message without msgstr: the file may be cut off"))
            }
            taken => Ok(taken.map(|taken| (message, taken))),
        }
    }

    fn entries(&self, message: Message) -> Vec<Entry> {
        let Message { context, id, plural, forms, notes, is_fuzzy, .. } = message;
        let (context, id) = (context.map(|c| c.text).unwrap_or_default(), id.unwrap_or_default());
        let is_one_form = forms.len() == 1;
        let singular = self.header.singular.unwrap_or(usize::from(is_one_form && plural.is_some()));
        let entry = |(form, translation): (usize, Placed)| {
            let original = plural.as_ref().filter(|_| form != singular).unwrap_or(&id).clone();
            let own = if plural.is_some() { format!("{context}[{form}]") } else { context.clone() };
            let state = if is_fuzzy { "fuzzy" } else { "" }.to_string();
            let unit = Unit { id: own, state, note: notes.join("\n") };
            Entry { languages: self.header.languages.clone(), original, translation, reference: None, unit }
        };
        forms.into_iter().map(entry).collect()
    }
}

impl Blocks for Po {
    fn next(&mut self) -> Result<Option<Block>, Fault> {
        while let Some((message, lines)) = self.message()? {
            let is_header =
                message.context.is_none() && message.id.as_ref().is_some_and(|id| id.text.is_empty());
            if is_header {
                self.raw = message.forms.into_iter().map(|(_, form)| form.text).collect();
                self.header = Header::read(&self.raw);
                continue;
            }
            let entries = self.entries(message);
            let (place, line) = (lines.place, lines.number);
            return Ok(Some(Block { place, line, number: 0, file: String::new(), entries }));
        }
        Ok(None)
    }

    fn prefix(&self) -> String {
        self.raw.clone()
    }
}

impl Header {
    fn read(text: &str) -> Header {
        let get = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
        };
        let languages = Tags::new(get("X-Source-Language"), get("Language"));
        Header { languages, singular: singular_form(get("Plural-Forms")) }
    }
}

/// Which text a line goes on with.
#[derive(Debug, Clone, Copy)]
enum Field {
    Context,
    Id,
    Plural,
    Form,
}

impl Message {
    /// A comment, without its first sign.
    fn remark(&mut self, comment: &str) {
        match comment.chars().next() {
            Some(',') => self.is_fuzzy |= comment[1..].split(',').any(|flag| flag.trim() == "fuzzy"),
            // References, earlier texts and flags of tools.
            Some(':' | '|' | '=') => {}
            Some('.') => self.notes.push(comment[1..].trim().to_string()),
            _ if comment.trim().is_empty() => {}
            _ => self.notes.push(comment.trim().to_string()),
        }
    }

    /// A line: a comment, a keyword with a string, or a string that goes on.
    fn take(&mut self, text: &str, line: u32) -> Result<(), String> {
        if let Some(comment) = text.strip_prefix('#') {
            self.remark(comment);
            return Ok(());
        }
        let quote = text.find('"').ok_or("neither a comment nor a keyword with a text in quotation marks")?;
        let more = unescaped(&text[quote..])?;
        let field = self.field(text[..quote].trim(), line)?;
        self.last = Some(field);
        let placed = || Placed { text: String::new(), line };
        let text = match field {
            Field::Context => self.context.get_or_insert_with(placed),
            Field::Id => self.id.get_or_insert_with(placed),
            Field::Plural => self.plural.get_or_insert_with(placed),
            Field::Form => {
                self.forms.last_mut().map(|(_, form)| form).ok_or("a text without a keyword before it")?
            }
        };
        text.text.push_str(&more);
        Ok(())
    }

    fn field(&mut self, keyword: &str, line: u32) -> Result<Field, String> {
        Ok(match keyword {
            "" => self.last.ok_or("a text without a keyword before it")?,
            "msgctxt" => Field::Context,
            "msgid" if self.id.is_some() => return Err("the message before has no msgstr".to_string()),
            "msgid" => Field::Id,
            "msgid_plural" => Field::Plural,
            _ => {
                let short =
                    || format!("an unknown keyword \"{}\"", keyword.chars().take(40).collect::<String>());
                let form = form(keyword).ok_or_else(short)?;
                if self.forms.len() == FORMS {
                    return Err(format!("more than {FORMS} forms of one message"));
                }
                self.forms.push((form, Placed { text: String::new(), line }));
                Field::Form
            }
        })
    }
}

/// What comes first in a message: a comment, its context, or its id.
fn begins_message(line: &str) -> bool {
    let keyword = line.split('"').next().unwrap_or_default().trim();
    line.starts_with('#') || keyword == "msgctxt" || keyword == "msgid"
}

/// The number in `msgstr[1]`; 0 of `msgstr`.
fn form(keyword: &str) -> Option<usize> {
    let rest = keyword.strip_prefix("msgstr")?.trim();
    if rest.is_empty() {
        return Some(0);
    }
    rest.strip_prefix('[')?.strip_suffix(']')?.trim().parse().ok()
}

/// The text of a string in quotation marks, with the escapes of C.
fn unescaped(quoted: &str) -> Result<String, String> {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let mut rest = inner.ok_or("a text whose quotation mark is not closed")?;
    let mut text = String::with_capacity(rest.len());
    while let Some(at) = rest.find(['\\', '"']) {
        text.push_str(&rest[..at]);
        let escape = rest[at..].strip_prefix('\\').ok_or("a quotation mark without a backslash before it")?;
        let c = escape.chars().next().ok_or("a text whose quotation mark is not closed")?;
        let (plain, length) = match c {
            'n' => ('\n', 1),
            't' => ('\t', 1),
            'r' => ('\r', 1),
            'a' => ('\u{7}', 1),
            'b' => ('\u{8}', 1),
            'f' => ('\u{c}', 1),
            'v' => ('\u{b}', 1),
            'x' => coded(&escape[1..], 16, 2).map_or(('x', 1), |(c, length)| (c, length + 1)),
            '0'..='7' => coded(escape, 8, 3).unwrap_or((c, 1)),
            _ => (c, c.len_utf8()),
        };
        text.push(plain);
        rest = &escape[length..];
    }
    Ok(text + rest)
}

/// A character by its number, and how many digits that takes.
fn coded(digits: &str, radix: u32, most: usize) -> Option<(char, usize)> {
    let length = digits.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let number = u32::from_str_radix(&digits[..length], radix).ok().filter(|n| *n < 128)?;
    Some((char::from_u32(number)?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_c() {
        let plain = |text: &str| unescaped(text).unwrap_or_else(|what| format!("! {what}"));
        assert_eq!(plain(r#""a\n\t\"b\"\\ \x41\101é""#), "a\n\t\"b\"\\ AAé");
        assert!(plain(r#""a"b""#).starts_with("! a quotation mark"));
        assert!(plain(r#""open"#).starts_with("! a text whose"));
        assert!(plain(r#""open\""#).starts_with("! a text whose"));
        assert!(plain("\"").starts_with("! a text whose"));
    }
}
