//! Small parts that several sections share.

use maud::{Markup, PreEscaped, html};

use crate::model::Verdict;

/// A verdict: its shape, its colour and its word.
pub fn verdict(verdict: Verdict) -> Markup {
    let shape = match verdict {
        Verdict::Pass => "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z",
        Verdict::Review => "M8 1.5L15 14H1z",
        Verdict::Fail => "M2 2h12v12H2z",
    };
    html! {
        span.verdict.(verdict.name()) {
            svg viewBox="0 0 16 16" aria-hidden="true" { path d=(shape) {} }
            (verdict.name())
        }
    }
}

/// A box that scrolls by itself where its content is wide, by touch and by keyboard.
pub fn scrolling(label: &str, content: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (content) } }
}

/// The head of a table of texts.
pub fn head(names: &[&str]) -> Markup {
    html! { thead { tr { @for name in names { th scope="col" { (name) } } } } }
}

/// The first items whose markup has room in so many bytes, and how many they are: no batch makes the page
/// endless.
pub fn fitting<T>(items: &[T], room: usize, render: impl Fn(usize, &T) -> Markup) -> (Markup, usize) {
    let mut all = String::new();
    for (index, item) in items.iter().enumerate() {
        let one = render(index, item).into_string();
        if all.len() + one.len() > room {
            return (PreEscaped(all), index);
        }
        all.push_str(&one);
    }
    (PreEscaped(all), items.len())
}
