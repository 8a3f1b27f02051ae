#!/usr/bin/env python3
"""How `similarity` agrees with human judges: the figures of `pairscore explain similarity`.

    python3 tests/peers/judges.py --sets DIR [--binary target/release/pairscore] [--score similarity] [--against chrf]

DIR holds folders of MQM judgments: `meta.json` (with `std_ref`), `ref*.txt.gz`, `docs.txt.gz`, `outputs/SYSTEM.txt.gz`, a
segment a line, and `human.tsv.gz` (`system seg_id score`, minus the error points). Of each set the n-grams of all
references are learned first, as a batch would; then each system's documents go through `stream`.

Prints Kendall's tau-b by item with the paired bootstrap over items, then what judges saw by score. Needs numpy and scipy.
"""
import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau

EDGES = [0, 20, 30, 40, 50, 60, 70, 80, 90, 100.01]
MAJOR = 5


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n") for line in file]


class Set:
    def __init__(self, folder):
        self.name, self.language = folder.name, folder.name.split("-")[-1]
        meta = json.loads((folder / "meta.json").read_text())
        self.reference, self.documents = lines(folder / f"{meta['std_ref']}.txt.gz"), lines(folder / "docs.txt.gz")
        self.human = defaultdict(dict)
        for row in lines(folder / "human.tsv.gz"):
            system, segment, score = row.split("\t")[:3]
            if score not in ("score", "None", "") and (folder / f"outputs/{system}.txt.gz").is_file():
                self.human[system][int(segment) - 1] = float(score)
        self.outputs = {system: lines(folder / f"outputs/{system}.txt.gz") for system in self.human}
        # Judgments whose best score is not 0 are on another scale: points cannot be told from them.
        self.in_points = max(max(scores.values()) for scores in self.human.values()) <= 0

    def by_document(self, segments):
        found = defaultdict(list)
        for segment in sorted(segments):
            found[self.documents[segment]].append(segment)
        return found

    def learn(self, binary, folder):
        judged = {segment for scores in self.human.values() for segment in scores}
        for side in ("original", "translation"):
            (folder / side).mkdir()
            for number, segments in enumerate(self.by_document(judged).values()):
                text = "\n\n".join(self.reference[s] for s in segments)
                (folder / side / f"{number}.txt").write_text(text + "\n", encoding="utf-8")
        sides = ["--original", folder / "original", "--translation", folder / "translation"]
        languages = f"{self.language}:{self.language}"
        learn = [binary, "learn", *sides, "--languages", languages, "--output", folder / "context.json"]
        subprocess.run(learn, check=True, capture_output=True)
        return folder / "context.json"

    def answers(self, binary, extra):
        """System, segments and answer of each document."""
        asked = [
            (system, segments)
            for system in sorted(self.human)
            for segments in self.by_document(self.human[system]).values()
        ]
        requests = "".join(
            json.dumps({
                "pair": str(number),
                "original": [self.reference[s] for s in segments],
                "translation": [self.outputs[system][s] for s in segments],
                "original_language": self.language,
                "translation_language": self.language,
            }) + "\n"
            for number, (system, segments) in enumerate(asked)
        )
        with tempfile.TemporaryDirectory() as folder:
            context = self.learn(binary, Path(folder))
            command = [binary, "stream", "--context", context, *extra]
            done = subprocess.run(command, input=requests, capture_output=True, text=True, encoding="utf-8", check=True)
        for (system, segments), answer in zip(asked, done.stdout.splitlines(), strict=True):
            yield system, segments, json.loads(answer)


def bootstrap(groups, generator, draws=2000):
    """95 % interval of the mean of the groups' means, each group drawn anew."""
    means = [np.mean([generator.choice(group, len(group)).mean() for group in groups]) for _ in range(draws)]
    return np.percentile(means, [2.5, 97.5])


def tau(items, metric):
    found = kendalltau([item[0] for item in items], [item[1][metric] for item in items]).statistic
    return 0.0 if np.isnan(found) else found


def agreement(rows):
    """Tau-b of each of the two scores for every item whose judgments differ."""
    items = defaultdict(list)
    for segment, human, scores in rows:
        items[segment].append((human, scores))
    told = [item for item in items.values() if len({human for human, _ in item}) > 1]
    return np.array([[tau(item, metric) for metric in (0, 1)] for item in told])


def table(segments, documents):
    print("\nscore         news segments, major    biomedical, major    documents, > 5, > 25 points per 100 words")
    for low, high in zip(EDGES, EDGES[1:]):
        cells = [f"{low:3.0f} to {high:3.0f}"]
        for kind in ("news", "bio"):
            seen = np.array([human for score, human in segments[kind] if low <= score < high])
            cells.append(f"{len(seen):8d} {100 * np.mean(seen <= -MAJOR) if len(seen) else 0:5.0f} %      ")
        points = np.array([points for score, points in documents if low <= score < high])
        shares = [100 * np.mean(points > limit) if len(points) else 0 for limit in (5, 25)]
        cells.append(f"{len(points):8d} {shares[0]:5.0f} % {shares[1]:5.0f} %")
        print("  ".join(cells))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sets", type=Path, required=True)
    options.add_argument("--binary", default="target/release/pairscore")
    options.add_argument("--score", default="similarity")
    options.add_argument("--against", default="chrf")
    options.add_argument("--extra", action="append", default=[], help="one further argument for stream, repeatable")
    given = options.parse_args()
    generator, gains = np.random.default_rng(12345), defaultdict(list)
    segments, documents, means = defaultdict(list), [], defaultdict(list)
    for folder in sorted(path for path in given.sets.iterdir() if (path / "meta.json").is_file()):
        judged, rows = Set(folder), []
        kind = "bio" if "bio" in judged.name else "news"
        for system, numbers, answer in judged.answers(given.binary, given.extra):
            if answer["status"] != "scored":
                sys.exit(f"{judged.name}: {answer}")
            human = [judged.human[system][s] for s in numbers]
            scores = [tuple(s["scores"][name] for name in (given.score, given.against)) for s in answer["segments"]]
            rows += zip(numbers, human, scores, strict=True)
            if judged.in_points:
                segments[kind] += [(own, points) for (own, _), points in zip(scores, human)]
                words = sum(len(judged.outputs[system][s].split()) for s in numbers)
                if judged.language != "zh":
                    documents.append((answer["summary"][given.score], -100 * sum(human) / words))
        taus = agreement(rows)
        gain = taus[:, 0] - taus[:, 1]
        low, high = bootstrap([gain], generator)
        own, other = taus.mean(axis=0)
        print(f"{judged.name:14s} {given.score} {own:.4f}  {given.against} {other:.4f}  gain {own - other:+.4f} [{low:+.4f}, {high:+.4f}]")
        for group in (kind, "all"):
            gains[group].append(gain)
            means[group].append((own, other))
    for group, found in gains.items():
        low, high = bootstrap(found, generator)
        own, other = np.mean(means[group], axis=0)
        print(f"mean {group:9s} {given.score} {own:.4f}  {given.against} {other:.4f}  gain {own - other:+.4f} [{low:+.4f}, {high:+.4f}]")
    table(segments, documents)


if __name__ == "__main__":
    main()
