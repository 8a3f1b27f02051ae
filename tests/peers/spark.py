#!/usr/bin/env python3
"""Holds pipelines/spark/score.py to one process of `pairscore stream`, on a Spark of two workers with a JVM each:

    python3 -m venv target/spark && target/spark/bin/pip install pyspark
    target/spark/bin/python tests/peers/spark.py [target/release/pairscore]

10,000 short pairs in one and two languages, some lines broken: the same answers row by row, as JSON, Parquet and CSV; the
same once more while first a scoring process and then the JVM of an executor are killed during the job. Only processes that this
program has started are killed, by their ids. Needs Java 17 or later. Prints seconds, rows and bytes shuffled."""

import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "target/release/pairscore"))
SCORE = os.path.join(ROOT, "pipelines/spark/score.py")
PAIRS = 10_000

PLACES = ["harbour", "mill", "station", "orchard", "library", "bakery"]
ORTE = ["Hafen", "Mühle", "Bahnhof", "Obstgarten", "Bücherei", "Bäckerei"]


def line(k):
    place, other = PLACES[k % 6], PLACES[(k // 6) % 6]
    original = f"On day {k} the {place} opened at {k % 12 + 1} o'clock. We saw the {other} twice."
    if k % 3 == 0:
        ort, andere = ORTE[k % 6], ORTE[(k // 6) % 6]
        translation = f"Am Tag {k} öffnete {ort} um {k % 12 + 1} Uhr. Wir sahen {andere} zweimal."
    else:
        translation = original.replace("opened", "was open" if k % 5 else "opened opened")
    if k % 1000 == 999:
        return '{"pair": "broken %d", "original": ' % k
    return json.dumps({"pair": f"p{k:05}", "original": original, "translation": translation}, ensure_ascii=False)


def one_process(folder, pairs):
    """The answers of one process, by id."""

    def run(words, **streams):
        return subprocess.run([PROGRAM, *words], check=True, stdout=subprocess.PIPE, **streams).stdout

    part, context = os.path.join(folder, "part"), os.path.join(folder, "context.json")
    with open(pairs, "rb") as lines:
        run(["learn", "--stream", "--output", part, "--quiet"], stdin=lines)
    # Some of the lines are broken, so the exit code is 4.
    subprocess.run([PROGRAM, "learn", "--merge", part, "--output", context, "--quiet"], stderr=subprocess.DEVNULL)
    with open(pairs, "rb") as lines:
        start = time.monotonic()
        answers = run(["stream", "--context", context], stdin=lines).decode().splitlines()
        print(f"one process: {len(answers)} rows, {time.monotonic() - start:.1f} s")
    return sorted(answers)


def start(folder, pairs, output, form):
    events = os.path.join(folder, f"events-{output}")
    os.mkdir(events)
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": f"file://{events}",
    }
    submit = os.path.join(os.path.dirname(sys.executable), "spark-submit")
    command = [submit, "--master", "local-cluster[2,1,1024]", "--files", PROGRAM]
    command += [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    command += [SCORE, "--input", f"file://{pairs}", "--output", f"file://{folder}/{output}"]
    command += ["--format", form, "--partitions", "8", "--program", os.path.basename(PROGRAM)]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    with open(os.path.join(folder, f"{output}.log"), "wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)


def ended(job, folder, output):
    started = time.monotonic()
    code = job.wait()
    if code != 0:
        with open(os.path.join(folder, f"{output}.log"), encoding="utf-8", errors="replace") as log:
            sys.exit(f"{output}: spark-submit ended with {code}\n" + "".join(log.readlines()[-40:]))
    return time.monotonic() - started


def figures(folder, output):
    """Seconds until the first job began, seconds of all jobs, and bytes shuffled, from Spark's log of events."""
    events = []
    for path in glob.glob(os.path.join(folder, f"events-{output}", "*")):
        with open(path, encoding="utf-8") as log:
            events += [json.loads(event) for event in log]
    of = lambda name: [event for event in events if event["Event"] == f"SparkListener{name}"]
    begun, jobs, ends = of("ApplicationStart")[0]["Timestamp"], of("JobStart"), of("JobEnd")
    took = {job["Job ID"]: -job["Submission Time"] for job in jobs}
    for end in ends:
        took[end["Job ID"]] += end["Completion Time"]
    shuffled = sum(
        (task.get("Task Metrics") or {}).get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
        for task in of("TaskEnd")
    )
    failed = sum(task["Task End Reason"]["Reason"] != "Success" for task in of("TaskEnd"))
    lost = len(of("ExecutorRemoved"))
    first = min(job["Submission Time"] for job in jobs)
    return (
        f"from start to first job {(first - begun) / 1000:.1f} s, jobs {sum(took.values()) / 1000:.1f} s, "
        f"{shuffled} bytes shuffled, {failed} tasks failed, {lost} executors lost"
    )


def children(ancestor):
    """Ids and command lines of the processes below one of ours."""
    parents, commands = {}, {}
    for path in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{path}/stat") as stat, open(f"{path}/cmdline") as command:
                parents[int(path[6:])] = int(stat.read().rsplit(")", 1)[1].split()[1])
                commands[int(path[6:])] = command.read().split("\0")
        except OSError:
            continue

    def is_below(process):
        while process in parents:
            process = parents[process]
            if process == ancestor:
                return True
        return False

    return {process: commands[process] for process in parents if is_below(process)}


def kill_one(job, words):
    """Kills a process below the job whose command line has these words."""
    until = time.monotonic() + 120
    while time.monotonic() < until and job.poll() is None:
        for process, command in children(job.pid).items():
            if all(any(word in part for part in command) for word in words):
                os.kill(process, signal.SIGKILL)
                return
        time.sleep(0.05)
    sys.exit(f"no process {words} to kill")


def rows(folder, output):
    paths = sorted(glob.glob(os.path.join(folder, output, "part-*")))
    return sorted(line for path in paths for line in open(path, encoding="utf-8").read().splitlines())


def check(name, is_right):
    print(f"{name}: {'equal' if is_right else 'DIFFERENT'}")
    if not is_right:
        sys.exit(1)


def summaries_are_equal(folder, expected):
    """Whether Parquet and CSV hold the summaries of the answers."""
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    answers = {answer["pair"]: answer for answer in map(json.loads, expected)}
    for form in ("parquet", "csv"):
        reader = spark.read.option("header", True).option("escape", '"')
        table = getattr(reader, form)(f"file://{folder}/{form}").collect()
        is_right = len(table) == len(answers)
        for row in table:
            answer = answers[row["pair"]]
            own = answer.get("summary") or {"status": "failed"}
            said = (row["status"], row["similarity"], row["minor"], row["note"], row["error_reason"])
            similarity, minor = own.get("similarity"), own.get("minor")
            if form == "csv":
                similarity, minor = (None if value is None else str(value) for value in (similarity, minor))
            reason = (answer.get("error") or {}).get("reason")
            is_right &= said == (own["status"], similarity, minor, own.get("note") or None, reason) or (
                form == "parquet" and said == (own["status"], similarity, minor, own.get("note"), reason)
            )
        check(f"{form}, {len(table)} rows", is_right)
    spark.stop()


def main():
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as folder:
        pairs = os.path.join(folder, "pairs.jsonl")
        with open(pairs, "w", encoding="utf-8") as out:
            out.writelines(line(k) + "\n" for k in range(PAIRS))
        expected = one_process(folder, pairs)
        for form in ("jsonl", "parquet", "csv"):
            began = time.monotonic()
            ended(start(folder, pairs, form, form), folder, form)
            print(f"{form}: {time.monotonic() - began:.1f} s in all, {figures(folder, form)}")
        check(f"jsonl, {PAIRS} rows", rows(folder, "jsonl") == expected)
        summaries_are_equal(folder, expected)
        job = start(folder, pairs, "killed", "jsonl")
        kill_one(job, [os.path.basename(PROGRAM), "stream", "--context"])
        time.sleep(1)
        kill_one(job, ["CoarseGrainedExecutorBackend"])
        ended(job, folder, "killed")
        print(f"killed: {figures(folder, 'killed')}")
        check(f"with processes killed, {PAIRS} rows", rows(folder, "killed") == expected)


if __name__ == "__main__":
    main()
