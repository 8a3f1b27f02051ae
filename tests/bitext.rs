//! Files with both sides: what stands in them comes back unit by unit, whatever way it is written, and what is damaged is said.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;
use std::time::Duration;

use common::{files, pairscore, run, table, write};
use pairscore::error::PairError;
use pairscore::input::{Found, Source, discover};
use pairscore::model::Unit;
use pairscore::pipeline::{Columns, Input, Job, Pipeline, Text};
use tempfile::{TempDir, tempdir};

/// A folder with one file.
fn folder(name: &str, content: impl AsRef<[u8]>) -> TempDir {
    let folder = tempdir().expect("a folder");
    write(folder.path(), name, content);
    folder
}

fn pipeline(path: &Path, languages: &str) -> Pipeline {
    let languages = (!languages.is_empty()).then(|| languages.to_string());
    let input = Input { directory: Some(path.to_path_buf()), languages, ..Input::default() };
    Pipeline { input, ..Pipeline::default() }
}

/// The pairs of a file.
fn found(path: &Path, languages: &str) -> Found {
    let pipeline = pipeline(path, languages);
    discover(&pipeline.input, &pipeline.languages().expect("languages")).expect("is found")
}

/// Id, original and translation of each unit.
type Row = (String, String, String);

#[allow(clippy::needless_pass_by_value, reason = "what is read is read once")]
fn rows(job: Job) -> Vec<Row> {
    let [original, translation] = [&job.original, &job.translation].map(|side| side.pieces().to_vec());
    let sides = original.into_iter().zip(translation);
    job.units.iter().zip(sides).map(|(unit, (o, t))| (unit.id.clone(), o, t)).collect()
}

fn job(source: &Source, path: &Path) -> Result<Job, PairError> {
    source.job(&pipeline(path, ""))
}

/// The one pair of a file.
fn only(name: &str, content: impl AsRef<[u8]>) -> Job {
    let folder = folder(name, content);
    let path = folder.path().join(name);
    let found = found(&path, "");
    assert_eq!(found.pairs.len(), 1, "{found:?}");
    job(&found.pairs[0], &path).expect("is read")
}

fn units(name: &str, content: impl AsRef<[u8]>) -> Vec<Row> {
    rows(only(name, content))
}

/// Reason and hint of the one failure.
fn failure(name: &str, content: impl AsRef<[u8]>) -> (&'static str, String) {
    let folder = folder(name, content);
    let path = folder.path().join(name);
    let found = found(&path, "");
    let errors: Vec<PairError> = found.pairs.iter().filter_map(|pair| job(pair, &path).err()).collect();
    let errors =
        if errors.is_empty() { found.unpaired.into_iter().map(|u| u.error).collect() } else { errors };
    assert_eq!(errors.len(), 1, "{name}: {errors:?}");
    (errors[0].reason, errors[0].hint.clone())
}

fn row(id: &str, original: &str, translation: &str) -> Row {
    (id.to_string(), original.to_string(), translation.to_string())
}

fn tmx(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<tmx version=\"1.4\"><header srclang=\"en\" segtype=\"sentence\"/><body>{body}</body></tmx>\n"
    )
}

fn tu(texts: &[(&str, &str)]) -> String {
    let variants = texts.iter().map(|(tag, text)| format!("<tuv xml:lang=\"{tag}\"><seg>{text}</seg></tuv>"));
    format!("<tu>{}</tu>\n", variants.collect::<String>())
}

fn xliff(units: &str) -> String {
    format!(
        "<xliff version=\"1.2\"><file original=\"a.html\" source-language=\"en\" target-language=\"fr\" datatype=\"html\">\
         <body>{units}</body></file></xliff>"
    )
}

const PO: &str =
    "msgid \"\"\nmsgstr \"\"\n\"Language: fr\\n\"\n\"Plural-Forms: nplurals=2; plural=(n > 1);\\n\"\n\n";

