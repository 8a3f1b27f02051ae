//! Which elements of a page are open: of the HTML standard's tree construction what says where an element ends whose end
//! tag is left out or stands crossed with another's. Every tag costs the same, however deep elements are nested.

use std::collections::HashMap;

/// Elements that begin a block and end one.
const BLOCKS: [&str; 59] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "xmp",
];

/// Elements that hold nothing.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Start tags that close a paragraph.
const AFTER_PARAGRAPH: [&str; 40] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "summary",
    "ul",
    "xmp",
];

/// What a start tag closes, if it is open within none of these.
const IMPLIED: [(&[&str], &[&str], &[&str]); 7] = [
    (&["li"], &["li"], &["ul", "ol", "menu", "table", "td", "th", "template"]),
    (&["dt", "dd"], &["dt", "dd"], &["dl", "table", "td", "th", "template"]),
    (&["option", "optgroup"], &["option"], &["select", "template"]),
    (&AFTER_PARAGRAPH, &["p"], &["table", "td", "th", "caption", "button", "object", "marquee", "template"]),
    (&["td", "th", "tr", "tbody", "thead", "tfoot"], &["td", "th", "caption"], &["table", "template"]),
    (&["tr", "tbody", "thead", "tfoot"], &["tr"], &["table", "template"]),
    (&["tbody", "thead", "tfoot"], &["tbody", "thead", "tfoot"], &["table", "template"]),
];

/// An end tag closes nothing outside of the cell or table that it stands in, unless it is theirs.
const SCOPES: [&str; 5] = ["table", "td", "th", "caption", "template"];

/// The elements that are open.
#[derive(Default)]
pub(super) struct Elements {
    /// From the outermost to the innermost: its kind, and whether its text is left aside.
    open: Vec<(usize, bool)>,
    /// Of each name its kind.
    kinds: HashMap<Vec<u8>, usize>,
    /// Of each kind the places where it is open.
    places: Vec<Vec<usize>>,
    /// Places of blocks, which an end tag of another element does not close.
    blocks: Vec<usize>,
}

impl Elements {
    /// Closes what the start tag of this name closes. Says whether it begins a block.
    pub(super) fn start(&mut self, name: &[u8]) -> bool {
        for (_, closed, within) in IMPLIED.iter().filter(|(by, ..)| is_among(by, name)) {
            let bound = self.innermost(within);
            if let Some(place) =
                self.innermost(closed).filter(|place| bound.is_none_or(|bound| bound < *place))
            {
                self.truncate(place);
            }
        }
        is_among(&BLOCKS, name)
    }

    /// Opens an element, unless it holds nothing.
    pub(super) fn open(&mut self, name: &[u8], is_aside: bool) {
        if is_among(&VOID, name) {
            return;
        }
        let kind = self.kinds.get(name).copied().unwrap_or_else(|| {
            self.kinds.insert(name.to_vec(), self.places.len());
            self.places.push(Vec::new());
            self.places.len() - 1
        });
        let place = self.open.len();
        self.places[kind].push(place);
        if is_among(&BLOCKS, name) {
            self.blocks.push(place);
        }
        self.open.push((kind, is_aside || self.is_aside()));
    }

    /// Closes what the end tag of this name closes. Says whether it ends a block.
    pub(super) fn end(&mut self, name: &[u8]) -> bool {
        let is_block = is_among(&BLOCKS, name);
        let bound = if !is_block {
            self.blocks.last().copied()
        } else if is_among(&SCOPES, name) {
            self.innermost(&["table", "template"]).filter(|_| name != b"table" && name != b"template")
        } else {
            self.innermost(&SCOPES)
        };
        let place = self.places_of(name).last().copied();
        if let Some(place) = place.filter(|place| bound.is_none_or(|bound| bound < *place)) {
            self.truncate(place);
        }
        is_block
    }

    /// Whether text is left aside here.
    pub(super) fn is_aside(&self) -> bool {
        self.open.last().is_some_and(|(_, is_aside)| *is_aside)
    }

    fn truncate(&mut self, place: usize) {
        for (kind, _) in self.open.drain(place..) {
            self.places[kind].pop();
        }
        let blocks = self.blocks.partition_point(|block| *block < place);
        self.blocks.truncate(blocks);
    }

    fn innermost(&self, names: &[&str]) -> Option<usize> {
        names.iter().filter_map(|name| self.places_of(name.as_bytes()).last().copied()).max()
    }

    fn places_of(&self, name: &[u8]) -> &[usize] {
        self.kinds.get(name).map_or(&[], |kind| &self.places[*kind])
    }
}

fn is_among(names: &[&str], name: &[u8]) -> bool {
    names.iter().any(|known| known.as_bytes() == name)
}
