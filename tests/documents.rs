//! Documents beside plain text: HTML, Markdown, DOCX and ODT become paragraphs that lead back to their places, and bad
//! ones are refused with a reason.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Cursor, Write};

use pairscore::error::PairError;
use pairscore::input::Source;
use pairscore::pipeline::{Pipeline, Text};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The text of a file and the lines it stands at.
fn read(name: &str, bytes: &[u8], pipeline: &Pipeline) -> Result<(String, Vec<u32>), PairError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("writes");
    let job = Source::files("a".into(), path.clone(), path, [None, None]).job(pipeline)?;
    let Text::Extracted { text, lines } = job.original else { panic!("{name} is no document") };
    assert_eq!(text.split('\n').count(), lines.len(), "a place for each line of {text:?}");
    Ok((text, lines))
}

/// The lines of a document that are not empty, each with its place.
fn lines(name: &str, bytes: impl AsRef<[u8]>) -> Vec<(u32, String)> {
    let (text, lines) = read(name, bytes.as_ref(), &Pipeline::default()).expect("is read");
    let all = lines.into_iter().zip(text.split('\n').map(str::to_string));
    all.filter(|(_, text)| !text.is_empty()).collect()
}

/// The text of a document, blocks parted by an empty line.
fn text(name: &str, bytes: impl AsRef<[u8]>) -> String {
    read(name, bytes.as_ref(), &Pipeline::default()).expect("is read").0
}

/// The reason why a document is not read, and that there is something to be done.
fn refused(name: &str, bytes: impl AsRef<[u8]>) -> &'static str {
    let error = read(name, bytes.as_ref(), &Pipeline::default()).expect_err("is refused");
    assert!(error.stage == "read" && !error.hint.is_empty() && error.path.ends_with(name), "{error:?}");
    error.reason
}

/// An archive of these parts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).expect("begins a part");
        writer.write_all(content.as_bytes()).expect("writes");
    }
    writer.finish().expect("ends").into_inner()
}

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A document of Word with this body.
fn docx(body: &str) -> Vec<u8> {
    archive(&[("word/document.xml", &word("document", &format!("<w:body>{body}</w:body>")))])
}

fn word(root: &str, content: &str) -> String {
    let mc = "http://schemas.openxmlformats.org/markup-compatibility/2006";
    format!("<?xml version=\"1.0\"?><w:{root} xmlns:w=\"{WORD}\" xmlns:mc=\"{mc}\">{content}</w:{root}>")
}

/// A text of `LibreOffice` with this body.
fn odt(body: &str) -> Vec<u8> {
    let space = |name: &str| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"");
    let spaces = ["office", "text", "table", "drawing"].map(space).join(" ");
    let svg = "xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\"";
    let xml = format!(
        "<?xml version=\"1.0\"?><office:document-content {spaces} {svg}><office:body><office:text>{body}</office:text>\
         </office:body></office:document-content>"
    );
    archive(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", &xml)])
}

#[test]
fn a_page_becomes_its_blocks_with_their_lines() {
    let page = "<!DOCTYPE html>\n<html><head><title>The\n mill</title>\n<style>p { x }</style></head>\n<body>\n\
                <h1>A   mill</h1><p>It <b>st</b>ands\n  by the&nbsp;river &amp; sea.<br>Still.\n\
                <ul><li>flour<li>bran</ul>\n<table><tr><td>one<td>two</table></body></html>\n";
    let expected = [
        (2, "The mill"),
        (6, "A mill"),
        (6, "It stands by the\u{a0}river & sea."),
        (7, "Still."),
        (8, "flour"),
        (8, "bran"),
        (9, "one"),
        (9, "two"),
    ];
    assert_eq!(lines("a.html", page), expected.map(|(line, text)| (line, text.to_string())));
    assert!(text("a.html", page).contains("sea.\nStill.\n\nflour\n\nbran"));
}

