#!/usr/bin/env python3
"""Bitexts that another program writes: translate-toolkit makes TMX, XLIFF 1.2, XLIFF 2, PO and CSV of random units, pairscore
reads them, and ids, texts, states and notes must come back as they were.

Texts have markup, entities, line breaks, several scripts, and some have no translation. States are read from the files by
lxml. Exits with 1 where anything differs.

    python3 -m venv target/toolkit && target/toolkit/bin/pip install translate-toolkit
    target/toolkit/bin/python tests/peers/translate_toolkit.py --binary target/release/pairscore
"""

import argparse
import csv
import io
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from lxml import etree
from translate.misc.multistring import multistring
from translate.storage import csvl10n, pypo, tmx, xliff, xliff2
from translate.storage.placeables import StringElem
from translate.storage.placeables.xliff import G, X

WORDS = (
    "mill river Ölmühle naïve 水車 小屋 مطحنة النهر мельница река ποτάμι 👍🏽 e\u0301tude \u200bjoin a&b x<y <b>bold</b> <br/> "
    "&lt;i&gt; %d %(name)s {0} \"quoted\" 'single' back\\slash tab\there 100\u00a0% ]]> -- #hash ;semi,comma = +plus"
).split(" ")
NOTES = ["", "", "for the menu", "mind the <b>tag</b> & the space", "two\nlines", "日本語"]


def text(r, breaks=True):
    words = [r.choice(WORDS) for _ in range(r.randrange(1, 12))]
    joined = " ".join(words)
    return joined.replace(" ", "\n", 1) if breaks and r.random() < 0.2 else joined


class Made:
    """A unit that is written, and what should be read."""

    def __init__(self, r, number):
        self.id = f"unit-{number}"
        self.source = text(r)
        self.target = "" if r.random() < 0.15 else text(r)
        self.note = r.choice(NOTES)
        self.fuzzy = bool(self.target) and r.random() < 0.2
        self.context = r.choice(["", "menu", "Dialog „Öffnen“"])
        self.plural = text(r) if r.random() < 0.15 else None
        self.forms = [self.target, "" if not self.target else text(r)]


def state_or_untranslated(state, target):
    return state or ("" if target.strip() else "untranslated")


def write_tmx(units, path):
    store = tmx.tmxfile()
    store.setsourcelanguage("en")
    expected = []
    for k, unit in enumerate(units):
        store.addtranslation(unit.source, "en", unit.target, "fr", comment=unit.note or None)
        if k % 2:
            store.units[-1].xmlelement.set("tuid", unit.id)
        own = unit.id if k % 2 else str(k + 1)
        expected.append((own, unit.source, unit.target, state_or_untranslated("", unit.target), unit.note))
    path.write_bytes(bytes(store))
    return expected


def marked(r):
    """A text with inline elements, and how it is to be read."""
    before, inner, after = (text(r, breaks=False) for _ in range(3))
    elements = StringElem([before + " ", G(id="7", sub=[inner]), " " + after, X(id="8")])
    return elements, f'{before} <g id="7">{inner}</g> {after}<x id="8"/>'


def xliff_states(path):
    """Of XLIFF 1.2, by id: what its attributes say."""
    states = {}
    for unit in etree.parse(path).iter("{*}trans-unit"):
        target = unit.find("{*}target")
        parts = [target.get(name) for name in ("state", "state-qualifier")] if target is not None else []
        approved = {"yes": "approved", "no": "not-approved"}.get(unit.get("approved"))
        states[unit.get("id")] = ", ".join(part for part in [*parts, approved] if part)
    return states


def write_xliff(units, path, r):
    store = xliff.xlifffile()
    store.setsourcelanguage("en")
    store.settargetlanguage("fr")
    expected = []
    for unit in units:
        added = store.addsourceunit(unit.source)
        source, target = unit.source, unit.target
        added.setid(unit.id)
        if r.random() < 0.3:
            elements, source = marked(r)
            added.rich_source = [elements]
            elements, target = marked(r)
            added.rich_target = [elements]
        elif target:
            added.target = target
        if unit.note:
            added.addnote(unit.note)
        if unit.fuzzy:
            added.markfuzzy(True)
        expected.append([unit.id, source, target, None, unit.note])
    path.write_bytes(bytes(store))
    states = xliff_states(path)
    return [(i, s, t, state_or_untranslated(states[i], t), n) for i, s, t, _, n in expected]


