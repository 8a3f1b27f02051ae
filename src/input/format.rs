//! What a file holds, by its extension.

use std::path::Path;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Plain text, and whatever has another extension.
    Plain,
    /// A page of the web.
    Html,
    /// `CommonMark` with the extensions of GitHub.
    Markdown,
    /// A document of Word (Office Open XML).
    Docx,
    /// A text of `LibreOffice` (`OpenDocument`).
    Odt,
    /// Subtitles of `SubRip`.
    Srt,
    /// Subtitles of the web.
    WebVtt,
    /// A translation memory.
    Tmx,
    /// A localisation file, XLIFF 1.2 or 2.
    Xliff,
    /// A catalogue of gettext.
    Po,
    /// A table parted by commas, one segment a row.
    Csv,
    /// A table parted by tabs, one segment a row.
    Tsv,
    /// An object a line, one segment each.
    JsonLines,
}

/// Every extension that says what a file holds.
const EXTENSIONS: [(&str, Format); 21] = [
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xhtml", Format::Html),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("docx", Format::Docx),
    ("odt", Format::Odt),
    ("srt", Format::Srt),
    ("vtt", Format::WebVtt),
    ("tmx", Format::Tmx),
    ("xlf", Format::Xliff),
    ("xliff", Format::Xliff),
    ("sdlxliff", Format::Xliff),
    ("mqxliff", Format::Xliff),
    ("mxliff", Format::Xliff),
    ("po", Format::Po),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("tab", Format::Tsv),
    ("jsonl", Format::JsonLines),
    ("ndjson", Format::JsonLines),
];

impl Format {
    /// By the extension of a path, capitals or not.
    pub fn of(path: &Path) -> Format {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let known = EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
        known.map_or(Format::Plain, |(_, format)| *format)
    }

    /// Holds both sides of its segments.
    pub fn is_bitext(self) -> bool {
        use Format as F;
        matches!(self, F::Tmx | F::Xliff | F::Po | F::Csv | F::Tsv | F::JsonLines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_says_what_a_file_holds() {
        let of = |path: &str| Format::of(Path::new(path));
        assert_eq!(
            (of("a/b.de.XLF"), of("b.txt"), of("tmx"), of("c.t.docx")),
            (Format::Xliff, Format::Plain, Format::Plain, Format::Docx)
        );
        assert!(of("m.tmx").is_bitext() && !of("s.srt").is_bitext());
    }
}
