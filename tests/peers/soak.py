#!/usr/bin/env python3
"""A long run over many generated pairs with bad inputs among them, cut off again and again.

Every pair that is made has an expected end: scored, set aside with a reason, or a file without a partner. The run must
account for all of them, its memory must not grow with their number, and a run that is killed at random moments and
resumed must end with the same bytes as one that is not. Prints a Markdown table; exits with 1 where a promise breaks.

    python3 tests/peers/soak.py --binary target/release/pairscore --pairs 20000
"""

import argparse
import csv
import filecmp
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLACES = {
    "en": "harbour mill station orchard library bakery quarry lighthouse market chapel workshop ferry".split(),
    "de": "Hafen Mühle Bahnhof Obstgarten Bücherei Bäckerei Steinbruch Leuchtturm Markt Kapelle Werkstatt Fähre".split(),
}
PEOPLE = "Alma Bertil Cosima Dagmar Edwin Fenja Gustav Hedda Ilja Jorinde Kasimir Linnea".split()
VERBS = [("opened", "started"), ("closed", "shut"), ("repaired", "mended"), ("painted", "coloured"), ("visited", "went to see")]
VERBEN = ["öffnete", "schloss", "reparierte", "strich", "besuchte"]


def sentence(r):
    return r.randrange(12), r.randrange(12), r.randrange(5), r.randrange(2, 400)


def english(s, other=False):
    person, place, verb, number = s
    return f"{PEOPLE[person]} {VERBS[verb][other]} the {PLACES['en'][place]} {'after' if other else 'for'} {number} days."


def german(s):
    person, place, verb, number = s
    return f"{PEOPLE[person]} {VERBEN[verb]} {PLACES['de'][place]} nach {number} Tagen."


def good(r, k):
    """A pair as two texts: one language or two, faults here and there."""
    said = [sentence(r) for _ in range(r.randrange(3, 25))]
    original = [english(s) for s in said]
    translation = [german(s) if k % 3 == 0 else english(s, True) for s in said]
    if r.random() < 0.2:
        translation.pop(r.randrange(len(translation)))
    if r.random() < 0.2:
        at = r.randrange(len(translation))
        words = translation[at].split()
        translation[at] = " ".join(words[:1] * 3 + words[1:])
    return " ".join(original) + "\n", " ".join(translation) + "\n"


def replace(path, make):
    path.unlink()
    make(path)


def listen(path):
    """A socket; its name must be short, so it is made in its own folder."""
    here = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(path.name)
    os.fchdir(here)
    os.close(here)


def sparse(path):
    with open(path, "wb") as f:
        f.truncate(100 << 20)


