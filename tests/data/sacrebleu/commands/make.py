"""Writes cases with sacreBLEU's answers, one JSON object a line.

    python3 make.py SEED COUNT OUT.jsonl

Each object holds the keys of generator.py's cases and "stdout", the bytes that
sacreBLEU printed, as text. The JSON is plain ASCII. The same seed gives the same
file (with the same versions of Python, numpy and sacreBLEU). A table of what the
cases cover goes to standard output. Cases that sacreBLEU cannot answer are left
out and counted by reason.
"""

import collections
import json
import sys
import time

import generator
import oracle


def mode_of(options):
    for name, mode in (
        ("--paired-bs", "paired-bs"),
        ("--paired-ar", "paired-ar"),
        ("--sentence-level", "sentence"),
        ("--confidence", "confidence"),
    ):
        if name in options:
            return mode
    return None


class Coverage:
    def __init__(self):
        self.values = collections.defaultdict(collections.Counter)
        self.forms = collections.Counter()

    def add(self, case):
        options = generator.parse_options(case["options"])
        mode = mode_of(options) or ("several" if len(case["systems"]) > 1 else "single")
        form = options.get("--format", "json")
        metrics = options.get("--metrics", ("bleu",))
        for metric in metrics:
            self.forms[metric, mode, form] += 1
        for name, value in options.items():
            if name == "--metrics":
                value = " ".join(value)
            elif name.endswith("-n"):
                value = "given"
            self.values[name][value] += 1
        self.values["systems"][str(len(case["systems"]))] += 1
        self.values["references"][str(len(case["references"]))] += 1
        self.values["seed"][case["environment"].get("SACREBLEU_SEED", "default")] += 1

    def print(self):
        print("Cases by metric and mode, with output as json/text/latex")
        modes = ["single", "sentence", "confidence", "several", "paired-bs", "paired-ar"]
        forms = ["json", "text", "latex"]
        print(f"{'':6}" + "".join(f"{mode:>14}" for mode in modes))
        for metric in generator.METRICS:
            cells = ["/".join(str(self.forms[metric, mode, form]) for form in forms) for mode in modes]
            print(f"{metric:6}" + "".join(f"{cell:>14}" for cell in cells))
        print("Options")
        for name in sorted(self.values):
            row = sorted(self.values[name].items(), key=lambda item: (len(item[0]), item[0]))
            print(f"  {name:22}" + "  ".join(f"{value}:{count}" for value, count in row))


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    seed, count, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    start = time.monotonic()
    coverage = Coverage()
    dropped = collections.Counter()
    written = size = 0
    with open(path, "w", encoding="ascii", newline="\n") as out:
        for case in generator.cases(seed):
            if written == count:
                break
            try:
                stdout = oracle.answer(case)
            except oracle.Failure as failure:
                dropped[str(failure)] += 1
                continue
            line = json.dumps({**case, "stdout": stdout.decode("utf-8")}, separators=(",", ":"))
            out.write(line + "\n")
            coverage.add(case)
            written += 1
            size += len(line) + 1
    coverage.print()
    print(f"{written} cases, {size} bytes, {time.monotonic() - start:.0f} s")
    for reason, times in dropped.most_common():
        print(f"left out, {times}: {reason}")


if __name__ == "__main__":
    main()
