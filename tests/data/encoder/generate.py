#!/usr/bin/env python3
"""Tiny random models of both families, and what transformers makes of them.

    python tests/data/encoder/generate.py

Versions: transformers 5.23.0, tokenizers 0.23.3, torch 2.15.0; Python 3.11. Trained vocabularies differ a little from run to
run, and another version of torch draws other random numbers: models and golden.json change together.
"""
import json
import math
import pathlib

import tokenizers
import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
SENTENCES = [
    "The ferry leaves the old harbour at seven.",
    "At seven the old ferry sails from the port.",
    "Nobody had told the baker about the bridge.",
    "The bridge was closed, and nobody told the baker!",
    "Grey geese rest on the island in October.",
    "Die Fähre verlässt den alten Hafen um sieben Uhr.",
    "Im Oktober rasten graue Gänse auf der Insel.",
    "Le pont était fermé depuis lundi.",
]
PAIRS = [(0, 1), (2, 3), (4, 0), (5, 0), (2, 2)]


def bert():
    torch.manual_seed(1)
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=140, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
        intermediate_size=40, max_position_embeddings=48, initializer_range=0.4)
    model = transformers.BertModel(config, add_pooling_layer=False)
    return "bert", tokenizer, model, "mean"


def xlm_roberta():
    torch.manual_seed(2)
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=150, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), False, False)
    config = transformers.XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64, type_vocab_size=1, pad_token_id=1,
        initializer_range=0.4)
    model = transformers.XLMRobertaForMaskedLM(config)
    return "xlm-roberta", tokenizer, model, "cls"


def jitter(model):
    """Biases and norms are 0 and 1 in a new model: anything could be left out of them unseen."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("bias") or "LayerNorm" in name:
                weight.add_(torch.randn_like(weight) * 0.3)


def save(name, tokenizer, model, pooling):
    folder = HERE / name
    jitter(model)
    if name == "xlm-roberta":
        model = model.to(torch.bfloat16)  # as stored; computed in single precision below
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    modes = {"pooling_mode_cls_token": pooling == "cls", "pooling_mode_mean_tokens": pooling == "mean"}
    (folder / "1_Pooling/config.json").write_text(json.dumps(modes) + "\n")
    return model.float().eval()


def golden(tokenizer, model, pooling):
    """Of each sentence: ids, vectors of the last and the first layer, the sentence's vector."""
    base = getattr(model, "roberta", model)
    out = []
    for sentence in SENTENCES:
        ids = tokenizer.encode(sentence).ids
        with torch.no_grad():
            states = base(torch.tensor([ids]), output_hidden_states=True).hidden_states
        last, first = (torch.nn.functional.normalize(states[k][0, 1:-1], dim=1) for k in (-1, 1))
        whole = states[-1][0]
        vector = torch.nn.functional.normalize(whole.mean(0) if pooling == "mean" else whole[0], dim=0)
        rows = lambda t: [[round(v, 6) for v in row] for row in t.tolist()]
        out.append({"text": sentence, "ids": ids[1:-1], "last": rows(last), "first": rows(first[:1]),
                    "vector": [round(v, 6) for v in vector.tolist()], "tensor": last})
    return out


def bert_scores(sentences):
    """BERTScore (Zhang et al. 2020) as bert-score computes it: special tokens left out, IDF from all sentences, each
    seven times, since pairscore weighs nothing by fewer than fifty."""
    frequency = {}
    for sentence in sentences:
        for token in set(sentence["ids"]):
            frequency[token] = frequency.get(token, 0) + 7
    idf = lambda token: math.log((7 * len(sentences) + 1) / (frequency.get(token, 0) + 1))
    out = []
    for original, translation in PAIRS:
        o, t = sentences[original], sentences[translation]
        cosines = t["tensor"] @ o["tensor"].T
        def mean(best, ids, weight):
            weights = [weight(i) for i in ids]
            return float(sum(b * w for b, w in zip(best.tolist(), weights)) / sum(weights))
        for name, weight in (("idf", idf), ("plain", lambda _: 1.0)):
            p = mean(cosines.max(1).values, t["ids"], weight)
            r = mean(cosines.max(0).values, o["ids"], weight)
            scores = [round(100 * s, 5) for s in (p, r, 2 * p * r / (p + r))]
            out.append({"original": original, "translation": translation, "weights": name, "scores": scores})
    return out


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    result = {}
    for make in (bert, xlm_roberta):
        name, tokenizer, model, pooling = make()
        model = save(name, tokenizer, model, pooling)
        sentences = golden(tokenizer, model, pooling)
        scores = bert_scores(sentences)
        for sentence in sentences:
            del sentence["tensor"]
        result[name] = {"sentences": sentences, "scores": scores}
    (HERE / "golden.json").write_text(json.dumps(result, ensure_ascii=False) + "\n")
    print(transformers.__version__, tokenizers.__version__, torch.__version__)
