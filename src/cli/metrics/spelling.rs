//! How sacreBLEU's users spell the options of `metrics`, turned into what this command line understands.

use std::ffi::OsString;

use clap::Command;

/// sacreBLEU's short names of more than one letter.
const SHORT_NAMES: [(&str, &str); 15] = [
    ("-nr", "--num-refs"),
    ("-sl", "--sentence-level"),
    ("-sv", "--smooth-value"),
    ("-tok", "--tokenize"),
    ("-lc", "--lowercase"),
    ("-cc", "--chrf-char-order"),
    ("-cw", "--chrf-word-order"),
    ("-ci", "--confidence"),
    ("-cin", "--confidence-n"),
    ("-pbs", "--paired-bs"),
    ("-pbsn", "--paired-bs-n"),
    ("-par", "--paired-ar"),
    ("-parn", "--paired-ar-n"),
    ("-sh", "--short"),
    ("-nc", "--no-color"),
];

/// The arguments with sacreBLEU's spellings turned into those of this command line: short names of several
/// letters, and options that take several values, which end where no further value follows.
pub fn translated(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.into_iter().peekable();
    let mut translated = Vec::new();
    while let Some(argument) = arguments.next() {
        let Some(text) = argument.to_str() else {
            translated.push(argument);
            continue;
        };
        match unabbreviated(text) {
            "--" => {
                translated.push(argument);
                translated.extend(arguments);
                break;
            }
            "-m" | "--metrics" => {
                let is_metric = |next: &OsString| ["bleu", "chrf", "ter"].iter().any(|name| next == name);
                let mut values = Vec::new();
                while let Some(value) = arguments.next_if(is_metric) {
                    values.push(value.to_string_lossy().into_owned());
                }
                // What follows is no metric: the command line says so.
                let first = if values.is_empty() { arguments.next() } else { Some(values.join(",").into()) };
                translated.push("--metrics".into());
                translated.extend(first);
            }
            "-i" | "--input" => {
                while let Some(value) = arguments.next_if(|next| !next.as_encoded_bytes().starts_with(b"-")) {
                    translated.extend(["--input".into(), value]);
                }
            }
            _ => {
                let (name, value) = text.split_at(text.find('=').unwrap_or(text.len()));
                let long = SHORT_NAMES.iter().find(|(short, _)| *short == name);
                translated.push(long.map_or(argument.clone(), |(_, long)| format!("{long}{value}").into()));
            }
        }
    }
    translated
}

/// The two options that take several values, also where their names are cut short.
fn unabbreviated(text: &str) -> &str {
    let cut_short = |long: &&str| text.len() > "--".len() && long.starts_with(text);
    ["--metrics", "--input"].into_iter().find(cut_short).unwrap_or(text)
}

/// The command with options that may be given again, when the last one counts, as in sacreBLEU.
pub fn with_repeatable_options(command: Command) -> Command {
    command.mut_args(|argument| {
        let id = argument.get_id().clone();
        let collected = ["files", "references", "input"].contains(&id.as_str());
        if collected { argument } else { argument.overrides_with(id) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translate(arguments: &[&str]) -> Vec<String> {
        let words = translated(arguments.iter().map(OsString::from));
        words.into_iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn short_names_of_several_letters_become_long_ones() {
        assert_eq!(
            translate(&["-sl", "-tok=intl", "-b", "-w", "3"]),
            ["--sentence-level", "--tokenize=intl", "-b", "-w", "3"]
        );
    }

    #[test]
    fn the_list_of_metrics_ends_at_the_first_other_word() {
        assert_eq!(translate(&["-m", "bleu", "ter", "hyp.txt"]), ["--metrics", "bleu,ter", "hyp.txt"]);
        assert_eq!(translate(&["-m", "comet", "hyp.txt"]), ["--metrics", "comet", "hyp.txt"]);
    }

    #[test]
    fn every_file_behind_input_is_a_hypothesis() {
        assert_eq!(translate(&["ref", "-i", "a", "b", "-b"]), ["ref", "--input", "a", "--input", "b", "-b"]);
        assert_eq!(translate(&["ref", "--inp", "a", "b"]), ["ref", "--input", "a", "--input", "b"]);
    }

    #[test]
    fn nothing_is_translated_behind_two_dashes() {
        assert_eq!(translate(&["-lc", "--", "-sl", "-m"]), ["--lowercase", "--", "-sl", "-m"]);
    }
}
