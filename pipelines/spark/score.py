#!/usr/bin/env python3
"""Scores pairs with pairscore on Apache Spark, in two passes: what the batch teaches, then the scores.

    spark-submit --files /path/to/pairscore pipelines/spark/score.py \\
        --input hdfs:///pairs.jsonl --output hdfs:///scored --format parquet

Input: JSON lines as `pairscore stream` takes them, or Parquet with the columns pair, original, translation and, if there,
original_language, translation_language, reference; on any file system that Spark reads. Output: as many answers as there are
rows, in the order of each partition: `jsonl` has the answers of `pairscore stream`, `parquet` and `csv` their summaries. A
pair that cannot be scored is a row of status `failed`; what stops the program fails the job, which names the partition.

Nothing is needed on the machines but Spark, Python and the program, which `--files` brings to them. It must run there: a
static build (RELEASING.md) runs on any Linux of that kind.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from threading import Thread

from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql.types import DoubleType, LongType, StringType, StructField, StructType

# Of a line about half is the original, and 8 MiB of originals teach enough.
SAMPLE = 16 << 20

TEXT, NUMBER, COUNT = StringType(), DoubleType(), LongType()

# The cells of a summary that are no text.
KINDS = {
    **dict.fromkeys(
        "similarity chrf bleu ter length_ratio coverage error_points similarity_low similarity_high semantic "
        "semantic_precision semantic_recall".split(),
        NUMBER,
    ),
    **dict.fromkeys(
        "critical major minor repetitions original_sentences translation_sentences segments omitted added".split(), COUNT
    ),
}

ERROR = ("stage", "reason", "hint")


def program(name, words):
    """The command line, on the machine where this is called: files of --files lie elsewhere on each, and are not brought to a
    driver outside the cluster by all cluster managers."""
    shipped = SparkFiles.get(name)
    return [shipped if os.path.exists(shipped) else shutil.which(name) or name, *words]


def through(name, words, files=(), a_row_each=True):
    """For mapPartitionsWithIndex: a partition's lines through a program that is a filter.

    `RDD.pipe` would do, but that its input may end early unseen: a row that cannot be read kills the thread which writes, and
    the program waits for ever. Here whatever goes wrong on either side fails the task.
    """

    def filtered(index, lines):
        options = [word for option, file in files for word in (option, SparkFiles.get(file))]
        command = program(name, [*words, *options])
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        written, wrong = [0], []

        def write():
            try:
                with process.stdin as out:
                    for line in lines:
                        out.write(line.encode() + b"\n")
                        written[0] += 1
            except BrokenPipeError:
                pass  # The exit code says why.
            except BaseException as error:
                wrong.append(error)
                process.kill()

        writer = Thread(target=write, daemon=True)
        writer.start()
        answers = 0
        try:
            for answer in process.stdout:
                answers += 1
                yield answer.decode().rstrip("\n")
            writer.join()
            code = process.wait()
        finally:
            process.kill()
        where = f"partition {index}: {' '.join(words)}"
        if wrong:
            raise RuntimeError(f"{where}: its rows could not be read") from wrong[0]
        if code != 0:
            raise RuntimeError(f"{where}: ended with code {code} after {answers} answers; its log says why")
        if a_row_each and answers != written[0]:
            raise RuntimeError(f"{where}: {answers} answers to {written[0]} rows")

    return filtered


def read(spark, path, partitions):
    """The rows as lines of JSON."""
    if path.rstrip("/").endswith((".parquet", ".pq")):
        table = spark.read.parquet(path)
        known = ["pair", "original", "translation", "original_language", "translation_language", "reference"]
        lines = table.select([name for name in known if name in table.columns]).toJSON()
    else:
        lines = spark.sparkContext.textFile(path)
    return lines.repartition(partitions) if partitions else lines


def learn(spark, lines, name, options, every):
    """What the batch teaches, as a file for executors: each partition takes its sample, the driver learns from all."""
    if every is None:
        every = max(1, lines.map(lambda line: len(line.encode())).sum() // SAMPLE)
    words = ["learn", *options, "--stream", "--every", str(every), "--output", "-", "--quiet"]
    parts = lines.mapPartitionsWithIndex(through(name, words, a_row_each=False)).collect()
    folder = tempfile.mkdtemp()
    sample, context = os.path.join(folder, "sample.jsonl"), os.path.join(folder, "context.json")
    with open(sample, "w", encoding="utf-8") as out:
        out.writelines(part + "\n" for part in parts)
    command = program(name, ["learn", *options, "--merge", sample, "--output", context, "--quiet"])
    code = subprocess.run(command).returncode
    # 4: some of the sample could not be read; such rows become failed answers.
    if code not in (0, 4):
        sys.exit(f"{' '.join(command)} ended with code {code}")
    os.remove(sample)
    return context


# What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(columns, is_guarded):
    """For map: an answer as a row of a table; text that would be a formula with a quotation mark before it, as in the program's
    own CSV."""

    def cells(line):
        answer = json.loads(line)
        summary, error = answer.get("summary") or {}, answer.get("error") or {}
        values = {**summary, **{f"error_{key}": error.get(key) for key in ERROR}}
        pair = answer.get("pair")
        values["pair"] = pair if isinstance(pair, str) or pair is None else json.dumps(pair, ensure_ascii=False)
        values["status"] = answer["status"]
        return tuple(value(values.get(column), KINDS.get(column, TEXT)) for column in columns)

    def value(cell, kind):
        if is_guarded and kind is TEXT and isinstance(cell, str) and cell.startswith(FORMULA):
            return "'" + cell
        return float(cell) if cell is not None and kind is NUMBER else cell

    return cells


def write(spark, answers, path, form, columns):
    """Writes the answers, a file a partition."""
    if form == "jsonl":
        answers.saveAsTextFile(path)
        return
    schema = StructType([StructField(column, KINDS.get(column, TEXT)) for column in columns])
    table = spark.createDataFrame(answers.map(row(columns, form == "csv")), schema)
    if form == "parquet":
        table.write.parquet(path)
    else:
        # Quotes are doubled, as everywhere but in Spark.
        table.write.option("header", True).option("escape", '"').csv(path)


def columns_of(name, options):
    """The columns of a summary, as this version of the program has them."""
    line = b'{"pair":"","original":"Yes.","translation":"Yes."}\n'
    answer = subprocess.run(program(name, ["stream", *options]), input=line, stdout=subprocess.PIPE, check=True)
    return [*json.loads(answer.stdout)["summary"], *(f"error_{key}" for key in ERROR)]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True, help="JSON lines (a file, a folder, a pattern), or PATH.parquet")
    parser.add_argument("--output", required=True, help="folder that does not exist yet")
    parser.add_argument("--format", choices=["jsonl", "parquet", "csv"], default="jsonl")
    parser.add_argument("--program", default="pairscore", help="its name in --files [pairscore]")
    parser.add_argument("--pipeline", default="default", help="a built-in one, or the path of a file on all machines")
    parser.add_argument("--context", help="what `pairscore learn` has learned, in place of the first pass")
    parser.add_argument("--every", type=int, help="learn from one in N pairs [as many as make 16 MiB]")
    parser.add_argument("--partitions", type=int, help="deal the rows out anew, where there are too few files")
    return parser.parse_args()


def main():
    given = arguments()
    spark = SparkSession.builder.appName("pairscore").getOrCreate()
    lines = read(spark, given.input, given.partitions)
    context = given.context or learn(spark, lines, given.program, [given.pipeline], given.every)
    spark.sparkContext.addFile(context)
    options = ["--pipeline", given.pipeline]
    words = ["stream", *options, "--jobs", "1"]
    files = [("--context", os.path.basename(context))]
    answers = lines.mapPartitionsWithIndex(through(given.program, words, files))
    write(spark, answers, given.output, given.format, columns_of(given.program, options))
    spark.stop()


if __name__ == "__main__":
    main()
