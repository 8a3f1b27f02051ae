#!/usr/bin/env python3
"""Compares whole commands: `pairscore metrics` against sacreBLEU 2.6.0 and other programs.

Each command runs as a child process. Measured are the processor time it takes (user and system), the time
on the clock, and the most memory it ever holds; compared is what it prints. pairscore and the other program
take turns, so that a busy machine slows both; the ratio is the median of the ratios of processor time of
such pairs, followed by the lowest and the highest. All run on one thread, but in the tables of two threads.
Interpreter and imports are part of a Python program's command; the row of start-up says how much they are.

Run it with an interpreter that has sacreBLEU; the other programs are compared if they are there too:

    python3 -m venv .venv
    .venv/bin/pip install sacrebleu==2.6.0 bleuscore fastchrf rapidfuzz
    cargo build --release
    .venv/bin/python benches/sacrebleu.py --binary target/release/pairscore

Without `--hypothesis` and `--reference` it writes a corpus of its own: pseudo-words with the frequencies of
Zipf's law, always the same, and edits of them. Real text comes from `--hypothesis`, `--reference` and, for
the paired tests, `--second`; `--large` adds rows about memory with longer files. sacreBLEU needs minutes for
TER, so it runs only once there and is stopped after `--ter-timeout` seconds; for chrF of 200,000 lines it
needs minutes and 8 GB or more. `--only` picks tasks by a part of their names: `--only "paired bootstrap"`.
"""

from __future__ import annotations

import argparse
import bisect
import filecmp
import itertools
import multiprocessing
import os
import platform
import random
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Callable, Iterator, Optional

SACREBLEU = "2.6.0"
OTHER_PACKAGES = ["numpy", "bleuscore", "fastchrf", "rapidfuzz"]

# One thread each, one locale, and no settings from outside.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("SACREBLEU")}
ENVIRONMENT.update(LC_ALL="C.UTF-8", RAYON_NUM_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

READ_FILES = """
import sys
def lines(path):
    return [line.rstrip() for line in open(path, encoding="utf-8", newline="\\n")]
hypotheses, references = map(lines, sys.argv[1:])
"""

CORPUS_BLEU_OF_BLEUSCORE = READ_FILES + """
import bleuscore
score = bleuscore.compute([[reference] for reference in references], hypotheses, ref_len_method="sacrebleu")
print(f"{100 * score['bleu']:.10f}")
"""

SENTENCE_CHRF_OF_FASTCHRF = READ_FILES + """
import fastchrf
scores = fastchrf.pairwise_chrf([[text] for text in hypotheses], [[text] for text in references])
for [[score]] in scores:
    print(f"{score:.10f}")
"""

WORD_EDITS_OF_RAPIDFUZZ = READ_FILES + """
from rapidfuzz.distance.Levenshtein import distance
edits = words = 0
for hypothesis, reference in zip(hypotheses, references):
    hypothesis, reference = hypothesis.lower().split(), reference.lower().split()
    edits += distance(hypothesis, reference)
    words += len(reference)
print(f"{100 * edits / words:.10f}")
"""

VERSIONS_OF_PACKAGES = """
import sys
from importlib.metadata import PackageNotFoundError, version
for package in sys.argv[1:]:
    try:
        print(package, version(package))
    except PackageNotFoundError:
        pass
"""


@dataclass
class Measurement:
    """What one run of a command took."""

    cpu: float
    wall: float
    peak_mb: float
    peak_hidden: bool
    stopped: bool
    failed: bool


@dataclass
class Task:
    """A thing to compute, the command of pairscore for it and that of another program, if there is one."""

    name: str
    ours: list[str]
    peer: str = ""
    theirs: Optional[list[str]] = None
    compare: Optional[Callable[[Path, Path], bool]] = None
    repeat: int = 1
    limit: float = 3600.0


@dataclass
class Corpus:
    """Files to score: a reference, a system's output, and that of a second system, if there is one."""

    reference: Path
    hypothesis: Path
    second: Optional[Path] = None

    def title(self) -> str:
        with self.reference.open("rb") as file:
            lines = sum(1 for _ in file)
        size = self.reference.stat().st_size + self.hypothesis.stat().st_size
        return f"{lines:,} lines, {size / 1e6:.1f} MB in the two files"


# Measuring


def measure(command: list[str], output: Path, limit: float = 3600.0) -> Measurement:
    """Runs a command to its end, or to its limit in seconds."""
    with output.open("wb") as out, output.with_suffix(".errors").open("wb") as errors:
        start = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, cwd=output.parent, env=ENVIRONMENT
        )
        timer = threading.Timer(limit, stop, [process.pid])
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    stopped = process.returncode == -signal.SIGKILL and wall >= limit
    failed = process.returncode != 0 and not stopped
    if failed:
        report(f"exit code {process.returncode}: {shlex.join(command)[:300]}")
        report(output.with_suffix(".errors").read_text(errors="replace")[-500:])
    cpu = usage.ru_utime + usage.ru_stime
    # A child starts out as a copy of this process, so a smaller peak of its own can't be seen.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measurement(cpu, wall, megabytes(usage.ru_maxrss), usage.ru_maxrss <= own, stopped, failed)


