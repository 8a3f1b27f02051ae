"""Compares a build of pairscore with sacreBLEU on fresh random cases.

    python3 fuzz.py --binary PATH [--seed N] [--cases N] [--show N] [--save OUT.jsonl]
    python3 fuzz.py --binary PATH --data FILE.jsonl

Runs `PATH metrics -r REFERENCE... OPTIONS -- SYSTEM...` in a directory with the
case's files and compares standard output byte for byte with sacreBLEU's, and the
exit code with 0. Without --seed the clock gives one; it is printed, and the same
seed gives the same cases. --save keeps the cases that differ, in the format of
make.py. --data takes cases with their answers from a file of make.py instead of
asking sacreBLEU.

Exits with 1 if any case differs. Needs the standard library and, without --data,
an installed sacrebleu 2.6.0 (with numpy 2).
"""

import argparse
import collections
import difflib
import json
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import time

import generator


def command(case):
    references = [argument for name in case["references"] for argument in ("-r", name)]
    return ["metrics", *references, *case["options"], "--", *generator.system_order(case)]


def run(binary, case, timeout):
    """What the binary does with the case: (exit code or None, stdout, stderr)."""
    with tempfile.TemporaryDirectory() as directory:
        generator.write_files(case, directory)
        try:
            done = subprocess.run(
                [binary, *command(case)],
                cwd=directory,
                env=generator.environment(case),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            return None, b"", b"no answer in time"
        return done.returncode, done.stdout, done.stderr


def fresh_cases(seed, count, dropped):
    """Random cases with sacreBLEU's answers; some large, now and then a giant one."""
    import oracle

    for number in range(count):
        rng = random.Random(f"{seed} fuzz {number}")
        if rng.random() < 0.004:
            case = generator.giant_case(rng, rng.randrange(4))
        else:
            case = generator.random_case(rng, large=rng.random() < 0.1)
        try:
            case["stdout"] = oracle.answer(case).decode("utf-8")
        except oracle.Failure as failure:
            dropped[str(failure)] += 1
            continue
        yield number, case


def recorded_cases(path):
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines):
            yield number, json.loads(line)


def shown(text, width=300):
    """A line for the terminal: odd characters escaped, cut when very long."""
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return text if len(text) <= width else text[:width] + f"... ({len(text)} characters)"


def report(number, case, code, stdout, stderr):
    variables = "".join(f"{key}={value} " for key, value in case["environment"].items())
    print(f"=== case {number}: {variables}{shlex.join(command(case))}")
    for name, content in [*case["systems"].items(), *case["references"].items()]:
        print(f"    {name}: {shown(ascii(content), 200)}")
    if code != 0:
        print(f"    exit code {code}: {shown(stderr.decode('utf-8', 'replace').strip())}")
    expected = case["stdout"].split("\n")
    got = stdout.decode("utf-8", "backslashreplace").split("\n")
    difference = list(difflib.unified_diff(expected, got, "sacrebleu", "pairscore", n=1, lineterm=""))
    for line in difference[:24]:
        print("    " + shown(line))
    if len(difference) > 24:
        print(f"    ... {len(difference) - 24} more lines")
    print()


def labels(case):
    """What a case is counted under."""
    options = generator.parse_options(case["options"])
    for name, value in options.items():
        if name == "--metrics":
            yield from (f"--metrics {metric}" for metric in value)
        elif name.endswith("-n") or value == "yes":
            yield name
        else:
            yield f"{name} {value}"
    if "--metrics" not in options:
        yield "--metrics bleu"
    yield f"systems: {len(case['systems'])}"
    yield f"references: {len(case['references'])}"


def main():
    parser = argparse.ArgumentParser(description="Compare pairscore with sacreBLEU on random cases.")
    parser.add_argument("--binary", required=True, help="the pairscore program")
    parser.add_argument("--seed", help="seed of the cases (default: from the clock)")
    parser.add_argument("--cases", type=int, default=500, help="number of cases (default: 500)")
    parser.add_argument("--show", type=int, default=5, help="differences to print (default: 5)")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one run of the program")
    parser.add_argument("--save", help="write the cases that differ to this file")
    parser.add_argument("--data", help="take cases from this file of make.py")
    args = parser.parse_args()

    binary = str(pathlib.Path(args.binary).resolve())
    dropped = collections.Counter()
    if args.data:
        cases = recorded_cases(args.data)
    else:
        seed = args.seed or str(int(time.time()))
        print(f"seed {seed}")
        cases = fresh_cases(seed, args.cases, dropped)

    compared = 0
    totals, differing = collections.Counter(), collections.Counter()
    different = []
    for number, case in cases:
        code, stdout, stderr = run(binary, case, args.timeout)
        compared += 1
        totals.update(labels(case))
        if code != 0 or stdout != case["stdout"].encode("utf-8"):
            different.append(case)
            differing.update(labels(case))
            if len(different) <= args.show:
                report(number, case, code, stdout, stderr)

    if args.save and different:
        with open(args.save, "w", encoding="ascii", newline="\n") as out:
            out.writelines(json.dumps(case, separators=(",", ":")) + "\n" for case in different)
    if different:
        print("Different, of all with that option, the most telling first:")
        for label in sorted(differing, key=lambda name: (-differing[name] / totals[name], name)):
            print(f"  {differing[label]:5} of {totals[label]:5}  {label}")
    for reason, times in dropped.most_common():
        print(f"left out, {times}: {reason}")
    print(f"{compared} cases compared, {len(different)} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