# What is planted in the translation's place, and the reason expected (None: scored all the same).
FAULTS = {
    "a byte that is no UTF-8": (lambda p: p.write_bytes(b"The caf\xe9 was closed.\n"), "undecodable"),
    "UTF-8 cut in a character": (lambda p: p.write_bytes("Über".encode()[:1]), "undecodable"),
    "overlong UTF-8": (lambda p: p.write_bytes(b"a\xc0\xafb\n"), "undecodable"),
    "a surrogate as UTF-8": (lambda p: p.write_bytes(b"a\xed\xa0\x80b\n"), "undecodable"),
    "UTF-16 of odd length": (lambda p: p.write_bytes(b"\xff\xfeh\0i"), "undecodable"),
    "UTF-16 without a mark": (lambda p: p.write_bytes("Nobody came.".encode("utf-16-le")), "*"),
    "UTF-32": (lambda p: p.write_bytes("Nobody came.".encode("utf-32")), "*"),
    "a binary file": (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "*"),
    "no byte": (lambda p: p.write_bytes(b""), "empty"),
    "white space": (lambda p: p.write_bytes(b" \n\t\r\n"), "empty"),
    "a line of 5 MB": (lambda p: p.write_bytes(b"word " * 1_000_000), "line-too-long"),
    "a file of 100 MB": (lambda p: replace(p, sparse), "too-large"),
    "300,000 sentences": (lambda p: p.write_bytes(b"Yes.\n\n" * 300_000), "too-many-sentences"),
    "a folder": (lambda p: replace(p, Path.mkdir), "is-a-directory"),
    "a link out": (lambda p: replace(p, lambda q: q.symlink_to("/etc/hostname")), "unpaired"),
    "a link to itself": (lambda p: replace(p, lambda q: q.symlink_to(q.name)), "unpaired"),
    "a pipe": (lambda p: replace(p, os.mkfifo), "unpaired"),
    "a socket": (lambda p: replace(p, listen), "unpaired"),
    "no file": (Path.unlink, "unpaired"),
    "control characters": (lambda p: p.write_bytes(b"The mill \x07\x1b[31m was \x01 closed.\n"), None),
    "right-to-left overrides": (lambda p: p.write_text("The \u202emill\u202c was closed.\n"), None),
    "20,000 marks on a letter": (lambda p: p.write_text("The mi" + "\u0301" * 20_000 + "ll was closed.\n"), None),
    "formulas": (lambda p: p.write_text("=1+1 was said.\n\n@SUM(A1) too.\n"), None),
    "a loop of 5,000 words": (lambda p: p.write_text("The mill " + "mill " * 5_000 + "\n"), None),
}


