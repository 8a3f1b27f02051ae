#!/usr/bin/env python3
"""Makes the corpora on which whole runs are measured, from a folder of line-aligned texts that brings its documents along:

    python3 benches/corpora.py LINES OUT [--sizes 100,1000,10000] [--sentences 100000]

LINES holds one file a language (`en.txt`, `de.txt` …; `es-MX.txt` is a variety of `es.txt`), line by line translations of each other, and
`docs.txt`, the document of each line, as NTREX-128 does. OUT gets a folder for each corpus with `original`, `translation` and `pairs.csv`:

- `documents-mono` and `documents-LANGUAGE`: the documents themselves, for each variety and each translation from English;
- `news-100` … `news-10000`: as many documents, in turn from all pairs of languages, a third of them in one language: lines of a real document's number, taken
  in a row from a random place;
- `long`: one pair of so many sentences, of two lines each, none of which comes twice;
- `hostile`: texts that are cheap to write and dear to read.

Nothing is random between two calls."""

import argparse
import csv
import os
import random

MANY = "de fr es ru zh ja ar fi".split()
ENDS = ".!?…。！？؟”\"»」』)’"


def lines_of(folder, name):
    with open(os.path.join(folder, name + ".txt"), encoding="utf-8") as file:
        return file.read().split("\n")[:-1]


def text_of(rng, lines, language):
    """A heading, then paragraphs of two to six lines, as in a newspaper; a line without a stop is a paragraph of its own."""
    gap = "" if language in ("zh", "ja") else " "
    paragraphs, paragraph, length = [lines[0]], [], rng.randint(2, 6)
    for line in lines[1:]:
        paragraph.append(line)
        if len(paragraph) >= length or line[-1:] not in ENDS:
            paragraphs.append(gap.join(paragraph))
            paragraph, length = [], rng.randint(2, 6)
    if paragraph:
        paragraphs.append(gap.join(paragraph))
    return "\n\n".join(paragraphs) + "\n"


class Corpus:
    def __init__(self, out, name):
        self.folder = os.path.join(out, name)
        for side in ("original", "translation"):
            os.makedirs(os.path.join(self.folder, side), exist_ok=True)
        self.rows, self.bytes = [], 0

    def add(self, name, languages, texts):
        for side, text in zip(("original", "translation"), texts):
            data = text.encode()
            self.bytes += len(data)
            with open(os.path.join(self.folder, side, name + ".txt"), "wb") as file:
                file.write(data)
        primary = [language.split("-")[0] for language in languages]
        self.rows.append([name, f"original/{name}.txt", f"translation/{name}.txt", *primary])

    def close(self):
        with open(os.path.join(self.folder, "pairs.csv"), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["pair", "original", "translation", "original_language", "translation_language"])
            table.writerows(self.rows)
        print(f"{self.folder}: {len(self.rows)} pairs, {self.bytes / 1e6:.3f} MB")


def documents(lines, docs, out, name, languages):
    corpus = Corpus(out, name)
    for doc in dict.fromkeys(docs):
        own = [k for k, d in enumerate(docs) if d == doc]
        texts = [text_of(random.Random(f"{l}/{doc}"), [lines[l][k] for k in own], l) for l in languages]
        corpus.add(doc, languages, texts)
    corpus.close()


def news(lines, docs, out, size, pairs):
    rng = random.Random(size)
    corpus = Corpus(out, f"news-{size}")
    lengths = [docs.count(doc) for doc in dict.fromkeys(docs)]
    for number in range(size):
        languages = pairs[number % len(pairs)]
        length = rng.choice(lengths)
        start = rng.randrange(len(docs) - length)
        texts = [text_of(rng, lines[language][start : start + length], language) for language in languages]
        corpus.add(f"{number:05}", languages, texts)
    corpus.close()


def long(lines, out, sentences, languages):
    rng = random.Random(sentences)
    corpus, seen, sides = Corpus(out, "long"), set(), ([], [])
    while len(seen) < sentences:
        two = rng.randrange(len(lines["en"])), rng.randrange(len(lines["en"]))
        if two in seen or two[0] == two[1]:
            continue
        seen.add(two)
        for side, language in zip(sides, languages):
            side.append("; ".join(lines[language][k].rstrip(".") for k in two) + ".")
    texts = ["\n\n".join(" ".join(side[k : k + 4]) for k in range(0, len(side), 4)) + "\n" for side in sides]
    corpus.add("long", languages, texts)
    corpus.close()


def hostile(out):
    rng = random.Random(7)
    letters = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(100_000))
    texts = {
        "one word": "word " * 40_000,
        "one letter a line": "a\n" * 20_000,
        "one sentence again and again": "The mill stood by the river and nobody came. " * 4_000,
        "no stop": " ".join(letters[k : k + 5] for k in range(0, 100_000, 5)),
        "no space": letters,
        "stops": ". " * 50_000,
        "brackets": "(" * 20_000 + ")" * 20_000,
        "digits": " ".join(str(rng.randrange(10**6)) for _ in range(20_000)),
        "marks": "e" + "\u0301" * 50_000,
        "capitals": " ".join(letters[k : k + 6].capitalize() for k in range(0, 90_000, 6)),
    }
    corpus = Corpus(out, "hostile")
    for name, text in texts.items():
        words = text.split(" ")
        corpus.add(name, ("en", "en"), (text, " ".join(words[: len(words) // 2] + words[len(words) // 3 :])))
    corpus.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines")
    parser.add_argument("out")
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--sentences", type=int, default=100_000)
    arguments = parser.parse_args()
    varieties = ("es", "es-MX"), ("fr", "fr-CA"), ("pt", "pt-BR")
    names = {"en", *MANY, *(language for pair in varieties for language in pair)}
    lines = {name: lines_of(arguments.lines, name) for name in names}
    docs = lines_of(arguments.lines, "docs")
    documents(lines, docs, arguments.out, "documents-mono", varieties[0])
    for language in MANY:
        documents(lines, docs, arguments.out, f"documents-{language}", ("en", language))
    translated = [("en", language) for language in MANY]
    mixed = [pair for k, two in enumerate(translated) for pair in ([two, varieties[k // 2 % 3]] if k % 2 else [two])]
    for size in map(int, filter(None, arguments.sizes.split(","))):
        news(lines, docs, arguments.out, size, mixed)
    long(lines, arguments.out, arguments.sentences, varieties[0])
    hostile(arguments.out)


if __name__ == "__main__":
    main()