#[test]
fn what_no_reader_of_a_page_sees_is_left_aside() {
    let page = "<p>Seen<script>if (a < b) { \"</p>\" }</script><!-- <p>no</p> --><template><p>no</p></template>\
                <span hidden>no</span><span style='DISPLAY : none'>no</span> too</p><pre>code</pre><p hidden>no<p>Third\
                <svg><text>no</text></svg></p><noscript>no</noscript><div translate=no>no <b>no</b></div>\
                <p>By <i translate=no>Lane & Co</i>, a <code>cmd</code>.</p>";
    assert_eq!(text("a.html", page), "Seen too\n\nThird\n\nBy Lane & Co, a cmd.");
}

#[test]
fn a_hidden_element_ends_where_the_standard_ends_it() {
    let texts = [
        ("<div hidden><div>no</div>no</div>yes", "yes"),
        ("<ul><li hidden>no<ul><li>no</ul><li>yes</ul>", "yes"),
        ("<table><tr><td hidden>no<td>yes<tr hidden><td>no<tr><td>too</table>", "yes\n\ntoo"),
        ("<span hidden>no<p>no</span>no</p></span>yes", "yes"),
        ("<td hidden>no</div></td>yes", "yes"),
        ("<p hidden>no<b>no</p>yes</b>", "yes"),
        ("<input hidden>yes<br hidden>too", "yes\ntoo"),
    ];
    for (page, expected) in texts {
        assert_eq!(text("a.html", page), expected, "{page}");
    }
}

#[test]
fn pictures_speak_by_their_alternative_text_and_readings_of_characters_are_left_aside() {
    let page =
        "<p>Press<img src=x alt='the button'>now. <ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字</ruby></p>";
    assert_eq!(text("a.html", page), "Press the button now. 漢字");
}

#[test]
fn a_line_end_between_characters_of_a_script_without_spaces_is_none() {
    assert_eq!(text("a.html", "<p>市议会\n  周二开会。\n<b>다리</b>\n다리"), "市议会周二开会。 다리 다리");
    assert_eq!(text("a.md", "市议会\n周二开会 x\ny"), "市议会周二开会 x y");
}

#[test]
fn a_page_says_its_encoding_in_its_head() {
    let page = |head: &str, body: &[u8]| [head.as_bytes(), b"<p>", body].concat();
    assert_eq!(text("a.htm", page("<meta charset=windows-1251>", b"\xcf\xf0\xe8\xe2\xe5\xf2")), "Привет");
    let head = "<meta http-equiv='Content-Type' content='text/html; charset=shift_jis'>";
    assert_eq!(text("a.html", page(head, b"\x93\xfa\x96\x7b")), "日本");
    let head = "<?xml version='1.0' encoding='iso-8859-1'?>";
    assert_eq!(text("a.xhtml", page(head, b"caf\xe9")), "café");
    assert_eq!(text("a.html", page("\u{feff}<meta charset=latin1>", "café".as_bytes())), "café");
    assert_eq!(refused("a.html", page("<meta charset=utf-8>", b"caf\xe9 au lait")), "undecodable");
    let mut pipeline = Pipeline::default();
    pipeline.input.encoding = "windows-1252".into();
    assert_eq!(read("a.html", b"<p>caf\xe9", &pipeline).expect("is read").0, "café");
}

#[test]
fn an_element_of_xhtml_may_end_where_it_begins() {
    let page = "<?xml version='1.0'?><html><head><title/><script src='x'/></head><body><p>One<a id='x'/>.</p></body></html>";
    assert_eq!(text("a.xhtml", page), "One.");
}

#[test]
fn a_page_that_ends_within_what_would_swallow_its_rest_is_cut_off() {
    for page in
        ["<p>One<!-- two", "<p>One<a href='x>two", "<p>One<script>two", "<title>One<p>two", "<p>One<b"]
    {
        assert_eq!(refused("a.html", page), "cut-off", "{page}");
    }
    assert_eq!(text("a.html", "<p>One <b>two"), "One two");
    assert_eq!(text("a.html", "<p>1 < 2 &"), "1 < 2 &");
    assert_eq!(refused("a.html", "<p><img src=x></p>"), "empty");
}