#[test]
fn code_in_a_memory_is_what_it_contains_and_remarks_leave_no_trace() {
    let text = "Press <bpt i=\"1\">&lt;b&gt;</bpt>Save<ept i=\"1\">&lt;/b&gt;</ept>, <hi>now</hi>.<ph x=\"2\"/>\
                <ph>&lt;img alt=\"<sub>a mill</sub>\"/&gt;</ph>";
    let read = units("a.tmx", tmx(&tu(&[("en", text), ("fr", "x")])));
    assert_eq!(read, [row("1", "Press <b>Save</b>, now.<ph x=\"2\"/><img alt=\"a mill\"/>", "x")]);
}

#[test]
fn references_and_cdata_are_text_and_line_ends_are_plain() {
    let text = "&#x41;&#66; &lt;&amp;&gt; <![CDATA[<b>&amp;]]>\r\nnext &#13;end<!-- not this --><?nor this?>";
    let read = units("a.tmx", tmx(&tu(&[("en", text), ("fr", "x")])));
    assert_eq!(read[0].1, "AB <&> <b>&amp;\nnext \nend");
}

#[test]
fn a_unit_has_its_own_id_notes_and_line_or_its_number() {
    let body = "\n<tu tuid=\"greeting\"><note>be kind</note>\n<tuv xml:lang=\"en\"><note>short</note><seg>Hi</seg></tuv>\n\
                <tuv xml:lang=\"fr\"><seg>Salut</seg></tuv></tu>\n<tu><tuv lang=\"EN\"><seg>Bye</seg></tuv><tuv lang=\"fr\"><seg></seg></tuv></tu>";
    let job = only("a.tmx", tmx(body));
    let unit = |id: &str, state: &str, note: &str| Unit {
        id: id.to_string(),
        state: state.to_string(),
        note: note.to_string(),
    };
    assert_eq!(job.units, [unit("greeting", "", "be kind\nshort"), unit("2", "untranslated", "")]);
    let Text::Placed { lines, .. } = &job.translation else { panic!("has places") };
    assert_eq!(lines, &[5, 6]);
}

#[test]
fn every_pair_of_languages_is_a_pair_and_a_unit_without_one_is_none_of_it() {
    let body = [
        tu(&[("en-US", "One"), ("fr", "Un"), ("pt-br", "Um")]),
        tu(&[("en-US", "Two"), ("pt-BR", "Dois")]),
        tu(&[("fr", "Seul")]),
    ];
    let folder = folder("memory.tmx", tmx(&body.concat()));
    let path = folder.path().join("memory.tmx");
    let all = found(&path, "");
    let ids: Vec<&str> = all.pairs.iter().map(|pair| pair.id.as_str()).collect();
    assert_eq!(ids, ["memory.en-US-fr", "memory.en-US-pt-BR"]);
    assert_eq!(rows(job(&all.pairs[0], &path).expect("is read")), [row("1", "One", "Un")]);
    assert_eq!(
        rows(job(&all.pairs[1], &path).expect("is read")),
        [row("1", "One", "Um"), row("2", "Two", "Dois")]
    );

    let portuguese = found(&path, "en:pt");
    assert_eq!(portuguese.pairs[0].id, "memory");
    assert_eq!(portuguese.pairs[0].languages[1].as_ref().expect("a language").to_string(), "pt-BR");
    assert!(portuguese.notices[0].contains("also holds en-US-fr"), "{:?}", portuguese.notices);
    assert_eq!(found(&path, "en:de").unpaired[0].error.reason, "other-language");
}

#[test]
fn the_original_is_the_language_asked_for_before_that_of_the_file() {
    let folder = folder("m.tmx", tmx(&tu(&[("en", "One"), ("fr", "Un")])));
    let path = folder.path().join("m.tmx");
    let turned = found(&path, "fr:en");
    let read = turned.pairs[0].job(&pipeline(&path, "fr:en")).expect("is read");
    assert_eq!(rows(read), [row("1", "Un", "One")]);
    let open = tmx(&tu(&[("fr", "Un"), ("en", "One")])).replace("srclang=\"en\"", "srclang=\"*all*\"");
    assert_eq!(units("m.tmx", open), [row("1", "Un", "One")]);
}

