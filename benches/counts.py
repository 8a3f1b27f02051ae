#!/usr/bin/env python3
"""Guards the speed of three fixed workloads by counting their instructions, which no busy machine disturbs.

    cargo build --release
    python3 benches/counts.py             fails where a workload takes 10 % more instructions than counts.json says
    python3 benches/counts.py --renew     writes what they take now, when a change is meant to cost or to save so much

The workloads: `run`, the sample batch; `stream`, 300 short pairs in one and two languages; `metrics`, BLEU, chrF and TER of
400 lines. Texts are made up and always the same. Counted by callgrind (valgrind), on one thread, the whole process from start
to end. Another compiler or processor moves the counts by a few per cent; counts.json says what it was renewed with."""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STORED = os.path.join(ROOT, "benches", "counts.json")
MOST = 1.10

PLACES = "harbour mill station orchard library bakery chapel granary tower meadow".split()
DEEDS = "opened closed burned flooded reopened moved shrank expanded".split()
ORTE = "Hafen Mühle Bahnhof Obstgarten Bücherei Bäckerei Kapelle Kornspeicher Turm Wiese".split()
TATEN = "öffnete schloss brannte überflutete wiedereröffnete umzog schrumpfte wuchs".split()


def sentence(rng, places, deeds):
    place, other, deed = rng.randrange(10), rng.randrange(10), rng.randrange(8)
    day, hour = rng.randrange(1, 31), rng.randrange(1, 12)
    if places is PLACES:
        return f"On day {day} the {places[place]} {deeds[deed]} at {hour} o'clock, as the {places[other]} had before."
    return f"Am Tag {day} {deeds[deed]} {places[place]} um {hour} Uhr, wie zuvor {places[other]}."


def spoilt(rng, text):
    """The text with a word doubled, left out or moved, now and then."""
    words = text.split(" ")
    at = rng.randrange(len(words))
    fate = rng.randrange(4)
    if fate == 0:
        words.insert(at, words[at])
    elif fate == 1 and len(words) > 1:
        del words[at]
    elif fate == 2:
        words.append(words.pop(at))
    return " ".join(words)


def stream(rng):
    for number in range(300):
        seed = rng.random()
        original, same, german = random.Random(seed), random.Random(seed), random.Random(seed)
        lines = [sentence(original, PLACES, DEEDS) for _ in range(3)]
        if number % 3 == 0:
            translation = " ".join(sentence(german, ORTE, TATEN) for _ in range(3))
        else:
            translation = " ".join(spoilt(rng, sentence(same, PLACES, DEEDS)) for _ in range(3))
        yield json.dumps({"pair": f"p{number}", "original": " ".join(lines), "translation": translation})


def workloads(binary, folder):
    """Names, words of the commands, and what comes from standard input."""
    rng = random.Random(1)
    given = os.path.join(folder, "pairs.jsonl")
    with open(given, "w", encoding="utf-8") as file:
        file.write("\n".join(stream(rng)) + "\n")
    references = [" ".join(sentence(rng, PLACES, DEEDS) for _ in range(2)) for _ in range(400)]
    paths = [os.path.join(folder, name) for name in ("reference", "hypothesis")]
    for path, lines in zip(paths, (references, [spoilt(rng, line) for line in references])):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    report = os.path.join(folder, "report")
    yield "run", [binary, "run", "pipelines/sample.toml", "--format", "csv", "--output", report, "-q", "-j", "1"], None
    yield "stream", [binary, "stream", "-j", "1"], given
    yield "metrics", [binary, "metrics", paths[0], "-i", paths[1], "-m", "bleu", "chrf", "ter", "-j", "1"], None


def count(words, given):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *words]
    with open(given or os.devnull, "rb") as stdin:
        done = subprocess.run(
            command, cwd=ROOT, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
    said = done.stderr.decode(errors="replace")
    refs = re.search(r"I\s+refs:\s+([\d,]+)", said)
    if done.returncode or not refs:
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{said[-2000:]}")
    return int(refs.group(1).replace(",", ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(ROOT, "target/release/pairscore"))
    parser.add_argument("--renew", action="store_true", help="store what the workloads take now")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not installed")
    with tempfile.TemporaryDirectory() as folder:
        work = workloads(os.path.abspath(arguments.binary), folder)
        counts = {name: count(words, given) for name, words, given in work}
    if arguments.renew:
        rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        with open(STORED, "w", encoding="utf-8") as file:
            json.dump({"rustc": rustc, "instructions": counts}, file, indent=2)
            file.write("\n")
    with open(STORED, encoding="utf-8") as file:
        stored = json.load(file)
    ratios = {name: counts[name] / stored["instructions"][name] for name in counts}
    for name, ratio in ratios.items():
        print(f"{name:8} {counts[name] / 1e6:9.1f} million instructions, {ratio:.3f} of those stored ({stored['rustc']})")
    slower = [name for name, ratio in ratios.items() if ratio > MOST]
    if slower:
        sys.exit(f"slower by more than 10 %: {', '.join(slower)}; if that is meant: python3 benches/counts.py --renew")


if __name__ == "__main__":
    main()
