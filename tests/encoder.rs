//! The encoder against transformers' own output for two tiny random models, and what must hold whatever the model says.
//! Models and `golden.json` are made by tests/data/encoder/generate.py.

#![cfg(feature = "encoder")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pairscore::encoder::{Encoder, TokenCounts};
use pairscore::metrics::semantic;
use pairscore::model::Scores;
use serde_json::{Value, json};
use tempfile::TempDir;

const MODELS: [&str; 2] = ["bert", "xlm-roberta"];

fn folder(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/encoder").join(model)
}

fn load(model: &str) -> Encoder {
    Encoder::load(&folder(model)).unwrap_or_else(|e| panic!("{e}"))
}

fn golden(model: &str) -> Value {
    let text = include_str!("data/encoder/golden.json");
    serde_json::from_str::<Value>(text).expect("JSON")[model].take()
}

fn texts(golden: &Value) -> Vec<&str> {
    golden["sentences"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| s["text"].as_str().expect("text"))
        .collect()
}

fn numbers(value: &Value) -> Vec<f32> {
    serde_json::from_value(value.clone()).expect("numbers")
}

fn assert_close(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (a, b) in ours.iter().zip(theirs) {
        assert!((a - b).abs() < 1e-4, "{what}: {a} for {b}");
    }
}

#[test]
fn tokens_and_vectors_are_those_of_transformers() {
    for model in MODELS {
        let (encoder, golden) = (load(model), golden(model));
        let texts = texts(&golden);
        let last = encoder.tokens(&texts, encoder.layers()).expect("encodes");
        let first = encoder.tokens(&texts, 1).expect("encodes");
        let vectors = encoder.vectors(&texts).expect("encodes");
        for (k, sentence) in golden["sentences"].as_array().expect("a list").iter().enumerate() {
            assert_eq!(json!(last[k].ids()), sentence["ids"], "{model}");
            assert_close(&vectors[k], &numbers(&sentence["vector"]), model);
            for (token, theirs) in sentence["last"].as_array().expect("rows").iter().enumerate() {
                assert_close(last[k].vector(token), &numbers(theirs), model);
            }
            assert_close(first[k].vector(0), &numbers(&sentence["first"][0]), model);
        }
    }
}

#[test]
fn scores_are_those_of_bert_score() {
    for model in MODELS {
        let (encoder, golden) = (load(model), golden(model));
        let embedded = encoder.tokens(&texts(&golden), encoder.layers()).expect("encodes");
        let mut rarity = TokenCounts::of(encoder.fingerprint());
        (0..7).for_each(|_| embedded.iter().for_each(|sentence| rarity.add(sentence.ids())));
        for row in golden["scores"].as_array().expect("rows") {
            let at = |key: &str| &embedded[row[key].as_u64().expect("a number") as usize];
            let plain = TokenCounts::default();
            let weights = if row["weights"] == "plain" { &plain } else { &rarity };
            let mut scores = Scores::default();
            semantic::put(&semantic::statistics(at("original"), at("translation"), weights), &mut scores);
            let theirs: [f64; 3] = serde_json::from_value(row["scores"].clone()).expect("numbers");
            let ours = [scores.semantic_precision, scores.semantic_recall, scores.semantic];
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert!((ours.expect("a score") - theirs).abs() < 1e-3, "{model} {row}: {ours:?}");
            }
        }
    }
}

#[test]
fn neither_neighbours_nor_threads_show() {
    for model in MODELS {
        let (encoder, golden) = (load(model), golden(model));
        let texts = texts(&golden);
        let vectors = encoder.vectors(&texts).expect("encodes");
        for (k, text) in texts.iter().enumerate() {
            assert_close(&encoder.vectors(&[text]).expect("encodes")[0], &vectors[k], text);
        }
        let many: Vec<String> = (0..300).map(|k| format!("{} {k}", texts[k % texts.len()])).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let of = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| encoder.tokens(&many, 2)).expect("encodes")
        };
        assert!(of(1) == of(3), "{model}: the number of threads shows");
    }
}