#[test]
fn tags_of_a_localisation_file_stay_and_matches_are_no_targets() {
    let unit = "<trans-unit id=\"u\" approved=\"yes\"><source>A <g id=\"1\">big</g> mill<x id=\"2\"/><ph id=\"3\">%d</ph></source>\
                <target state=\"translated\" state-qualifier=\"exact-match\">Un <mrk mtype=\"term\">moulin</mrk></target>\
                <note>old</note><alt-trans><source>no</source><target>non</target></alt-trans></trans-unit>";
    let job = only("a.xlf", xliff(unit));
    let state = "translated, exact-match, approved".to_string();
    assert_eq!(job.units, [Unit { id: "u".to_string(), state, note: "old".to_string() }]);
    assert_eq!(rows(job), [row("u", "A <g id=\"1\">big</g> mill<x id=\"2\"/>%d", "Un moulin")]);
}

#[test]
fn what_is_not_to_be_translated_is_no_unit() {
    let units_read = units(
        "a.xlf",
        xliff(
            "<group translate=\"no\"><trans-unit id=\"1\"><source>KEY</source></trans-unit>\
             <trans-unit id=\"2\" translate=\"yes\"><source>Yes</source></trans-unit></group>\
             <trans-unit id=\"3\" translate=\"no\"><source>KEY</source></trans-unit><trans-unit id=\"4\"><source>Four</source></trans-unit>",
        ),
    );
    assert_eq!(units_read, [row("2", "Yes", ""), row("4", "Four", "")]);
}

#[test]
fn segments_of_a_unit_are_told_apart() {
    let unit = "<trans-unit id=\"u\"><source>One. Two.</source>\
        <seg-source><g id=\"1\"><mrk mtype=\"seg\" mid=\"a\">One.</mrk> <mrk mtype=\"seg\" mid=\"b\">Two.</mrk></g></seg-source>\
        <target><mrk mtype=\"seg\" mid=\"b\">Deux.</mrk></target>\
        <s:seg-defs xmlns:s=\"x\"><s:seg id=\"b\" conf=\"Translated\"/></s:seg-defs></trans-unit>";
    let job = only("a.sdlxliff", xliff(unit));
    let states: Vec<&str> = job.units.iter().map(|unit| unit.state.as_str()).collect();
    assert_eq!(states, ["untranslated", "Translated"]);
    assert_eq!(rows(job), [row("u/a", "One.", ""), row("u/b", "Two.", "Deux.")]);
}

#[test]
fn documents_of_one_file_are_told_apart_and_prefixes_are_no_hindrance() {
    let file = |name: &str, target: &str| {
        format!(
            "<x:file original=\"{name}\" source-language=\"en\" target-language=\"fr\"><x:header><x:note>no</x:note></x:header>\
             <x:body><x:trans-unit id=\"1\"><x:source>Hi</x:source><x:target>{target}</x:target></x:trans-unit></x:body></x:file>"
        )
    };
    let text = format!(
        "<x:xliff xmlns:x=\"urn:oasis:names:tc:xliff:document:1.2\">{}{}</x:xliff>",
        file("a.html", "Salut"),
        file("b.html", "Bonjour")
    );
    assert_eq!(units("a.xlf", text), [row("a.html:1", "Hi", "Salut"), row("b.html:1", "Hi", "Bonjour")]);
}

#[test]
fn version_2_has_segments_and_code_beside_them() {
    let text = "<xliff version=\"2.1\" srcLang=\"en\" trgLang=\"de\"><file id=\"f\"><unit id=\"u\">\
        <originalData><data id=\"d1\">&lt;b&gt;</data><data id=\"d2\">&lt;/b&gt;</data></originalData>\
        <mtc:matches xmlns:mtc=\"m\"><mtc:match><source>no</source><target>nein</target></mtc:match></mtc:matches>\
        <notes><note>mind</note></notes>\
        <segment id=\"s\" state=\"final\"><source><pc id=\"1\" dataRefStart=\"d1\" dataRefEnd=\"d2\">One</pc></source><target>Eins</target></segment>\
        <ignorable><source> </source></ignorable>\
        <segment><source>Two <pc id=\"2\">x</pc><ph id=\"3\"/><sm id=\"m\"/></source></segment></unit></file></xliff>";
    let job = only("a.xliff", text);
    assert_eq!(job.units[0].state, "final");
    assert!(job.units.iter().all(|unit| unit.note == "mind"));
    let second = "Two <pc id=\"2\">x</pc><ph id=\"3\"/>";
    assert_eq!(rows(job), [row("u/s", "<b>One</b>", "Eins"), row("u/2", second, "")]);
}