#[test]
fn markdown_becomes_its_blocks_without_code_and_markup() {
    let document = "---\ntitle: no\n---\n# The *mill*\n\nIt stands\nby the [river](http://x.y \"no\") and ~~not~~ `cargo run`.\
                    \nTwo  \nlines[^1].\n\n```sh\nno\n```\n\n    no\n\n- [x] flour\n- bran\n\n| a | b |\n|---|---|\n| c | **d** |\n\n\
                    ![the picture](no.png) <b>bold</b><!-- no -->\n\n> said\n\n<div align=\"center\">\n  <p>In <i>HTML</i></p>\n\
                    <pre>no</pre></div>\n\n[^1]: A note.\n";
    let expected = [
        (4, "The mill"),
        (6, "It stands by the river and not cargo run. Two"),
        (9, "lines."),
        (17, "flour"),
        (18, "bran"),
        (20, "a"),
        (20, "b"),
        (22, "c"),
        (22, "d"),
        (24, "the picture bold"),
        (26, "said"),
        (29, "In HTML"),
        (32, "A note."),
    ];
    assert_eq!(lines("a.md", document), expected.map(|(line, text)| (line, text.to_string())));
    let quoted = "> <div>\n> Inside\n> <b>a</b> quotation\n> </div>\n>\n> after\n";
    assert_eq!(lines("a.md", quoted), [(2, "Inside a quotation".to_string()), (6, "after".to_string())]);
}

#[test]
fn a_document_of_word_becomes_its_paragraphs() {
    let run =
        |text: &str| format!("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let body = [
        format!("<w:p><w:pPr><w:tabs><w:tab w:pos=\"1\"/></w:tabs></w:pPr>{}{}</w:p>", run("The mi"), run("ll &amp; the sea")),
        "<w:p/>".to_string(),
        format!("<w:p>{}<w:r><w:tab/><w:br/><w:noBreakHyphen/></w:r>{}</w:p>", run("one"), run("two")),
        format!("<w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>", run("a"), run("b")),
        format!(
            "<w:p><w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:moveFrom>{}</w:moveFrom><w:ins>{}</w:ins>\
             <w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r></w:p>",
            run("no"),
            run("new")
        ),
    ]
    .concat();
    let expected =
        [(1, "The mill & the sea"), (3, "one\t"), (3, "\u{2011}two"), (4, "a"), (5, "b"), (6, "new")];
    assert_eq!(lines("a.docx", docx(&body)), expected.map(|(line, text)| (line, text.to_string())));
}

#[test]
fn a_text_box_is_read_once_and_after_its_paragraph() {
    let text = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let textbox = |words: &str| format!("<w:txbxContent><w:p>{}</w:p></w:txbxContent>", text(words));
    let body = format!(
        "<w:p>{}<mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>{}</w:p>",
        text("Out"),
        textbox("box"),
        textbox("no"),
        text("side")
    );
    assert_eq!(self::text("a.docx", docx(&body)), "Outside\n\nbox");
}

#[test]
fn notes_come_after_the_text_wherever_the_parts_of_a_document_are() {
    let relation = |kind: &str, target: &str| {
        format!("<Relationship Id=\"{kind}\" Type=\"http://x/relationships/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{all}</Relationships>"
        )
    };
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let notes = format!(
        "<w:footnote w:type=\"separator\">{}</w:footnote><w:footnote>{}</w:footnote>",
        paragraph("no"),
        paragraph("A note.")
    );
    let package = archive(&[
        ("_rels/.rels", &relations(&relation("officeDocument", "word/document2.xml"))),
        ("word/document2.xml", &word("document", &paragraph("The text."))),
        (
            "word/_rels/document2.xml.rels",
            &relations(&(relation("endnotes", "endnotes.xml") + &relation("footnotes", "/word/foot.xml"))),
        ),
        ("word/foot.xml", &word("footnotes", &notes)),
        (
            "word/endnotes.xml",
            &word("endnotes", &format!("<w:endnote>{}</w:endnote>", paragraph("The end."))),
        ),
    ]);
    let expected = [(1, "The text."), (2, "A note."), (3, "The end.")].map(|(line, t)| (line, t.to_string()));
    assert_eq!(lines("a.docx", package), expected);
}