def generate(folder, pairs, share, seed):
    """Makes the batch; what each pair's end must be, and how many faults were planted."""
    r = random.Random(seed)
    kinds = list(FAULTS)
    expected, planted = {}, 0
    for k in range(pairs):
        name = f"{k % 97:02}/{k:06}"
        paths = [folder / side / f"{name}.txt" for side in ("original", "translation")]
        for path, text in zip(paths, good(r, k)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        expected[name] = None
        if r.random() < share:
            make, reason = FAULTS[kinds[planted % len(kinds)]]
            make(paths[1])
            expected[name] = reason
            planted += 1
    return expected, planted


def run(binary, folder, output, jobs, *further):
    """Runs to the end; exit code, user and system seconds, peak memory in MB."""
    process = start(binary, folder, output, jobs, *further)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def start(binary, folder, output, jobs, *further):
    command = [binary, "run", "--original", "original", "--translation", "translation", "--output", output]
    command += ["--jobs", str(jobs), "--quiet", "--format", "jsonl", *further]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def lost(report, expected):
    """Pairs that the report does not account for as it should."""
    wrong = []
    counts = json.loads((report / "run.json").read_text())["counts"]
    if counts["found"] != counts["scored"] + counts["quarantined"] + counts["unpaired"]:
        wrong.append(f"counts do not add up: {counts}")
    status = {row["pair"]: row["status"] for row in rows(report / "summary.csv")}
    aside = {}
    for row in rows(report / "quarantine.csv"):
        aside.setdefault(row["pair"], []).append(row)
        incomplete = [c for c in ("pair", "path", "stage", "reason", "hint") if not row[c]]
        if incomplete or (row["reason"] in ("undecodable", "line-too-long") and not row["byte_offset"]):
            wrong.append(f"an incomplete row: {row}")
    if counts["scored"] + counts["quarantined"] != len(status) or counts["unpaired"] + counts["quarantined"] != sum(map(len, aside.values())):
        wrong.append("counts and tables differ")
    for pair, reason in expected.items():
        reasons = [row["reason"] for row in aside.get(pair, [])]
        if reason is None:
            fine = status.get(pair) == "scored" and not reasons and (report / "pairs" / f"{pair}.csv").is_file()
        elif reason == "unpaired":
            fine = pair not in status and reasons
        else:
            fine = status.get(pair) == "failed" and len(reasons) == 1 and reason in ("*", reasons[0])
        if not fine:
            wrong.append(f"{pair}: expected {reason}, found {status.get(pair)} {reasons}")
    return wrong


def same(a, b):
    """Whether two folders hold the same files, run.json's output folder aside."""
    files = [sorted(p.relative_to(d) for p in d.rglob("*") if p.is_file()) for d in (a, b)]
    if files[0] != files[1]:
        return False
    names = [name for name in files[0] if str(name) != "run.json"]
    manifests = [(d / "run.json").read_text().replace(f'"{d.name}"', '""') for d in (a, b)]
    return manifests[0] == manifests[1] and filecmp.cmpfiles(a, b, names, shallow=False)[0] == [n for n in names]


def cut_off(binary, folder, jobs, kills, seconds, r):
    """Kills and resumes; how many kills hit a run."""
    done = 0
    while done < kills:
        process = start(binary, folder, "cut", jobs, "--resume")
        try:
            process.wait(r.uniform(0, seconds * 1.6 / kills))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += 1
    run(binary, folder, "cut", jobs, "--resume")
    return done


def full_disk(binary, folder, jobs):
    """Runs into a file system that fills up, makes room, resumes; None where none can be mounted."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True)
    if mounted.returncode != 0:
        return None
    try:
        full = run(binary, folder, "disk/out", jobs)[0]
        subprocess.run(["mount", "-o", "remount,size=2g", disk], check=True)
        ended = run(binary, folder, "disk/out", jobs, "--resume")[0]
        shutil.copytree(disk / "out", folder / "refilled")
    finally:
        subprocess.run(["umount", disk], check=True)
    manifest = folder / "refilled" / "run.json"
    manifest.write_text(manifest.read_text().replace('"disk/out"', '"refilled"'))
    return full == 2 and ended == 4 and same(folder / "whole", folder / "refilled")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--share", type=float, default=0.02, help="of pairs with a planted fault")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    binary = str(Path(given.binary).resolve())
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        folder, tenth = Path(place) / "batch", Path(place) / "tenth"
        expected, planted = generate(folder, given.pairs, given.share, given.seed)
        began = time.monotonic()
        code, cpu, peak = run(binary, folder, "whole", given.jobs)
        seconds = time.monotonic() - began
        wrong += [] if code == 4 else [f"exit code {code}, not 4"]
        wrong += lost(folder / "whole", expected)
        missing = len(wrong)
        # As many kinds of faults as in the whole, so that only the number of pairs differs.
        share = max(given.share, 15 * len(FAULTS) / given.pairs)
        generate(tenth, given.pairs // 10, share, given.seed)
        _, _, small = run(binary, tenth, "whole", given.jobs)
        kills = cut_off(binary, folder, given.jobs, given.kills, seconds, random.Random(given.seed))
        equal = same(folder / "whole", folder / "cut")
        wrong += [] if equal else ["resumed and uninterrupted runs differ"]
        refilled = full_disk(binary, tenth, given.jobs)
        wrong += ["a full disk is not survived"] if refilled is False else []
        kinds = len(FAULTS)
        wrong += [] if peak < small * 1.5 + 20 else [f"memory grows: {small:.0f} MB, {peak:.0f} MB"]
        answer = {True: "yes", False: "NO", None: "not tried here"}
        print("| | |\n|---|---|")
        print(f"| pairs | {given.pairs:,} |")
        print(f"| faults planted | {planted:,} of {kinds} kinds |")
        print(f"| lost, or with a wrong reason | {missing} |")
        print(f"| CPU seconds, elapsed (`-j {given.jobs}`) | {cpu:.0f}, {seconds:.0f} |")
        print(f"| peak memory; of a tenth of the pairs | {peak:.0f} MB; {small:.0f} MB |")
        print(f"| killed (SIGKILL) at random moments and resumed | {kills} times |")
        print(f"| result equal byte for byte to the uninterrupted run | {answer[equal]} |")
        print(f"| disk full, room made, resumed: equal | {answer[refilled]} |")
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
