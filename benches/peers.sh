#!/usr/bin/env bash
# Whole commands against what people use today: the same documents, the same run, one thread; CPU seconds, peak memory, and how many
# times as much CPU the other program takes. Prints a Markdown table.
#
#     benches/peers.sh CORPORA CHAIN PYTHON HUNALIGN [BINARY]
#
# CORPORA: made by benches/corpora.py. CHAIN: a script that runs sentencex, hunalign, sacreBLEU, translate-toolkit and
# bicleaner-hardrules over two folders (chain.py ORIGINAL TRANSLATION OUT --languages A:B [--document] [--no-metrics]) and prints a line of JSON.
# PYTHON: an interpreter that has these packages. HUNALIGN: the program. Every command runs three times, in turns; the median counts.
set -euo pipefail
absolute() { realpath -s "$1"; } # a virtual environment's interpreter is a link, and has to stay one
corpora=$(absolute "$1") chain=$(absolute "$2") python=$(absolute "$3") hunalign=$(absolute "$4")
binary=$(absolute "${5:-target/release/pairscore}")
export HUNALIGN=$hunalign OPENBLAS_NUM_THREADS=1 LC_ALL=C.UTF-8
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$out" # the chain leaves a file where it stands

printf '# without metrics: what the chain does with --no-metrics\n[metrics]\nchrf = false\nbleu = false\nter = false\n' >"$out/plain.toml"

# measure NAME COMMAND…: appends CPU seconds and peak memory in MB of the command and its children to $out/NAME.
measure() {
    local name=$1
    shift
    "$python" - "$out/$name" "$@" <<'PY'
import os, resource, subprocess, sys
log, command = sys.argv[1], sys.argv[2:]
with open(log + ".out", "wb") as to:
    subprocess.run(command, stdout=to, stderr=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(log, "a") as file:
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=file)
PY
}

reports=0
ours() { # NAME CORPUS LANGUAGES [PIPELINE]: each run into a new folder, for files are made slowly where some were just deleted
    reports=$((reports + 1))
    measure "$1" "$binary" run ${4:+"$4"} --original "$corpora/$2/original" --translation "$corpora/$2/translation" \
        --languages "$3" --output "$out/report-$reports" --format csv -q -j 1
}

theirs() { # NAME CORPUS LANGUAGES OPTION…
    local name=$1 corpus=$2 languages=$3
    shift 3
    measure "$name" "$python" "$chain" "$corpora/$corpus/original" "$corpora/$corpus/translation" "$out/chain" \
        --languages "$languages" "$@"
}

lines() { # one segment a line: what sacreBLEU wants
    "$binary" run --original "$corpora/documents-mono/original" --translation "$corpora/documents-mono/translation" \
        --languages es:es --output "$out/lines" --format csv --raw -q
    "$python" - "$out" <<'PY'
import csv, glob, sys
out = sys.argv[1]
tables = [open(path, encoding="utf-8-sig", newline="") for path in sorted(glob.glob(out + "/lines/pairs/*.csv"))]
rows = [row for table in tables for row in csv.DictReader(table)]
rows = [row for row in rows if row["original"] and row["translation"]]
for side in ("original", "translation"):
    with open(f"{out}/{side}.txt", "w", encoding="utf-8") as file:
        file.write("".join(row[side].replace("\n", " ") + "\n" for row in rows))
PY
}

aligned() { # NAME COMMAND…: a process a document
    local name=$1
    shift
    measure "$name" bash -c 'cd "$1"; shift; for f in *.txt; do "$@" "$f" "../translation/$f" >/dev/null; done' \
        - "$corpora/documents-mono/original" "$@"
}

lines
for _ in 1 2 3; do
    theirs chain-document documents-mono es:es --document
    theirs chain-mono documents-mono es:es
    ours ours-mono documents-mono es:es
    theirs chain-plain documents-de en:de --no-metrics
    ours ours-plain documents-de en:de "$out/plain.toml"
    ours ours-de documents-de en:de
    measure wc bash -c 'wc -w "$1"/original/*.txt "$1"/translation/*.txt' - "$corpora/documents-mono"
    measure sacrebleu "$python" -m sacrebleu "$out/original.txt" -i "$out/translation.txt" -m bleu chrf ter
    measure ours-metrics "$binary" metrics "$out/original.txt" -i "$out/translation.txt" -m bleu chrf ter -j 1
    printf '' >"$out/null"
    aligned hunalign "$HUNALIGN" -utf "$out/null"
    aligned ours-align "$binary" align --languages es:es
done

"$python" - "$out" "$corpora" "$binary" <<'PY'
import datetime, json, os, platform, statistics, subprocess, sys
out, corpora, binary = sys.argv[1:]
def read(name):
    rows = [tuple(map(float, line.split())) for line in open(f"{out}/{name}")]
    return statistics.median(r[0] for r in rows), statistics.median(r[1] for r in rows)
def size(corpus):
    folders = [f"{corpora}/{corpus}/{side}" for side in ("original", "translation")]
    return sum(os.path.getsize(f"{f}/{n}") for f in folders for n in os.listdir(f)) / 1e6
def row(what, theirs, ours, megabytes):
    (a, memory), (b, own) = read(theirs), read(ours)
    print(f"| {what} | {a:.2f} s, {memory:.0f} MB | {b:.3f} s, {own:.0f} MB | {a / b:.1f} × | {megabytes / b:.2f} |")
mono, german = size("documents-mono"), size("documents-de")
stages = json.loads(open(f"{out}/chain-plain.out").read().splitlines()[-1])["stages"]
print("| task, one thread | today: CPU, peak memory | pairscore | CPU today / ours | MB of text a CPU second |\n|---|---|---|---|---|")
row("es:es-MX, chain with document scores", "chain-document", "ours-mono", mono)
row("es:es-MX, chain with segment scores", "chain-mono", "ours-mono", mono)
row("en:de, chain without metrics, ours with all", "chain-plain", "ours-de", german)
row("en:de, without metrics", "chain-plain", "ours-plain", german)
row("es:es-MX, BLEU, chrF and TER of the lines: sacreBLEU", "sacrebleu", "ours-metrics", mono)
row("es:es-MX, alignment, a process a document: hunalign (given words; ours splits too)", "hunalign", "ours-align", mono)
wc, own = read("wc")[0], read("ours-mono")[0]
print(f"\n`wc -w` over the same files: {wc * 1000:.1f} ms, {mono / wc:.0f} MB a CPU second; `run` takes {own / wc:.0f} times that.")
print("Of the chain without metrics: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in stages.items() if seconds > 0.01) + ".")
cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
versions = subprocess.run([sys.executable, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"], capture_output=True, text=True).stdout
wanted = [v.replace("==", " ") for v in versions.splitlines() if v.split("==")[0] in ("sentencex", "sacrebleu", "translate-toolkit", "bicleaner-hardrules")]
print(f"{datetime.date.today()}, {cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, {', '.join(wanted)}, hunalign; "
      f"{subprocess.run([binary, '--version'], capture_output=True, text=True).stdout.strip()}. Medians of three.")
PY