def write_xliff2(units, path):
    store = xliff2.Xliff2File()
    store.setsourcelanguage("en")
    store.settargetlanguage("fr")
    for unit in units:
        added = store.addsourceunit(unit.source)
        added.setid(unit.id)
        if unit.target:
            added.target = unit.target
            if unit.fuzzy:
                added.markfuzzy(True)
            else:
                added.marktranslated()
        if unit.note:
            added.addnote(unit.note)
    path.write_bytes(bytes(store))
    segments = etree.parse(path).iter("{*}segment")
    states = [", ".join(filter(None, (s.get("state"), s.get("subState")))) for s in segments]
    return [
        (u.id, u.source, u.target, state_or_untranslated(state, u.target), u.note) for u, state in zip(units, states, strict=True)
    ]


def write_po(units, path):
    store = pypo.pofile()
    store.updateheader(add=True, Language="fr", Plural_Forms="nplurals=2; plural=(n > 1);", charset="UTF-8")
    expected = []
    seen = set()
    for unit in units:
        if (unit.context, unit.source) in seen:
            continue
        seen.add((unit.context, unit.source))
        added = store.addsourceunit(multistring([unit.source, unit.plural]) if unit.plural else unit.source)
        added.setcontext(unit.context)
        added.target = multistring(unit.forms) if unit.plural else unit.target
        if unit.note:
            added.addnote(unit.note, origin="developer")
        if unit.fuzzy:
            added.markfuzzy(True)
        sides = zip([unit.source, unit.plural], unit.forms) if unit.plural else [(unit.source, unit.target)]
        for form, (source, target) in enumerate(sides):
            own = f"{unit.context}[{form}]" if unit.plural else unit.context
            state = "fuzzy" if unit.fuzzy else ""
            expected.append((own, source, target, state_or_untranslated(state, target), unit.note))
    path.write_bytes(bytes(store))
    return expected


def write_csv(units, path):
    store = csvl10n.csvfile()
    # Its own dialect doubles backslashes, which no other program takes for one.
    store.dialect = "excel"
    for unit in units:
        added = store.addsourceunit(unit.source)
        added.target = unit.target
        added.setid(unit.id)
        if unit.note:
            added.addnote(unit.note)
    path.write_bytes(bytes(store))
    return [(u.id, u.source, u.target, state_or_untranslated("", u.target), u.note) for u in units]


def stripped(row):
    """Without what a segment does not begin or end with: spaces and invisible characters."""
    return tuple((cell or "").replace("\r\n", "\n").strip(" \t\n\u200b\u00a0") for cell in row)


def read_back(binary, folder, path):
    pipeline = folder / "bitext.toml"
    pipeline.write_text('[input.columns]\nnote = "translator_comments"\n')
    out = folder / f"out-{path.name}"
    words = [binary, "run", pipeline, "--input", path, "--output", out, "--format", "jsonl", "--quiet"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode not in (0, 4):
        sys.exit(f"{path.name}: exit code {done.returncode}: {done.stderr}")
    quarantine = list(csv.DictReader(io.StringIO((out / "quarantine.csv").read_text(encoding="utf-8-sig"))))
    if quarantine:
        sys.exit(f"{path.name}: {quarantine[0]}")
    names = ["unit", "original_text", "translation_text", "unit_state", "unit_note"]
    lines = (out / "segments.jsonl").read_text(encoding="utf-8").split("\n")
    return [tuple(json.loads(line)[name] for name in names) for line in lines if line]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--units", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    r = random.Random(options.seed)
    units = [Made(r, k) for k in range(options.units)]
    different = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writers = {
            "memory.tmx": write_tmx,
            "one.xlf": lambda units, path: write_xliff(units, path, r),
            "two.xliff": write_xliff2,
            "fr.po": write_po,
            "table.csv": write_csv,
        }
        print("| file | units | different |\n|---|---|---|")
        for file, write in writers.items():
            path = folder / file
            expected = [stripped(row) for row in write(units, path)]
            read = [stripped(row) for row in read_back(options.binary.resolve(), folder, path)]
            wrong = [(a, b) for a, b in zip(expected, read) if a != b]
            wrong += [("rows", len(expected), len(read))] if len(expected) != len(read) else []
            different += len(wrong)
            print(f"| {file} | {len(expected)} | {len(wrong)} |")
            for pair in wrong[:3]:
                print(*pair, sep="\n", file=sys.stderr)
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