#[test]
fn a_text_of_libre_office_becomes_its_paragraphs() {
    let body = "<text:tracked-changes><text:p>no</text:p></text:tracked-changes>\n\
                <text:h>The <text:span>mi</text:span>ll</text:h><text:p>  two<text:s text:c=\"2\"/>spaces\n  and<text:tab/>a \
                tab<text:line-break/>next<text:note text:note-class=\"endnote\"><text:note-citation>i</text:note-citation>\
                <text:note-body><text:p>The end.</text:p></text:note-body></text:note>!</text:p>\
                <text:p>said<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body>\
                <text:p>A note.</text:p></text:note-body></text:note><office:annotation><text:p>no</text:p></office:annotation>\
                .</text:p><text:list><text:list-item><text:p>flour</text:p></text:list-item></text:list>";
    let expected = [
        (1, "The mill"),
        (2, "two  spaces and\ta tab"),
        (2, "next!"),
        (3, "said."),
        (4, "flour"),
        (5, "A note."),
        (6, "The end."),
    ];
    assert_eq!(lines("a.odt", odt(body)), expected.map(|(line, text)| (line, text.to_string())));
}

#[test]
fn a_package_that_is_none_or_lacks_its_text_is_refused() {
    assert_eq!(refused("a.docx", "not a ZIP archive"), "not-a-zip");
    assert_eq!(refused("a.odt", ""), "empty");
    assert_eq!(refused("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), "encrypted");
    assert_eq!(refused("a.docx", archive(&[("word/other.xml", "<x/>")])), "no-document");
    assert_eq!(refused("a.odt", docx("<w:p/>")), "no-document");
    assert_eq!(refused("a.docx", docx("<w:p/>")), "empty");
    let list = "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    let locked = archive(&[("META-INF/manifest.xml", list), ("content.xml", "\u{1}\u{2}")]);
    assert_eq!(refused("a.odt", locked), "encrypted");
    let whole = docx("<w:p><w:r><w:t>The mill.</w:t></w:r></w:p>");
    assert_eq!(refused("a.docx", &whole[..whole.len() - 30]), "damaged-zip");
    // The flag of encryption in both of the part's headers.
    let mut locked = whole;
    let central = locked.windows(4).position(|w| w == b"PK\x01\x02").expect("a directory");
    locked[6] |= 1;
    locked[central + 8] |= 1;
    assert_eq!(refused("a.docx", locked), "encrypted");
}

#[test]
fn xml_that_is_broken_or_wants_more_than_a_document_is_refused() {
    let part = |xml: &str| archive(&[("word/document.xml", xml)]);
    let laughs = "<!DOCTYPE a [<!ENTITY b \"&#98;\"><!ENTITY c \"&b;&b;\">]>";
    assert_eq!(refused("a.docx", part(&format!("{laughs}<a>&c;</a>"))), "doctype");
    assert_eq!(refused("a.docx", part("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>")), "doctype");
    for broken in ["<a><b></a>", "<a>", "<a", "<a>&c;</a>", "<a>&#0;</a>", "</a>", "<a b:c='1' xmlns:b=''/><"]
    {
        assert_eq!(refused("a.docx", part(broken)), "not-well-formed", "{broken}");
        assert_eq!(refused("a.odt", archive(&[("content.xml", broken)])), "not-well-formed", "{broken}");
    }
    let nested = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
    assert_eq!(refused("a.docx", part(&nested)), "too-deep");
    let bound = (0..1000).fold(String::new(), |all, k| format!("{all} xmlns:n{k}=\"u{k}\""));
    assert_eq!(refused("a.docx", part(&format!("<a{bound}/>"))), "not-well-formed");
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = " ".repeat(40 << 20);
    let bomb = docx(&format!("<w:p><w:r><w:t>x{zeros}</w:t></w:r></w:p>"));
    assert!(bomb.len() < 100_000);
    assert_eq!(refused("a.docx", &bomb), "zip-bomb");
    let mut pipeline = Pipeline::default();
    pipeline.limits.file_mib = 1;
    let error = read("a.docx", &bomb, &pipeline).expect_err("is refused");
    assert!(error.reason == "too-large" && error.hint.contains("file_mib=41"), "{error:?}");
    // The size that its headers declare is a lie.
    let central = bomb.windows(4).position(|w| w == b"PK\x01\x02").expect("a directory");
    let mut liar = bomb;
    liar[central + 24..central + 28].copy_from_slice(&1000_u32.to_le_bytes());
    assert!(["zip-bomb", "damaged-zip"].contains(&refused("a.docx", liar)));
}

#[test]
fn a_paragraph_beyond_the_limit_is_refused() {
    let mut pipeline = Pipeline::default();
    pipeline.limits.line_kib = 1;
    let long = format!("<p>short<p>{}", "word\n".repeat(1000));
    let error = read("a.html", long.as_bytes(), &pipeline).expect_err("is refused");
    assert!(error.reason == "paragraph-too-long" && error.hint.contains("line_kib=5"), "{error:?}");
}

/// Small documents of every kind.
fn seeds() -> [(&'static str, Vec<u8>); 4] {
    let html = "<html><meta charset=utf-8><p>One <b>two</b><!-- x --><ul><li hidden>a<li>b</ul><script>x</script>&amp;";
    let markdown =
        "# One\n\n- *two* [x](y)\n\n| a | b |\n|-|-|\n| c | d |\n\n```\nx\n```\n<div>x</div>\n\n[^1]: z\n";
    let body = "<w:p><w:r><w:t>One &amp; two</w:t><w:tab/></w:r></w:p><w:tbl><w:p/></w:tbl>";
    let text = "<text:h>One</text:h><text:p>two<text:s text:c=\"3\"/>x<text:note><text:p>y</text:p></text:note></text:p>";
    [("a.html", html.into()), ("a.md", markdown.into()), ("a.docx", docx(body)), ("a.odt", odt(text))]
}

#[test]
fn damage_is_never_more_than_a_reason() {
    let pipeline = Pipeline::default();
    let mut state = 9_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (name, seed) in seeds() {
        for _ in 0..1500 {
            let mut bytes = seed.clone();
            for _ in 0..=random(4) {
                let (at, to) = (random(bytes.len()), random(bytes.len()));
                match random(4) {
                    0 => bytes[at] ^= 1 << random(8),
                    1 => bytes[at] = b"<>&/\"\0\xff-"[random(8)],
                    2 => bytes.truncate(at.max(1)),
                    _ => bytes.extend_from_within(at.min(to)..at.max(to)),
                }
            }
            if let Err(error) = read(name, &bytes, &pipeline) {
                assert!(
                    error.stage == "read" && !error.reason.is_empty() && !error.hint.is_empty(),
                    "{error:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_nested_or_left_open_without_end_costs_no_more_than_its_size() {
    let part = |text: &str, times: usize| text.repeat(times);
    let long: [(&str, String); 16] = [
        ("a.html", part("<div>", 200_000) + "x"),
        ("a.html", part("<b>", 100_000) + "x" + &part("</i>", 100_000)),
        ("a.html", part("<b>", 100_000) + "x" + &part("</b>", 100_000)),
        ("a.html", "<i>".to_string() + &part("<p><b>", 100_000) + "x" + &part("</i>", 100_000)),
        ("a.html", part("<table><td>x", 50_000) + &part("</div></p></li>", 50_000)),
        ("a.html", (0..100_000).fold(String::new(), |all, k| all + "<x" + &k.to_string() + ">y")),
        ("a.html", "<p x".to_string() + &part(" a=b", 200_000) + ">x"),
        ("a.html", "x".to_string() + &part("<", 1_000_000)),
        ("a.html", "x".to_string() + &part("&", 1_000_000)),
        ("a.md", "x".to_string() + &part("[", 1_000_000)),
        ("a.md", "x".to_string() + &part("*", 1_000_000)),
        ("a.md", part("*a _b ", 150_000)),
        ("a.md", part("[a](", 200_000)),
        ("a.md", part(">", 20_000) + "x"),
        ("a.md", part("<b ", 200_000)),
        ("a.md", part("x\n\n<div>\n\n", 80_000)),
    ];
    // Were any of them quadratic, this would take minutes.
    for (name, document) in &long {
        drop(read(name, document.as_bytes(), &Pipeline::default()));
    }
}