#[test]
fn a_long_text_is_seen_whole() {
    for model in MODELS {
        let (encoder, golden) = (load(model), golden(model));
        let long = texts(&golden).join(" ").repeat(5);
        let embedded = encoder.tokens(&[&long], 2).expect("encodes");
        assert_eq!(embedded[0].ids(), encoder.ids(&long).expect("tokens"));
        assert!(embedded[0].ids().len() > 500);
        let [nearest, _] = embedded[0].nearest(&embedded[0]);
        assert!(
            nearest.iter().all(|cosine| (cosine - 1.0).abs() < 1e-5),
            "every token has a vector of length 1"
        );
        let length: f32 = encoder.vectors(&[&long]).expect("encodes")[0].iter().map(|v| v * v).sum();
        assert!((length - 1.0).abs() < 1e-5);
    }
}

#[test]
fn nothing_at_all_can_be_encoded() {
    for model in MODELS {
        let encoder = load(model);
        assert!(encoder.tokens(&[], 2).expect("encodes").is_empty());
        let embedded = encoder.tokens(&["", " \u{200b} "], 2).expect("encodes");
        let words = &encoder.tokens(&["geese"], 2).expect("encodes")[0];
        assert!(embedded[0].ids().is_empty());
        let statistics = semantic::statistics(words, &embedded[0], &TokenCounts::default());
        assert_eq!(statistics.0[..2], [0.0, 0.0]);
        assert_eq!(encoder.vectors(&[""]).expect("encodes").len(), 1);
    }
}

/// A copy of the model with a file changed; what loading it says.
fn refusal(change: impl FnOnce(&Path)) -> String {
    let copy = TempDir::new().expect("a folder");
    for entry in walkdir::WalkDir::new(folder("bert")) {
        let entry = entry.expect("an entry");
        let to = copy.path().join(entry.path().strip_prefix(folder("bert")).expect("inside"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).expect("a folder");
        } else {
            fs::copy(entry.path(), to).expect("copies");
        }
    }
    change(copy.path());
    Encoder::load(copy.path()).err().map(|e| e.to_string()).unwrap_or_default()
}

fn with_config(key: &str, value: Value) -> String {
    refusal(|copy| {
        let path = copy.join("config.json");
        let mut config: Value = serde_json::from_slice(&fs::read(&path).expect("reads")).expect("JSON");
        config[key] = value;
        fs::write(path, config.to_string()).expect("writes");
    })
}

#[test]
fn what_cannot_be_used_is_named_with_its_file() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let message = refusal(|copy| fs::remove_file(copy.join(file)).expect("removes"));
        assert!(message.contains(file) && message.contains("missing"), "{message}");
    }
    let old = refusal(|copy| {
        fs::rename(copy.join("model.safetensors"), copy.join("pytorch_model.bin")).expect("renames");
    });
    assert!(old.contains("save_pretrained"), "{old}");
    for (key, value, said) in [
        ("model_type", json!("t5"), "take one of bert, roberta, xlm-roberta"),
        ("hidden_act", json!("relu"), "only \"gelu\""),
        ("num_attention_heads", json!(5), "cannot be divided"),
        ("num_hidden_layers", json!(3), "tensor encoder.layer.2"),
        ("intermediate_size", json!(48), "of shape"),
        ("vocab_size", json!(100), "not of one model"),
        ("hidden_size", json!(0), "hidden_size is 0"),
        ("max_position_embeddings", json!(-1), "config.json"),
    ] {
        let message = with_config(key, value);
        assert!(message.contains(said), "{key}: {message}");
    }
    let none = Encoder::load(Path::new("no/such/folder")).expect_err("is refused").to_string();
    assert!(none.contains("no such folder"), "{none}");
}

#[test]
fn damaged_files_are_refused_and_never_panic() {
    for (file, step) in [("model.safetensors", 997), ("tokenizer.json", 97), ("config.json", 13)] {
        let whole = fs::read(folder("bert").join(file)).expect("reads");
        for end in (0..whole.len()).step_by(whole.len() / 12 + step) {
            let message = refusal(|copy| fs::write(copy.join(file), &whole[..end]).expect("writes"));
            assert!(message.contains(file), "cut at {end}: {message}");
        }
    }
    for head in [[0xff; 8], [0; 8], 2u64.to_le_bytes()] {
        let message = refusal(|copy| {
            let path = copy.join("model.safetensors");
            let mut bytes = fs::read(&path).expect("reads");
            bytes[..8].copy_from_slice(&head);
            fs::write(path, bytes).expect("writes");
        });
        assert!(message.contains("safetensors"), "{message}");
    }
}