#[test]
fn messages_of_a_catalogue_have_contexts_flags_and_forms() {
    let text = "#. for all\n# a remark\n#: a.c:1\n#, c-format, fuzzy\n#| msgid \"old\"\nmsgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Ouvrir\"\n\n\
        msgid \"one file\"\nmsgid_plural \"%d files\"\nmsgstr[0] \"un fichier\"\nmsgstr[1] \"%d fichiers\"\n\
        # gone with it\n#~ msgid \"gone\"\n#~ msgstr \"parti\"\n\nmsgid \"\"\n\"a\\n\"\n\"b \\\"c\\\"\"\nmsgstr \"\"\n";
    for text in [text.to_string(), text.replace('\n', "\r\n")] {
        let job = only("fr.po", PO.to_string() + &text);
        assert_eq!(job.units[0].state, "fuzzy");
        assert_eq!((job.units[0].note.as_str(), job.units[3].note.as_str()), ("for all\na remark", ""));
        let Text::Placed { lines, .. } = &job.original else { panic!("has places") };
        assert_eq!(lines, &[12, 15, 16, 23]);
        assert_eq!(
            rows(job),
            [
                row("menu", "Open", "Ouvrir"),
                row("[0]", "one file", "un fichier"),
                row("[1]", "%d files", "%d fichiers"),
                row("", "a\nb \"c\"", "")
            ]
        );
    }
}

#[test]
fn one_form_for_all_numbers_belongs_to_the_plural() {
    let header = PO.replace("nplurals=2; plural=(n > 1)", "nplurals=1; plural=0");
    let text = "msgid \"one file\"\nmsgid_plural \"%d files\"\nmsgstr[0] \"%d fails\"\n";
    assert_eq!(units("ja.po", header + text), [row("[0]", "%d files", "%d fails")]);
}

#[test]
fn columns_are_known_by_their_names() {
    let read = units("a.csv", "id;Source;Target;status\r\n1;\"A \"\"b\"\";\r\nc\";X;new\r\n\r\n2;D;;\r\n");
    assert_eq!(read, [row("1", "A \"b\";\nc", "X"), row("2", "D", "")]);
    assert_eq!(units("a.tsv", "en\tfr\n\"A\" b\tX\n"), [row("", "\"A\" b", "X")]);
    let lines = "{\"src\":\"A\",\"tgt\":\"X\",\"id\":7,\"more\":[1]}\n\n{\"tgt\":null,\"src\":\"B\"}\n";
    assert_eq!(units("a.jsonl", lines), [row("7", "A", "X"), row("", "B", "")]);
}

#[test]
fn columns_have_the_names_that_the_pipeline_gives_them() {
    let folder = folder("a.csv", "Quelle,Ziel,key,original,translation\nA,X,k,no,non\n");
    let path = folder.path().join("a.csv");
    let mut pipeline = pipeline(&path, "");
    let name = |name: &str| Some(name.to_string());
    pipeline.input.columns = Columns {
        original: name("quelle"),
        translation: name("Ziel"),
        id: name("key"),
        ..Columns::default()
    };
    let found = discover(&pipeline.input, &[None, None]).expect("is found");
    assert_eq!(rows(found.pairs[0].job(&pipeline).expect("is read")), [row("k", "A", "X")]);
}

#[test]
fn a_reference_and_languages_stand_in_columns() {
    let text = "original\ttranslation\treference\ttranslation_language\nA\tX\tY\tde\nB\tU\tV\tfr\n";
    let folder = folder("a.tsv", text);
    let path = folder.path().join("a.tsv");
    let found = found(&path, "");
    let languages =
        |pair: &Source| pair.languages.clone().map(|l| l.map(|l| l.to_string()).unwrap_or_default());
    assert_eq!(found.pairs.iter().map(languages).collect::<Vec<_>>(), [["", "de"], ["", "fr"]]);
    let job = job(&found.pairs[0], &path).expect("is read");
    assert_eq!(job.reference.expect("has one").pieces(), ["Y"]);
}