def megabytes(peak: int) -> float:
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def stop(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def report(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def same_bytes(ours: Path, theirs: Path) -> bool:
    return filecmp.cmp(ours, theirs, shallow=False)


def same_numbers(ours: Path, theirs: Path) -> bool:
    """Whether two files, each with a number a line, agree to eight decimals."""
    with ours.open() as a, theirs.open() as b:
        return all(
            x is not None and y is not None and abs(float(x) - float(y)) < 1e-8
            for x, y in itertools.zip_longest(a, b)
        )


# Tables

HEADER = [
    "task",
    "against",
    "pairscore CPU s",
    "its CPU s",
    "ratio",
    "pairscore wall s",
    "its wall s",
    "pairscore peak MB",
    "its peak MB",
    "same output",
]


THREADS_HEADER = [
    "task",
    "same output",
    "one: wall s",
    "two: wall s",
    "ratio of the fastest",
    "one: CPU s",
    "two: CPU s",
]


def print_header(columns: list[str]) -> None:
    print_row(columns)
    print_row(["---"] * 2 + ["---:"] * (len(columns) - 2))


def print_row(cells: list[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def run_task(task: Task, folder: Path) -> None:
    """Measures a task and prints its row."""
    report(f"{task.name}: {task.peer}")
    outputs = [folder / "ours.out", folder / "theirs.out"]
    ours, theirs, same = [], [], []
    for _ in range(task.repeat):
        ours.append(measure(task.ours, outputs[0], task.limit))
        if task.theirs is None:
            continue
        theirs.append(measure(task.theirs, outputs[1], task.limit))
        if theirs[-1].stopped or theirs[-1].failed:
            break
        if task.compare:
            same.append(task.compare(*outputs))
    print_row([task.name, task.peer, *cells_of(ours, theirs), word_for(same)])


def cells_of(ours: list[Measurement], theirs: list[Measurement]) -> list[str]:
    if not theirs:
        return [seconds(ours, "cpu"), "", "", seconds(ours, "wall"), "", peak(ours), ""]
    if theirs[-1].failed or ours[-1].failed:
        return [seconds(ours, "cpu"), "failed", "", seconds(ours, "wall"), "", peak(ours), peak(theirs)]
    cpu = [seconds(ours, "cpu"), seconds(theirs, "cpu"), ratio(ours, theirs)]
    return [*cpu, seconds(ours, "wall"), seconds(theirs, "wall"), peak(ours), peak(theirs)]


def seconds(runs: list[Measurement], what: str) -> str:
    """The median; of a run that was stopped, what it had taken till then."""
    if runs[-1].stopped:
        return f"> {getattr(runs[-1], what):,.0f}"
    value = median(getattr(run, what) for run in runs)
    return f"{value:,.3f}" if value < 1 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


def ratio(ours: list[Measurement], theirs: list[Measurement]) -> str:
    """How many times as much processor time the other one takes."""
    ratios = sorted(their.cpu / max(our.cpu, 1e-6) for our, their in zip(ours, theirs))
    if theirs[-1].stopped:
        return f"> {short(ratios[-1])}"
    middle = f"**{short(median(ratios))}**"
    return middle if len(ratios) == 1 else f"{middle} ({short(ratios[0])} to {short(ratios[-1])})"


def short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def peak(runs: list[Measurement]) -> str:
    """Of a peak that this script's own hides, no more than that it is lower."""
    highest = max(runs, key=lambda run: run.peak_mb)
    sign = "< " if highest.peak_hidden else "> " if highest.stopped else ""
    return f"{sign}{highest.peak_mb:,.0f}"


def word_for(same: list[bool]) -> str:
    if not same:
        return ""
    return "yes" if all(same) else "NO"


# Tasks


class Programs:
    """How the programs are called."""

    def __init__(self, binary: Path, limit: float):
        self.binary = binary
        self.limit = limit

    def pairscore(self, corpus: Corpus, options: str, threads: int = 1, paired: bool = False) -> list[str]:
        command = [str(self.binary), "metrics", "-j", str(threads)]
        return command + self.arguments(corpus, options, paired)

    def sacrebleu(self, corpus: Corpus, options: str, paired: bool = False) -> list[str]:
        return [sys.executable, "-m", "sacrebleu"] + self.arguments(corpus, options, paired)

    def arguments(self, corpus: Corpus, options: str, paired: bool) -> list[str]:
        systems = [corpus.hypothesis, corpus.second] if paired else [corpus.hypothesis]
        return [str(corpus.reference), "-i", *map(str, systems), *options.split()]

    def against_sacrebleu(
        self,
        name: str,
        corpus: Corpus,
        options: str,
        repeat: int,
        paired: bool = False,
        limit: Optional[float] = None,
    ) -> Task:
        ours = self.pairscore(corpus, options, paired=paired)
        theirs = self.sacrebleu(corpus, options, paired)
        return Task(name, ours, "sacreBLEU", theirs, same_bytes, repeat, limit or self.limit)

    def against_code(
        self, name: str, corpus: Corpus, options: str, peer: str, code: str, same: bool, repeat: int
    ) -> Task:
        theirs = [sys.executable, "-c", code, str(corpus.hypothesis), str(corpus.reference)]
        compare = same_numbers if same else None
        return Task(name, self.pairscore(corpus, options), peer, theirs, compare, repeat, self.limit)


def sacrebleu_tasks(programs: Programs, corpus: Corpus, repeat: int, ter_limit: float) -> Iterator[Task]:
    task = programs.against_sacrebleu
    start = [[str(programs.binary), "--version"], [sys.executable, "-m", "sacrebleu", "--version"]]
    yield Task("start-up (`--version`)", start[0], "sacreBLEU", start[1], repeat=repeat)
    yield task("BLEU", corpus, "-m bleu -w 10", repeat)
    yield task("chrF", corpus, "-m chrf -w 10", repeat)
    yield task("chrF++", corpus, "-m chrf --chrf-word-order 2 -w 10", repeat)
    yield task("TER", corpus, "-m ter -w 10", 1, limit=ter_limit)
    yield task("BLEU of each sentence", corpus, "-m bleu -sl -w 10", repeat)
    yield task("chrF of each sentence", corpus, "-m chrf -sl -w 10", repeat)
    if corpus.second:
        name = "paired bootstrap of BLEU, 1,000 resamples"
        options = "-m bleu --paired-bs --paired-bs-n 1000"
        yield task(name, corpus, options, repeat, paired=True)
        name = "paired randomisation of BLEU, 10,000 trials"
        options = "-m bleu --paired-ar --paired-ar-n 10000"
        yield task(name, corpus, options, repeat, paired=True)


def other_tasks(programs: Programs, corpus: Corpus, repeat: int, versions: dict[str, str]) -> Iterator[Task]:
    task = programs.against_code
    if "bleuscore" in versions:
        peer = "bleuscore: corpus BLEU, its own 13a, no smoothing"
        yield task("BLEU", corpus, "-m bleu -b -w 10", peer, CORPUS_BLEU_OF_BLEUSCORE, True, repeat)
    if "fastchrf" in versions:
        peer = "fastchrf: sentence chrF"
        options = "-m chrf -sl -b -w 10"
        yield task("chrF of each sentence", corpus, options, peer, SENTENCE_CHRF_OF_FASTCHRF, True, repeat)
    if "rapidfuzz" in versions:
        peer = "rapidfuzz: word Levenshtein, which is TER without its shifts"
        yield task("TER", corpus, "-m ter -b -w 10", peer, WORD_EDITS_OF_RAPIDFUZZ, False, repeat)
    yield floor_task(programs, corpus, repeat)


def floor_task(programs: Programs, corpus: Corpus, repeat: int) -> Task:
    theirs = ["wc", "-w", str(corpus.hypothesis), str(corpus.reference)]
    ours = programs.pairscore(corpus, "-m bleu -w 10")
    return Task("BLEU", ours, "`wc -w` of both files: reading and splitting alone", theirs, repeat=repeat)


def large_tasks(programs: Programs, corpus: Corpus) -> Iterator[Task]:
    yield Task("BLEU", programs.pairscore(corpus, "-m bleu"))
    yield Task("BLEU, chrF and TER at once", programs.pairscore(corpus, "-m bleu chrf ter"))
    yield Task("chrF++", programs.pairscore(corpus, "-m chrf --chrf-word-order 2"))
    options = "-m bleu chrf ter --chrf-word-order 2"
    yield Task("BLEU, chrF++ and TER at once", programs.pairscore(corpus, options))
    yield programs.against_sacrebleu("chrF", corpus, "-m chrf -w 10", 1)
    yield floor_task(programs, corpus, 1)


def print_comparison(title: str, tasks: Iterator[Task], only: str, folder: Path) -> None:
    print(f"\n### {title}\n")
    print_header(HEADER)
    for task in tasks:
        if only.lower() in task.name.lower():
            run_task(task, folder)


def print_threads(programs: Programs, corpus: Corpus, repeat: int, only: str, folder: Path) -> None:
    print(f"\n### Two threads against one: {corpus.title()}\n")
    print_header(THREADS_HEADER)
    tasks = {"BLEU": "bleu", "chrF": "chrf", "chrF++": "chrf --chrf-word-order 2", "TER": "ter"}
    if corpus.second:
        tasks["paired bootstrap of BLEU, 1,000 resamples"] = "bleu --paired-bs --paired-bs-n 1000"
    chosen = {name: metric for name, metric in tasks.items() if only.lower() in name.lower()}
    for name, metric in chosen.items():
        paired = "--paired" in metric
        commands = [programs.pairscore(corpus, f"-m {metric}", threads, paired) for threads in (1, 2)]
        run_threads(name, commands, repeat, folder)


def run_threads(name: str, commands: list[list[str]], repeat: int, folder: Path) -> None:
    report(f"{name}: one thread and two")
    outputs = [folder / "one.out", folder / "two.out"]
    runs: list[list[Measurement]] = [[], []]
    for _ in range(repeat):
        for measured, command, output in zip(runs, commands, outputs):
            measured.append(measure(command, output))
    fastest = [min(run.wall for run in measured) for measured in runs]
    wall = [f"{value:.3f}" for value in fastest]
    cpu = [seconds(measured, "cpu") for measured in runs]
    same = word_for([same_bytes(*outputs)])
    print_row([name, same, *wall, f"**{fastest[0] / fastest[1]:.2f}**", *cpu])


# The corpus for want of another


class Writer:
    """Writes text of pseudo-words. Only `random()` is used, which is the same in all versions of Python."""

    SYLLABLES = [a + b for a in "b d f g k l m n p r s t v z br st".split() for b in "a e i o u".split()]
    VOCABULARY = 20_000

    def __init__(self, seed: int):
        self.random = random.Random(seed).random
        self.words = [self.new_word(rank) for rank in range(self.VOCABULARY)]
        self.weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(self.VOCABULARY)))

    def below(self, bound: int) -> int:
        return int(self.random() * bound)

    def new_word(self, rank: int) -> str:
        """Frequent words are short."""
        syllables = 1 + self.below(2) + (rank > 100) + (rank > 2000) * self.below(2)
        return "".join(self.SYLLABLES[self.below(len(self.SYLLABLES))] for _ in range(syllables))

    def word(self) -> str:
        if self.random() < 0.02:
            return str(self.below(3000))
        word = self.words[bisect.bisect(self.weights, self.random() * self.weights[-1])]
        return word + "," if self.random() < 0.06 else word

    def sentence(self) -> list[str]:
        """4 to 83 words, 24 in the mean, most often fewer."""
        length = 4 + int(80 * self.random() * self.random())
        words = [self.word() for _ in range(length)]
        words[0] = words[0].capitalize()
        words[-1] = words[-1].rstrip(",") + "."
        return words

    def edited(self, words: list[str], share: float) -> list[str]:
        """Words replaced, left out and added, and now and then a block of them moved."""
        result = []
        for word in words:
            edit = self.random() / share
            if edit >= 0.25:
                result.append(self.word() if edit < 0.75 else word)
            if 0.75 <= edit < 1:
                result.append(self.word())
        if self.random() < 2 * share and len(result) > 6:
            result = self.with_moved_block(result)
        return result or words

    def with_moved_block(self, words: list[str]) -> list[str]:
        start, length = self.below(len(words) - 3), 1 + self.below(3)
        block, rest = words[start : start + length], words[:start] + words[start + length :]
        target = self.below(len(rest) + 1)
        return rest[:target] + block + rest[target:]


def written_corpus(folder: Path, lines: int) -> Corpus:
    """Written by a process of its own: the memory it takes would hide that of the programs measured."""
    corpus = Corpus(folder / "reference.txt", folder / "first.txt", folder / "second.txt")
    process = multiprocessing.get_context("fork").Process(target=write_corpus, args=(corpus, lines))
    process.start()
    process.join()
    if process.exitcode != 0:
        sys.exit("the corpus could not be written")
    return corpus


def write_corpus(corpus: Corpus, lines: int) -> None:
    writer = Writer(seed=1)
    paths = [corpus.reference, corpus.hypothesis, corpus.second]
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("w", encoding="ascii")) for path in paths if path]
        for _ in range(lines):
            reference = writer.sentence()
            first = writer.edited(reference, 0.3)
            second = writer.edited(first, 0.03)
            for file, words in zip(files, [reference, first, second]):
                file.write(" ".join(words) + "\n")