/// Runs the program in a folder of its own.
fn pairscore(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pairscore"));
    command.current_dir(folder).args(arguments).output().expect("runs")
}

/// Two pairs of one language and one of two.
fn batch() -> TempDir {
    let there = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = there.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("writes");
    };
    let english =
        "The ferry leaves the old harbour at seven.\n\nNobody had told the baker about the bridge.\n";
    write("o/one.txt", english);
    write(
        "t/one.txt",
        "At seven the old ferry sails from the port.\n\nNobody told the baker of the bridge.\n",
    );
    write("o/two.txt", "Grey geese rest on the island in October and leave it in March.\n");
    write("t/two.txt", "The geese rest on the island.\n");
    write(
        "o/three.txt",
        "Die Fähre verlässt den alten Hafen um sieben Uhr. Im Oktober rasten graue Gänse auf der Insel.\n",
    );
    write(
        "t/three.txt",
        "The ferry leaves the old harbour at seven. Grey geese rest on the island in October.\n",
    );
    there
}

const INPUT: [&str; 6] = ["run", "--original", "o", "--translation", "t", "--quiet"];

fn run(there: &Path, more: &[&str]) -> Output {
    pairscore(there, &[&INPUT[..], more].concat())
}

/// A column of summary.csv, by pair.
fn column(there: &Path, output: &str, name: &str) -> Vec<String> {
    let text = fs::read_to_string(there.join(output).join("summary.csv")).expect("reads");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let at = reader.headers().expect("a header").iter().position(|h| h == name).expect("the column");
    reader.records().map(|row| row.expect("a row")[at].to_string()).collect()
}

#[test]
fn a_run_with_a_model_fills_the_columns_for_pairs_of_one_language() {
    let there = batch();
    let model = folder("bert");
    let model = model.to_str().expect("a path");
    let ran = run(there.path(), &["--model", model, "-o", "a", "--jobs", "1"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for name in ["semantic", "semantic_precision", "semantic_recall"] {
        let cells = column(there.path(), "a", name);
        assert!(cells[0].parse::<f64>().expect("a score") > 50.0, "{cells:?}");
        assert!(cells[1].is_empty() && !cells[2].is_empty(), "{name}: one, three, two: {cells:?}");
    }
    assert!(column(there.path(), "a", "note")[1].contains("the model knows one language only"));
    let ran = run(there.path(), &["--model", model, "-o", "b", "--jobs", "2"]);
    assert!(ran.status.success());
    for file in ["summary.csv", "pairs/one.csv", "pairs/two.csv"] {
        let read = |output: &str| fs::read(there.path().join(output).join(file)).expect("reads");
        assert!(read("a") == read("b"), "{file} differs with --jobs");
    }
    let json = fs::read_to_string(there.path().join("a/run.json")).expect("reads");
    assert!(json.contains(load("bert").fingerprint()), "run.json says which model it was");
}

#[test]
fn a_model_may_be_named_in_the_pipeline_with_a_layer_that_it_has() {
    let there = batch();
    let pipeline = |layer: usize| {
        let model = folder("bert");
        let text = format!("[similarity]\nmodel = {model:?}\nlayer = {layer}\n");
        fs::write(there.path().join("my.toml"), text).expect("writes");
        run(there.path(), &["my.toml", "-o", "out", "--force"])
    };
    assert!(pipeline(2).status.success());
    let last = column(there.path(), "out", "semantic");
    assert!(pipeline(1).status.success());
    assert_ne!(column(there.path(), "out", "semantic"), last);
    let refused = pipeline(3);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("layer is 3, but the model"));
}

#[test]
fn a_context_of_another_model_is_refused() {
    let there = batch();
    let (bert, other) = (folder("bert"), folder("xlm-roberta"));
    let (bert, other) = (bert.to_str().expect("a path"), other.to_str().expect("a path"));
    let learn =
        ["learn", "--original", "o", "--translation", "t", "--output", "context.json", "--model", bert];
    assert!(pairscore(there.path(), &learn).status.success());
    let of =
        |model| run(there.path(), &["--context", "context.json", "--model", model, "-o", "out", "--force"]);
    assert!(of(bert).status.success());
    let refused = of(other);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("learned with another model"));
}