#[test]
fn a_header_without_the_columns_is_told_what_it_has() {
    let (reason, hint) = failure("a.csv", "left,right\na,b\n");
    assert_eq!(reason, "no-columns");
    assert!(
        hint.starts_with("line 1: no column \"original\" or \"source\"")
            && hint.contains("\"left\", \"right\""),
        "{hint}"
    );
}

#[test]
fn encodings_are_those_that_the_file_names() {
    let text = tmx(&tu(&[("en", "café 水 😀"), ("fr", "x")]));
    for wide in [u16::to_le_bytes, u16::to_be_bytes] {
        let marked = format!("\u{feff}{text}");
        let bytes: Vec<u8> = marked.encode_utf16().flat_map(wide).collect();
        assert_eq!(units("a.tmx", &bytes)[0].1, "café 水 😀");
        assert_eq!(units("a.tmx", &bytes[2..])[0].1, "café 水 😀", "without a mark");
    }
    assert_eq!(units("a.tmx", format!("\u{feff}{text}"))[0].1, "café 水 😀");
    let declared = "<?xml version='1.0' encoding='ISO-8859-1'?><xliff><file source-language='en'><body><trans-unit id='1'><source>caf";
    let latin = [declared.as_bytes(), b"\xe9</source></trans-unit></body></file></xliff>"].concat();
    assert_eq!(units("a.xlf", &latin)[0].1, "café");
    let header = PO.replace("Language: fr", "Content-Type: text/plain; charset=windows-1251");
    let cyrillic = [header.as_bytes(), b"msgid \"\xcf\"\nmsgstr \"x\"\n"].concat();
    assert_eq!(units("a.po", cyrillic)[0].1, "П");
    let (reason, hint) = failure("a.tmx", text.replace("?>", " encoding=\"klingon\"?>"));
    assert!(reason == "undecodable" && hint.contains("\"klingon\""), "{hint}");
    let broken = [tmx("").as_bytes(), b"<!-- caf\xe9 -->"].concat();
    assert_eq!(failure("a.tmx", broken).0, "undecodable");
}

/// What is made of so many numbers, one after the other.
fn many(made: impl Fn(usize) -> String) -> String {
    (0..45_000).fold(String::new(), |text, k| text + &made(k))
}

#[test]
fn a_large_file_makes_several_pairs_that_have_all_its_units() {
    let unit = |k: usize| tu(&[("en", &format!("Number {k}")), ("fr", &format!("Nombre {k}"))]);
    let text = tmx(&many(unit));
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let xlf = |k: usize| {
        format!(
            "<group><unit id=\"{k}\"><segment><source>Number {k}</source><target>Nombre {k}</target></segment></unit></group>\n"
        )
    };
    let xlf = format!("<xliff srcLang=\"en\"\n trgLang=\"fr\"><file id=\"f\">{}</file></xliff>", many(xlf));
    let po = PO.to_string() + &many(|k| format!("msgid \"Number {k}\"\nmsgstr \"Nombre {k}\"\n\n"));
    let csv = "source,target\n".to_string() + &many(|k| format!("Number {k},Nombre {k}\n"));
    for (name, bytes) in [
        ("a.tmx", text.as_bytes()),
        ("b.tmx", &wide[..]),
        ("a.xlf", xlf.as_bytes()),
        ("a.po", po.as_bytes()),
        ("a.csv", csv.as_bytes()),
    ] {
        let folder = folder(name, bytes);
        let path = folder.path().join(name);
        let found = found(&path, "");
        let ids: Vec<&str> = found.pairs.iter().map(|pair| pair.id.as_str()).collect();
        assert_eq!(ids, ["0001", "0002", "0003"].map(|part| format!("{}/{part}", &name[..1])), "{name}");
        let jobs: Vec<Job> = found.pairs.iter().map(|pair| job(pair, &path).expect("is read")).collect();
        assert_eq!(jobs.iter().map(|job| job.units.len()).collect::<Vec<_>>(), [20_000, 20_000, 5_000]);
        let Text::Placed { lines, .. } = &jobs[2].original else { panic!("has places") };
        let start = String::from_utf8_lossy(bytes).lines().position(|l| l.contains("Number 40000"));
        if name != "b.tmx" {
            assert_eq!(Some(lines[0] as usize), start.map(|line| line + 1), "{name}");
        }
        let rows: Vec<Row> = jobs.into_iter().flat_map(rows).collect();
        assert!(
            rows.iter()
                .enumerate()
                .all(|(k, r)| r.1 == format!("Number {k}") && r.2 == format!("Nombre {k}")),
            "{name}"
        );
        if name.contains(".tmx") {
            assert_eq!(rows[44_999].0, "45000", "numbered through");
        }
    }
}

