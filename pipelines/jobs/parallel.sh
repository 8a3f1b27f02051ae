#!/bin/sh
# Scores a batch in shards, several at a time, with GNU parallel or, where that is not installed, xargs:
#
#   pipelines/jobs/parallel.sh SHARDS OUTPUT [PIPELINE] INPUT-OPTIONS…
#   pipelines/jobs/parallel.sh 16 reports/all --original texts/de --translation texts/en
#
# The options are those that `pairscore learn` and `pairscore run` share: what to score. How to write it (formats, CSV) belongs
# into the pipeline's [report]. Started again after a stop, it goes on where it was: what stands in OUTPUT.shards is not
# done again, so remove that folder when texts have changed. Pairs that cannot be scored are in quarantine.csv and no failure.
#
#   PAIRSCORE  the program       [pairscore]
#   JOBS       shards at a time  [one a core]
#
# On several machines that share a disk: add --sshloginfile and --wd . to the line with `parallel`. (One machine needs no
# shards: `pairscore run` uses all its cores.)
set -eu
if [ $# -lt 3 ]; then
    sed -n '2,/^set/{/^set/d; s/^# \{0,1\}//; p;}' "$0" >&2
    exit 2
fi
shards=$1 output=$2
shift 2
program=${PAIRSCORE:-pairscore}
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
parts=$output.shards
mkdir -p "$parts"

# What the batch teaches is learned once. Exit code 4: some pairs could not be read, and will be in quarantine.csv.
if [ ! -e "$parts/context.json" ]; then
    "$program" learn "$@" --output "$parts/context.json" || [ $? -eq 4 ]
fi

if command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
    set -- parallel --quote --jobs "$jobs" --halt soon,fail=1 "$program" run "$@"
else
    set -- xargs -P "$jobs" -I '{}' "$program" run "$@"
fi
# A shard is complete when its run.json stands there.
for shard in $(seq "$shards"); do
    [ -e "$parts/$shard/run.json" ] || echo "$shard"
done | "$@" --context "$parts/context.json" --shard "{}/$shards" --output "$parts/{}" \
    --resume --allow-partial --quiet --jobs 1

set --
for shard in $(seq "$shards"); do
    set -- "$@" "$parts/$shard"
done
exec "$program" merge "$@" --output "$output" --allow-partial