#[test]
fn a_model_of_many_languages_judges_pairs_of_two_and_helps_to_align_them() {
    let there = batch();
    let model = folder("xlm-roberta");
    let text = format!("[align]\nmethod = \"encoder\"\n\n[similarity]\nmodel = {model:?}\n");
    fs::write(there.path().join("my.toml"), text).expect("writes");
    for (output, jobs) in [("a", "1"), ("b", "2")] {
        let ran = run(there.path(), &["my.toml", "-o", output, "--jobs", jobs]);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    let scores = column(there.path(), "a", "semantic");
    assert!(scores.iter().all(|score| score.parse::<f64>().is_ok()), "{scores:?}");
    for file in ["summary.csv", "pairs/one.csv", "pairs/three.csv"] {
        let read = |output: &str| fs::read(there.path().join(output).join(file)).expect("reads");
        assert!(read("a") == read("b"), "{file} differs with --jobs");
    }
    let aligned = pairscore(there.path(), &["align", "--pipeline", "my.toml", "o/three.txt", "t/three.txt"]);
    assert!(aligned.status.success());
    let beads = String::from_utf8_lossy(&aligned.stdout).into_owned();
    assert!(beads.starts_with("[0]:[0]:") && beads.contains("[1]:[1]:"), "{beads}");
}

#[test]
fn to_align_by_a_model_takes_a_model() {
    let there = batch();
    fs::write(there.path().join("my.toml"), "[align]\nmethod = \"encoder\"\n").expect("writes");
    let refused = run(there.path(), &["my.toml", "-o", "out"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("give --model DIR"));
}

#[test]
fn what_another_model_has_scored_is_not_taken_over() {
    let there = batch();
    for k in 0..300 {
        for (side, text) in [("o", "Grey geese rest on the island."), ("t", "Geese rest there.")] {
            fs::write(there.path().join(format!("{side}/more{k:03}.txt")), format!("{text} {k}\n"))
                .expect("writes");
        }
    }
    let models = MODELS.map(|model| folder(model).to_str().expect("a path").to_string());
    let arguments = [&INPUT[..], &["-o", "out", "--jobs", "1", "--model", &models[0]]].concat();
    let mut first = Command::new(env!("CARGO_BIN_EXE_pairscore"));
    let mut first = first.current_dir(there.path()).args(arguments).spawn().expect("starts");
    let journal = there.path().join("out/.pairscore-journal");
    let lines = || fs::read_to_string(&journal).unwrap_or_default().lines().count();
    while lines() < 4 {
        std::thread::yield_now();
    }
    first.kill().expect("cut off");
    first.wait().expect("ends");
    let other = run(there.path(), &["-o", "out", "--model", &models[1], "--resume"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("started with other settings"));
    assert!(run(there.path(), &["-o", "out", "--model", &models[0], "--resume"]).status.success());
}

#[test]
fn stream_and_pair_take_a_model() {
    let there = batch();
    let model = folder("bert");
    let model = model.to_str().expect("a path");
    let shown = pairscore(there.path(), &["pair", "o/one.txt", "t/one.txt", "--model", model]);
    assert!(shown.status.success());
    let mut stream = Command::new(env!("CARGO_BIN_EXE_pairscore"));
    stream.args(["stream", "--model", model]).stdin(std::process::Stdio::piped());
    let mut stream = stream.stdout(std::process::Stdio::piped()).spawn().expect("starts");
    let line = json!({"pair": "p", "original": ["Geese rest."], "translation": ["The geese rest."],
        "original_language": "en", "translation_language": "en"});
    writeln!(stream.stdin.take().expect("open"), "{line}").expect("writes");
    let answer: Value =
        serde_json::from_slice(&stream.wait_with_output().expect("ends").stdout).expect("one line of JSON");
    assert!(answer["segments"][0]["scores"]["semantic"].as_f64().expect("a score") > 0.0, "{answer}");
}