#[test]
fn little_of_a_file_that_stands_for_much_is_refused() {
    let long = "x".repeat(512 * 1024);
    let unit = |inner: &str| {
        format!(
            "<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.0\" srcLang=\"en\" trgLang=\"fr\">\
             <file id=\"f\"><unit id=\"u\">{inner}</unit></file></xliff>"
        )
    };
    let codes = format!(
        "<originalData><data id=\"d\">{long}</data></originalData><segment><source>{}</source></segment>",
        "<ph id=\"p\" dataRef=\"d\"/>".repeat(2_000)
    );
    let notes = format!(
        "<notes><note>{long}</note></notes>{}",
        "<segment><source>One</source><target>Un</target></segment>".repeat(2_000)
    );
    let variants = tu(&[("en", &long)])
        .replace("</tu>", &("<tuv xml:lang=\"fr\"><seg>a</seg></tuv>".repeat(2_000) + "</tu>"));
    let forms = format!("{PO}msgid \"{long}\"\n{}", "msgstr \"\"\n".repeat(2_000));
    for (name, text, says) in [
        ("a.xlf", unit(&codes), "more text than any"),
        ("a.xlf", unit(&notes), "more text than any"),
        ("a.tmx", tmx(&variants), "more text than any"),
        ("a.po", forms, "more than 100 forms"),
    ] {
        let folder = folder(name, &text);
        let path = folder.path().join(name);
        let found = found(&path, "");
        let damaged = found.pairs.last().expect("a pair");
        let error = job(damaged, &path).expect_err("is refused");
        assert!(error.hint.contains(says), "{name}: {error:?}");
    }
}

#[test]
fn damaged_files_fail_with_reason_and_line_and_what_stands_before_the_damage_is_scored() {
    let good = tu(&[("en", "One"), ("fr", "Un")]);
    for (name, text, reason, line, says) in [
        ("a.tmx", tmx(&good).replace("</body></tmx>", ""), "not-well-formed", 4, "cut off"),
        ("a.tmx", tmx(&good).replace("</body>", "</boddy>"), "not-well-formed", 3, "boddy"),
        ("a.tmx", tmx(&(good.clone() + "<tu>&bomb;</tu>")), "not-well-formed", 3, "&bomb; is no entity"),
        ("a.tmx", tmx(&(good.clone() + "\n<tu a=\"&bomb;\"/>")), "not-well-formed", 4, "bomb"),
        ("a.tmx", tmx(&(good.clone() + &"<a>".repeat(200))), "too-deep", 3, "100"),
        ("a.tmx", tmx(&(good.clone() + &format!("<a {}/>", "b=\"\" ".repeat(20_000)))), "too-long", 3, "tag"),
        ("a.csv", "source,target\nOne,Un\nTwo\n".to_string(), "not-well-formed", 3, "1 cells"),
        ("a.csv", "source,target\nOne,Un\n\"Two,Deux\n".to_string(), "not-well-formed", 3, "quotation mark"),
        (
            "a.jsonl",
            "{\"source\":\"One\",\"target\":\"Un\"}\n[]\n".to_string(),
            "not-well-formed",
            2,
            "not an object",
        ),
        (
            "a.jsonl",
            "{\"source\":\"One\",\"target\":\"Un\"}\n{\"a\":1}\n".to_string(),
            "not-well-formed",
            2,
            "no key \"original\"",
        ),
        (
            "a.po",
            PO.to_string() + "msgid \"One\"\nmsgstr \"Un\"\nmsgid \"x\"\nmsgstr open\n",
            "not-well-formed",
            9,
            "quotation",
        ),
    ] {
        let folder = folder(name, &text);
        let path = folder.path().join(name);
        let found = found(&path, "");
        let [before, damaged] = &found.pairs[..] else { panic!("{text}: {found:?}") };
        assert_eq!((before.id.as_str(), damaged.id.as_str()), ("a", "a/damaged"));
        assert_eq!(rows(job(before, &path).expect("is read"))[0].1, "One");
        let error = job(damaged, &path).expect_err("is damaged");
        assert_eq!(error.reason, reason, "{error:?}");
        assert!(
            error.hint.starts_with(&format!("line {line}: ")) && error.hint.contains(says),
            "{error:?} {says}"
        );
        assert!(error.byte_offset.is_some_and(|at| at <= text.len() as u64), "{error:?}");
    }
}

