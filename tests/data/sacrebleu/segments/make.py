"""Writes expected.json: sacreBLEU 2.6.0's scores of hypothesis.txt against reference.txt.

    python3 -m venv venv && venv/bin/pip install sacrebleu==2.6.0
    venv/bin/python tests/data/sacrebleu/segments/make.py

Both texts have one segment a line; the two characters \\n in a line stand for a newline within the
segment. They were written for this project. Segment scores have effective order on for BLEU, as
`sacrebleu -sl` does.
"""

import json
import math
from pathlib import Path

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER

HERE = Path(__file__).parent

# The names are those of tests/sacrebleu.rs.
SETTINGS = {
    "bleu": (BLEU, {}),
    "bleu-lowercase": (BLEU, {"lowercase": True}),
    "bleu-none": (BLEU, {"tokenize": "none"}),
    "bleu-char": (BLEU, {"tokenize": "char"}),
    "bleu-2": (BLEU, {"max_ngram_order": 2}),
    "chrf": (CHRF, {}),
    "chrf++": (CHRF, {"word_order": 2}),
    "chrf-lowercase": (CHRF, {"lowercase": True, "word_order": 1}),
    "chrf-whitespace": (CHRF, {"whitespace": True}),
    "chrf-beta-3": (CHRF, {"char_order": 4, "beta": 3}),
    "ter": (TER, {}),
    "ter-case-sensitive": (TER, {"case_sensitive": True}),
}


def segments(name):
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.replace("\\n", "\n") for line in text.removesuffix("\n").split("\n")]


def expected(kind, options, hypotheses, references):
    segment_options = options | ({"effective_order": True} if kind is BLEU else {})
    by_segment = kind(**segment_options)
    corpus = kind(**options)
    score = corpus.corpus_score(hypotheses, [references]).score
    signature = str(corpus.get_signature()).removesuffix(f"|version:{sacrebleu.__version__}")
    scores = [by_segment.sentence_score(h, [r]).score for h, r in zip(hypotheses, references)]
    assert all(map(math.isfinite, scores))
    return {"signature": signature, "corpus": score, "segments": scores}


def main():
    assert sacrebleu.__version__ == "2.6.0", sacrebleu.__version__
    hypotheses, references = segments("hypothesis.txt"), segments("reference.txt")
    assert len(hypotheses) == len(references)
    scores = {
        name: expected(kind, options, hypotheses, references)
        for name, (kind, options) in SETTINGS.items()
    }
    (HERE / "expected.json").write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
