#!/bin/sh
# Scores a batch in shards on a Slurm cluster whose machines share a disk, in three steps that wait for each other:
#
#   what='16 reports/all --original texts/de --translation texts/en'
#   learn=$(sbatch --parsable pipelines/jobs/slurm.sh learn $what)
#   score=$(sbatch --parsable --array=1-16 --dependency=afterok:$learn pipelines/jobs/slurm.sh score $what)
#   sbatch --dependency=afterok:$score pipelines/jobs/slurm.sh merge $what
#
# After the step come the number of shards, the output folder, and the options that `pairscore learn` and `pairscore run` share:
# what to score. How to write it belongs into the pipeline's [report]. A task that was stopped goes on where it was when it is
# submitted again: sbatch --array=7 pipelines/jobs/slurm.sh score $what
#
#   PAIRSCORE  the program  [pairscore]
#
#SBATCH --job-name=pairscore
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --output=pairscore-%j.log
set -eu
if [ $# -lt 4 ]; then
    sed -n '2,/^#SBATCH/{/^#SBATCH/d; s/^# \{0,1\}//; p;}' "$0" >&2
    exit 2
fi
step=$1 shards=$2 output=$3
shift 3
program=${PAIRSCORE:-pairscore}
threads=${SLURM_CPUS_PER_TASK:-1}
parts=$output.shards
mkdir -p "$parts"

case $step in
learn)
    # Exit code 4: some pairs could not be read, and will be in quarantine.csv.
    "$program" learn "$@" --output "$parts/context.json" --jobs "$threads" || [ $? -eq 4 ]
    ;;
score)
    shard=$SLURM_ARRAY_TASK_ID
    exec "$program" run "$@" --context "$parts/context.json" --shard "$shard/$shards" --output "$parts/$shard" \
        --resume --allow-partial --quiet --jobs "$threads"
    ;;
merge)
    set --
    for shard in $(seq "$shards"); do
        set -- "$@" "$parts/$shard"
    done
    exec "$program" merge "$@" --output "$output" --allow-partial
    ;;
*)
    echo "$0: no step \"$step\": learn, score or merge" >&2
    exit 2
    ;;
esac