#[test]
fn whatever_the_damage_a_file_is_read_or_refused() {
    let seg = "<trans-unit id=\"1\"><source>A <g id=\"2\">b</g></source><seg-source><mrk mtype=\"seg\" mid=\"1\">A</mrk></seg-source>\
               <target state=\"new\">B &amp; <![CDATA[c]]></target><note>n</note></trans-unit>";
    let samples = [
        ("a.tmx", tmx(&tu(&[("en", "One <ph x=\"1\"/>&#65;"), ("fr", "Un <bpt i=\"1\">&lt;b&gt;</bpt>")]))),
        ("a.xlf", xliff(seg)),
        (
            "a.po",
            PO.to_string()
                + "#, fuzzy\nmsgctxt \"c\"\nmsgid \"a\\n\"\nmsgid_plural \"b\"\nmsgstr[0] \"\\x41\"\nmsgstr[1] \"d\"\n",
        ),
        ("a.csv", "id,source,target\n1,\"a \"\"b\"\"\",c\n2,d,e\n".to_string()),
        ("a.jsonl", "{\"source\":\"a\",\"target\":\"\\u00e9\",\"id\":[1]}\n".repeat(2)),
    ];
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (name, sample) in samples {
        for _ in 0..300 {
            let mut bytes = sample.clone().into_bytes();
            for _ in 0..=random(3) {
                let (at, to) = (random(bytes.len()), random(bytes.len()));
                match random(4) {
                    0 => bytes.truncate(at.max(1)),
                    1 => drop(bytes.drain(at.min(to)..at.max(to))),
                    2 => bytes[at] = random(256) as u8,
                    _ => bytes.splice(at..at, b"<>\"&;\\\n\xff"[random(8)..].to_vec()).for_each(drop),
                }
                bytes.push(b'\n');
            }
            let folder = folder(name, &bytes);
            let path = folder.path().join(name);
            for pair in found(&path, "").pairs {
                match job(&pair, &path) {
                    Ok(job) => assert!(!job.units.is_empty()),
                    Err(error) => assert_ne!(error.reason, "unreadable", "read again as it was found"),
                }
            }
        }
    }
}

#[test]
fn document_types_are_never_followed_and_one_with_declarations_is_refused() {
    let named = tmx(&tu(&[("en", "One"), ("fr", "Un")])).replacen(
        "<tmx",
        "<!DOCTYPE tmx SYSTEM \"tmx14.dtd\"><tmx",
        1,
    );
    assert_eq!(units("a.tmx", &named), [row("1", "One", "Un")]);
    let declares = named.replace("\"tmx14.dtd\"", "\"tmx14.dtd\" [<!ENTITY a \"b\">]");
    assert_eq!(failure("a.tmx", declares).0, "doctype");
}

#[test]
fn what_holds_no_segments_is_said() {
    assert_eq!(failure("a.tmx", tmx("")).0, "no-units");
    assert_eq!(failure("a.tmx", "").0, "empty");
    assert_eq!(failure("a.xlf", "<html/>").0, "not-well-formed");
    assert_eq!(failure("a.po", PO).0, "no-units");
    assert_eq!(failure("a.csv", "source,target\n").0, "no-units");
    assert_eq!(failure("a.tmx", "<tmx>\0</tmx>").0, "binary");
    assert_eq!(failure("a.tmx", "plain text").0, "no-units");
}