# The report


def versions_of_packages(folder: Path) -> dict[str, str]:
    packages = ["sacrebleu", *OTHER_PACKAGES]
    command = [sys.executable, "-c", VERSIONS_OF_PACKAGES, *packages]
    printed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    return dict(line.split() for line in printed.splitlines())


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def print_circumstances(binary: Path, versions: dict[str, str]) -> None:
    command = [str(binary), "--version"]
    version = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    others = ", ".join(f"{package} {version}" for package, version in versions.items())
    print(f"- Date: {time.strftime('%Y-%m-%d', time.gmtime())}")
    print(f"- Machine: {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    print(f"- Versions: {version}, Python {platform.python_version()}, {others}")
    print(f"- Command: {shlex.join(['python3', *sys.argv])}")
    print(f"- Load average at the start: {os.getloadavg()[0]:.2f}")


def arguments() -> argparse.Namespace:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--binary", type=Path, required=True, help="the program pairscore, built for release")
    parser.add_argument("--hypothesis", type=Path, help="a system's output, one segment a line")
    parser.add_argument("--reference", type=Path, help="its reference, one segment a line")
    parser.add_argument("--second", type=Path, help="another system's output, for the paired tests")
    files = ("HYPOTHESIS", "REFERENCE")
    parser.add_argument("--large", type=Path, nargs=2, metavar=files, help="longer files, for memory")
    parser.add_argument("--lines", type=int, default=20_000, help="of the corpus it writes itself [20000]")
    parser.add_argument("--only", default="", metavar="TEXT", help="only tasks with this in their names")
    parser.add_argument("--repeat", type=int, default=3, help="pairs of runs of each task [3]")
    parser.add_argument("--timeout", type=float, default=3600, help="limit for a run in seconds [3600]")
    parser.add_argument("--ter-timeout", type=float, default=600, help="limit for TER in seconds [600]")
    given = parser.parse_args()
    if (given.hypothesis is None) != (given.reference is None):
        parser.error("--hypothesis and --reference belong together")
    if given.second and not given.hypothesis:
        parser.error("--second goes with --hypothesis and --reference")
    if given.repeat < 1 or given.lines < 1:
        parser.error("--repeat and --lines are at least 1")
    return given


def corpora(given: argparse.Namespace, folder: Path) -> tuple[Corpus, Optional[Corpus]]:
    if given.hypothesis:
        second = given.second.resolve(strict=True) if given.second else None
        corpus = Corpus(given.reference.resolve(strict=True), given.hypothesis.resolve(strict=True), second)
    else:
        corpus = written_corpus(folder, given.lines)
    if not given.large:
        return corpus, None
    hypothesis, reference = (path.resolve(strict=True) for path in given.large)
    return corpus, Corpus(reference, hypothesis)


def main() -> None:
    given = arguments()
    binary = given.binary.resolve(strict=True)
    with tempfile.TemporaryDirectory() as name:
        # Children run in this folder: in that of this script, `import sacrebleu` would find the script.
        folder = Path(name).resolve()
        versions = versions_of_packages(folder)
        if versions.get("sacrebleu") != SACREBLEU:
            sys.exit(f"{sys.executable} has no sacreBLEU {SACREBLEU}: pip install sacrebleu=={SACREBLEU}")
        corpus, large = corpora(given, folder)
        programs = Programs(binary, given.timeout)
        print_circumstances(binary, versions)
        tasks = sacrebleu_tasks(programs, corpus, given.repeat, given.ter_timeout)
        print_comparison(f"sacreBLEU: {corpus.title()}", tasks, given.only, folder)
        tasks = other_tasks(programs, corpus, given.repeat, versions)
        print_comparison("Other programs, same files", tasks, given.only, folder)
        print_threads(programs, corpus, max(5, given.repeat), given.only, folder)
        if large:
            tasks = large_tasks(programs, large)
            print_comparison(f"Long files: {large.title()}", tasks, given.only, folder)
            print_threads(programs, large, given.repeat, given.only, folder)


if __name__ == "__main__":
    main()