#[test]
fn a_run_shows_units_and_goes_on_after_an_interruption() {
    let folder = folder(
        "in/m.tmx",
        tmx(&(tu(&[("en", "The mill is old."), ("fr", "Le moulin est vieux.")])
            + &tu(&[("en", "It stands."), ("fr", "")]))),
    );
    write(folder.path(), "in/cut.po", PO.to_string() + "msgid \"x\"\nmsgstr \"y\"\nmsgid \"open\n");
    let words = ["run", "--input", "in", "--output", "out", "--format", "jsonl,html,xlsx"];
    assert_eq!(run(folder.path(), &words).status.code(), Some(4));
    let rows = table(&folder.path().join("out/pairs/m.csv"));
    let column = |name: &str| rows.iter().map(|row| row[name].as_str()).collect::<Vec<_>>();
    assert_eq!((column("unit"), column("unit_state")), (vec!["1", "2"], vec!["", "untranslated"]));
    assert_eq!(
        (column("translation"), column("original_line")),
        (vec!["Le moulin est vieux.", ""], vec!["2", "3"])
    );
    let quarantine = table(&folder.path().join("out/quarantine.csv"));
    assert_eq!(
        (quarantine[0]["pair"].as_str(), quarantine[0]["reason"].as_str()),
        ("cut/damaged", "not-well-formed")
    );
    let once = files(&folder.path().join("out"));
    for jobs in ["1", "4"] {
        let again = [&words[..], &["--force", "--jobs", jobs]].concat();
        assert_eq!(run(folder.path(), &again).status.code(), Some(4));
        assert!(files(&folder.path().join("out")) == once, "the same bytes with {jobs} jobs");
    }
}

#[test]
fn a_run_that_was_cut_off_goes_on_between_the_pairs_of_a_file() {
    let codes = "bg cs da de el es et fi fr hu it lt lv nl pl pt ro sk sl sv".split(' ');
    let unit = |k: usize| {
        let text = |code: &str| {
            format!("{code} {k} stands at {} and {}{code}", k * 7 % 30, ["mill", "river", "bridge"][k % 3])
        };
        let texts: Vec<(&str, String)> =
            ["en"].into_iter().chain(codes.clone()).map(|code| (code, text(code))).collect();
        tu(&texts.iter().map(|(code, text)| (*code, text.as_str())).collect::<Vec<_>>())
    };
    let folder = folder("m.tmx", tmx(&(0..60).map(unit).collect::<String>()));
    let words = ["run", "--input", "m.tmx", "--output", "out", "--quiet", "--jobs", "1"];
    assert_eq!(run(folder.path(), &words).status.code(), Some(0));
    let out = folder.path().join("out");
    let whole = files(&out);
    fs::remove_dir_all(&out).expect("is removed");

    let mut child = pairscore(folder.path(), &words).spawn().expect("starts");
    let tables = || fs::read_dir(out.join("pairs")).map_or(0, Iterator::count);
    while tables() < 3 && child.try_wait().expect("runs").is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("is cut off");
    child.wait().expect("ends");
    let again = [&words[..], &["--resume"]].concat();
    assert_eq!(run(folder.path(), &again).status.code(), Some(0));
    assert!(files(&out) == whole, "the same bytes");
}

#[test]
fn files_of_one_name_keep_their_extensions() {
    let folder = folder("in/m.tmx", tmx(&tu(&[("en", "One"), ("fr", "Un")])));
    write(folder.path(), "in/m.xlf", xliff("<trans-unit id=\"1\"><source>One</source></trans-unit>"));
    write(folder.path(), "in/n.po", "garbage");
    write(folder.path(), "in/n.en.txt", "One.\n");
    write(folder.path(), "in/n.fr.txt", "Un.\n");
    let found = found(&folder.path().join("in"), "en:fr");
    let ids: Vec<&str> = found.pairs.iter().map(|pair| pair.id.as_str()).collect();
    assert_eq!(ids, ["m.tmx", "m.xlf", "n", "n.po"]);
}

#[test]
fn the_dry_run_names_languages_and_counts_segments() {
    let folder = folder("m.tmx", tmx(&tu(&[("en", "One"), ("fr", "Un")])));
    let output = pairscore(folder.path(), &["pairs", "--input", "m.tmx"]).output().expect("starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.starts_with("m  m.tmx  en -> fr  1 segment\n"), "{said}");
}
