"""Random cases for comparing `pairscore metrics` with sacreBLEU's command line.

A case is a dictionary that can be written as JSON:

    options        the command's options, in sacreBLEU's spelling
    environment    environment variables to set (SACREBLEU_SEED or nothing)
    systems        file name -> file content; the order of the keys is the order
                   on the command line
    system_order   the same names as a list, for readers that sort keys; only
                   present when there are several systems
    references     file name -> content, in order; the names sort in that order

`cases(seed)` yields cases without end: first the systematic ones (each option
alone on a small fixed text), then a few very large ones, then random ones.
The same seed always gives the same cases. All text is made up here: words are
random letters of many scripts, mixed with characters that tokenizers and
readers are known to treat specially.

This file is a library for make.py and fuzz.py; run directly, it prints a few
cases of a seed:

    python3 generator.py [SEED]
"""

import functools
import itertools
import json
import os
import pathlib
import random
import sys
import unicodedata

# Every spelling of every option used here; the first one is the name under
# which the coverage table and fuzz.py count it.
SPELLINGS = [
    ["--metrics", "-m"],
    ["--sentence-level", "-sl"],
    ["--smooth-method", "-s"],
    ["--smooth-value", "-sv"],
    ["--tokenize", "-tok"],
    ["--lowercase", "-lc"],
    ["--force"],
    ["--chrf-char-order", "-cc"],
    ["--chrf-word-order", "-cw"],
    ["--chrf-beta"],
    ["--chrf-whitespace"],
    ["--chrf-lowercase"],
    ["--chrf-eps-smoothing"],
    ["--ter-case-sensitive"],
    ["--ter-asian-support"],
    ["--ter-no-punct"],
    ["--ter-normalized"],
    ["--confidence", "-ci"],
    ["--confidence-n", "-cin"],
    ["--paired-bs", "-pbs"],
    ["--paired-bs-n", "-pbsn"],
    ["--paired-ar", "-par"],
    ["--paired-ar-n", "-parn"],
    ["--short", "-sh"],
    ["--score-only", "-b"],
    ["--width", "-w"],
    ["--format", "-f"],
]
CANONICAL = {form: forms[0] for forms in SPELLINGS for form in forms}
FORMS = {forms[0]: forms for forms in SPELLINGS}

METRICS = ["bleu", "chrf", "ter"]
TOKENIZERS = ["none", "13a", "intl", "zh", "char"]
SMOOTHING = ["exp", "floor", "add-k", "none"]
SMOOTH_VALUES = ["0", "0.001", "0.01", "0.1", "0.25", "0.5", "0.7", "1", "1.0", "2", "3.5", "1e-3"]
SEEDS = ["1", "12345", str(2**40 + 7), "99", str(2**32 - 1), str(2**64 - 1)]

# Giant cases in the run of cases that starts with the systematic ones.
GIANT_CASES = 12


def parse_options(options):
    """The options as a dictionary from canonical name to value.

    Flags have the value "yes"; --metrics has a tuple.
    """
    found = {}
    name = None
    for item in options:
        item, equals, value = item.partition("=")
        if item in CANONICAL:
            name = CANONICAL[item]
            found[name] = value if equals else "yes"
        elif name == "--metrics":
            found[name] = (found[name] if found[name] != "yes" else ()) + (item,)
        else:
            found[name] = item
    return found


def system_order(case):
    return case.get("system_order") or list(case["systems"])


def write_files(case, directory):
    for files in (case["systems"], case["references"]):
        for name, content in files.items():
            (pathlib.Path(directory) / name).write_bytes(content.encode("utf-8"))


def environment(case):
    """This process's environment with the case's variables and without colours."""
    dropped = ("SACREBLEU_SEED", "SACREBLEU_FORMAT")
    variables = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**variables, "NO_COLOR": "1", **case["environment"]}


# ---------------------------------------------------------------------------
# Characters


# Python (lower-casing), sacreBLEU's `regex` module (tokenizer intl) and the
# program under test each carry their own version of Unicode. New versions add
# letters with case, punctuation and symbols, so characters that this Python does
# not know are left out: a difference between two versions of Unicode would look
# like a difference between two programs. Python 3.11 knows Unicode 14; a newer
# Python draws from more characters, so the same seed gives other cases there.
# Two older characters changed after Unicode 14, in a way that decides whether a
# capital sigma next to them is lower-cased as a final one.
CHANGED_SINCE_UNICODE_14 = {0x0295, 0x1171E}


def usable(code_point):
    return (
        unicodedata.category(chr(code_point)) not in ("Cn", "Cs")
        and code_point not in CHANGED_SINCE_UNICODE_14
        and code_point not in (0x0A, 0x0D)
    )


@functools.lru_cache(maxsize=None)
def characters_by_category():
    """General category -> all usable characters of that category."""
    table = {}
    for code_point in range(sys.maxunicode + 1):
        if usable(code_point):
            character = chr(code_point)
            table.setdefault(unicodedata.category(character), []).append(character)
    return table


def any_character(rng):
    """A character of a random category, so that rare categories are as frequent as letters."""
    table = characters_by_category()
    return rng.choice(table[rng.choice(sorted(table))])


SCRIPTS = {
    "latin": [(0x61, 0x7A)],
    "latin-1": [(0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0xFF)],
    "latin-extended": [(0x100, 0x17F), (0x180, 0x24F), (0x1E00, 0x1EFF)],
    "ipa": [(0x250, 0x2AF)],
    "greek": [(0x386, 0x3CE), (0x1F00, 0x1FFC)],
    "cyrillic": [(0x400, 0x45F), (0x460, 0x481), (0x48A, 0x52F)],
    "armenian": [(0x531, 0x556), (0x560, 0x588)],
    "hebrew": [(0x5B0, 0x5BD), (0x5D0, 0x5EA)],
    "arabic": [(0x620, 0x652), (0x660, 0x669), (0x66E, 0x6D3)],
    "syriac": [(0x700, 0x74A)],
    "devanagari": [(0x900, 0x963), (0x966, 0x97F)],
    "bengali": [(0x980, 0x9FE)],
    "tamil": [(0xB82, 0xBFA)],
    "malayalam": [(0xD00, 0xD7F)],
    "thai": [(0xE01, 0xE3A), (0xE3F, 0xE5B)],
    "lao": [(0xE81, 0xEDF)],
    "tibetan": [(0xF00, 0xFDA)],
    "burmese": [(0x1000, 0x109F)],
    "georgian": [(0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2D)],
    "jamo": [(0x1100, 0x11FF)],
    "ethiopic": [(0x1200, 0x137C)],
    "cherokee": [(0x13A0, 0x13FD), (0xAB70, 0xABBF)],
    "canadian": [(0x1400, 0x167F)],
    "khmer": [(0x1780, 0x17F9)],
    "mongolian": [(0x1800, 0x18AA)],
    "hiragana": [(0x3041, 0x309F)],
    "katakana": [(0x30A0, 0x30FF), (0x31F0, 0x31FF)],
    "half-width kana": [(0xFF61, 0xFF9F)],
    "bopomofo": [(0x3105, 0x312F), (0x31A0, 0x31BF)],
    "full-width": [(0xFF01, 0xFF5E)],
    "han": [(0x4E00, 0x9FFC)],
    "han extension a": [(0x3400, 0x4DBF)],
    "han extension b": [(0x20000, 0x2A6DD)],
    "han compatibility": [(0xF900, 0xFAD9), (0x2F800, 0x2FA1D)],
    "radicals and strokes": [(0x2E80, 0x2FD5), (0x31C0, 0x31E3)],
    "enclosed": [(0x3200, 0x33FF), (0x2460, 0x24FF)],
    "cjk punctuation": [(0x3001, 0x303F), (0xFE10, 0xFE19), (0xFE30, 0xFE6B)],
    "ideograph look-alikes": [(0x1FF0, 0x2A80)],
    "hangul": [(0xAC00, 0xD7A3)],
    "yi": [(0xA000, 0xA48C)],
    "gothic": [(0x10330, 0x1034A)],
    "deseret": [(0x10400, 0x1044F)],
    "osage": [(0x104B0, 0x104FB)],
    "vithkuqi": [(0x10570, 0x105BC)],
    "old hungarian": [(0x10C80, 0x10CF2)],
    "adlam": [(0x1E900, 0x1E95F)],
    "cuneiform": [(0x12000, 0x12399)],
    "hieroglyphs": [(0x13000, 0x1342E)],
    "mathematical": [(0x1D400, 0x1D7FF)],
    "emoji": [(0x1F300, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F900, 0x1F9FF)],
    "flags": [(0x1F1E6, 0x1F1FF)],
    "combining": [(0x300, 0x36F), (0x20D0, 0x20F0), (0xFE00, 0xFE0F)],
    "general punctuation": [(0x2010, 0x2027), (0x2030, 0x205E)],
    "arrows and operators": [(0x2190, 0x22FF)],
    "currency and letters": [(0x20A0, 0x20C0), (0x2100, 0x218B)],
    "private": [(0xE000, 0xE0FF), (0xF0000, 0xF00FF), (0x10FFF0, 0x10FFFD)],
    "tags": [(0xE0020, 0xE007F), (0xE0100, 0xE01EF)],
}


@functools.lru_cache(maxsize=None)
def letters(script):
    return [chr(c) for low, high in SCRIPTS[script] for c in range(low, high + 1) if usable(c)]


# White space for Python, and characters that only look like it (U+200B, U+FEFF,
# U+180E). A carriage return inside a line does not end it.
SPACES = (
    "\t \x0b \x0c \r \x1c \x1d \x1e \x1f \x85 \xa0 \u1680 \u2000 \u2003 \u200a \u2028 \u2029 "
    "\u202f \u205f \u3000 \u200b \ufeff \u180e \u2060"
).split(" ")

ENTITIES = [
    "&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&amp;lt;", "&amp;amp;gt;", "&amp;quot;", "&ampamp;",
    "&#39;", "&;", "&", "&lt", "lt;", "&AMP;", "a&amp;b", "&quot;&lt;x&gt;&quot;", "& lt;",
    "<skipped>", "<skip<skipped>ped>", "<SKIPPED>", "x<skipped>y",
]  # fmt: skip

NUMBERS = [
    "5..5", "1,000.5", ".5-", "3-4", "5.", ".5", "5,", ",5", "-5", "5-", "5-.", "1.2.3", "1,,2", "..", "...", ",.",
    "1999.", "a.5", "5.a", "a-5", "5-a", "10:30", "3/4", "50%", "$5", "5\u20ac", "\u0663.\u0664", "\u0665\u066b\u0666",
    "\u096b.", "\u00bd.", ".\u00b2", "\u2167.", "5\u3002", "\uff15\uff0e\uff15", "\u4e94.", "1\u20445", "1\u20135",
    "--", "-", "\u2014", "1-2-3", "0", "00", "1e5",
]  # fmt: skip

CASE_PAIRS = [
    "\u0130", "\u0131", "I", "i", "\u0130I", "i\u0307", "\u03a3", "\u03c3", "\u03c2", "\u0391\u03a3", "\u03b1\u03c2",
    "\u0391\u03a3.", "\u0391\u03a3\u0391", "\u0391\u03a3'", "\u0391\u0301\u03a3\u00ad", "1\u03a3", "\u03a3\u03a3",
    "\u1e9e", "\u00df", "SS", "\u01c4", "\u01c5", "\u01c6", "\u212a", "k", "\u212b", "\u00e5", "\ufb01", "\u0149",
    "\u1fb3", "\u1fbc", "\u03f4", "\u03b8", "\u2126", "\u03c9", "\u10a0", "\u2d00", "\u13a0", "\uab70", "\u1c90",
    "\u10d0", "\U00010400", "\U00010428", "\u24b6", "\u24d0", "\uff21", "\uff41", "\U0001d400",
]  # fmt: skip

CLUSTERS = [
    "e\u0301", "\u00e9", "a\u0323\u0302", "\u1eac", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea", "1\ufe0f\u20e3", "\u2764\ufe0f", "\u0e01\u0e33", "\u1100\u1161\u11a8", "\uac01",
    "\u0301", "\u200d", "\u200f\u05d0", "\u00ad", "\ufffd", "\x00", "\x7f",
]  # fmt: skip

MARKS = [
    ".", ",", "!", "?", ";", ":", "'", '"', "(", ")", "[", "]", "-", "/", "\\", "@", "#", "*", "+", "=", "<", ">", "|",
    "~", "`", "^", "_", "{", "}", "$", "%", "'s", "s'", "n't", "\u201c", "\u201d", "\u2019", "\u00ab", "\u00bb",
    "\u2026", "\u00bf", "\u3002", "\u3001", "\uff0c", "\uff01", "\u300c", "\u300d", "\u30fb", "\uff65", "\u00a7",
    "\u2192", "\u2211", "\u00b7", "\u060c", "\u0964",
]  # fmt: skip


def special(rng):
    """A short string that something is known to treat specially."""
    pool = rng.choice([ENTITIES, NUMBERS, NUMBERS, CASE_PAIRS, CASE_PAIRS, CLUSTERS, MARKS, MARKS, None, None])
    return rng.choice(pool) if pool else any_character(rng)


# ---------------------------------------------------------------------------
# Lines


class Style:
    """How the lines of one case are made: vocabulary, separators and oddities."""

    def __init__(self, rng):
        self.rng = rng
        scripts = ["latin"]
        if rng.random() < 0.35:
            scripts = rng.sample(sorted(SCRIPTS), rng.choice([1, 1, 2]))
            if rng.random() < 0.5:
                scripts.append("latin")
        size = rng.choice([2, 3, 5, 8, 12])
        self.vocabulary = [self.word(rng.choice(scripts)) for _ in range(size)]
        # Probabilities, for each word, of being special, of carrying a mark and
        # of being followed by an odd separator.
        self.special = rng.choice([0, 0, 0.03, 0.1, 0.4])
        self.mark = rng.choice([0, 0.05, 0.15, 0.3])
        self.odd_space = rng.choice([0, 0, 0, 0.05, 0.3])
        self.case = rng.choice([0, 0.1, 0.3])
        # Text that is written without spaces.
        self.joined = scripts[0] in ("han", "hiragana", "katakana", "thai", "full-width") and rng.random() < 0.7

    def word(self, script):
        length = self.rng.choice([1, 1, 1, 2, 2, 3] if script == "latin" else [1, 1, 1, 2])
        return "".join(self.rng.choice(letters(script)) for _ in range(length))

    def token(self):
        rng = self.rng
        if rng.random() < self.special:
            return special(rng)
        token = rng.choice(self.vocabulary)
        if rng.random() < self.case:
            token = rng.choice([token.upper(), token.capitalize(), token.title(), token.swapcase()])
        if rng.random() < self.mark:
            mark = rng.choice(MARKS)
            token = rng.choice([token + mark, token + mark, mark + token, "(" + token + ")", token + mark + token])
        if rng.random() < self.special / 3:
            token += special(rng)
        # Upper-casing can give characters that are left out above.
        return "".join(c for c in token if usable(ord(c)) or c == "\r")

    def tokens(self, count):
        return [self.token() for _ in range(count)]

    def line(self, tokens):
        """The tokens as one line, with this style's separators."""
        rng = self.rng
        parts = []
        for token in tokens:
            if parts and not self.joined:
                odd = rng.random() < self.odd_space
                parts.append(rng.choice(SPACES + ["  ", " \r ", "\t "]) if odd else " ")
            parts.append(token)
        if rng.random() < self.odd_space:
            parts.append(rng.choice(SPACES))
        if rng.random() < self.odd_space / 2:
            parts.insert(0, rng.choice(SPACES + ["\ufeff"]))
        return "".join(parts)


def edited(rng, style, tokens, rate):
    """The tokens with substitutions, deletions, insertions and changes of case."""
    result = []
    for token in tokens:
        if rng.random() >= rate:
            result.append(token)
            continue
        change = rng.randrange(6)
        if change == 0:
            continue
        if change == 1:
            result += [token, style.token()]
        elif change == 2:
            result.append("".join(c for c in token.swapcase() if usable(ord(c)) or c == "\r"))
        elif change == 3:
            result += [token, token]
        else:
            result.append(style.token())
    return result


def moved(rng, tokens):
    """The tokens with one to three blocks moved elsewhere."""
    tokens = list(tokens)
    for _ in range(rng.randint(1, 3)):
        if len(tokens) < 2:
            break
        start = rng.randrange(len(tokens))
        block = tokens[start : start + rng.randint(1, 6)]
        del tokens[start : start + len(block)]
        place = rng.randint(0, len(tokens))
        tokens[place:place] = block
    return tokens


def hypothesis(rng, style, tokens, kind):
    if kind == "same":
        return list(tokens)
    if kind == "edited":
        return edited(rng, style, tokens, 0.3)
    if kind == "close":
        return edited(rng, style, tokens, 0.15)
    if kind == "moved":
        return edited(rng, style, moved(rng, tokens), 0.1)
    if kind == "shuffled":
        return rng.sample(tokens, len(tokens))
    if kind == "repeated":
        return [t for t in tokens for _ in range(rng.randint(1, 3))]
    if kind == "disjoint":
        return [t + "qx" for t in tokens]
    if kind == "cut":
        return tokens[: len(tokens) // 2]
    if kind == "other":
        return style.tokens(rng.randint(0, 8))
    raise ValueError(kind)


KINDS = ["close"] * 4 + ["edited"] * 5 + ["moved"] * 4 + ["same", "shuffled", "repeated", "disjoint", "cut", "other"]


def line_count(rng, resampling, large):
    if large:
        return rng.randint(5, 40)
    if resampling:
        return rng.choice([1, 2, 3, 4, 9, 10, 12, 16, 30]) if rng.random() < 0.15 else rng.randint(5, 7)
    return 40 if rng.random() < 0.004 else rng.choice([1, 1, 2, 2, 2, 2, 3, 3, 4, 5])


def file_text(rng, lines):
    """The lines as the content of a file: line ends, a missing last end, a byte order mark."""
    end = "\r\n" if rng.random() < 0.06 else "\n"
    text = end.join(lines) + end
    if rng.random() < 0.1 and lines[-1].rstrip():
        text = text[: -len(end)]
    if rng.random() < 0.03:
        text = "\ufeff" + text
    return text


def make_texts(rng, systems, references, resampling, large=False):
    """Contents of the files of the systems and of the references."""
    style = Style(rng)
    count = line_count(rng, resampling, large)
    longest = rng.choice([2, 3, 4, 5] if resampling and count >= 4 else [3, 4, 5, 6, 8, 10])
    if large:
        longest = rng.randint(5, 40)
    base = [style.tokens(rng.randint(rng.choice([0, 1, longest // 2 + 1]), longest)) for _ in range(count)]
    if rng.random() < 0.25:
        # Repeated lines; they also make ties in the resamples.
        base = [rng.choice(base) for _ in base]

    emptied = rng.random()
    reference_lines = []
    for number in range(references):
        rate = 0 if number == 0 else 0.3
        lines = [style.line(edited(rng, style, tokens, rate)) for tokens in base]
        reference_lines.append(lines)
    system_lines = []
    for _ in range(systems):
        kinds = [rng.choice(KINDS)] if rng.random() < 0.6 else KINDS
        lines = [style.line(hypothesis(rng, style, tokens, rng.choice(kinds))) for tokens in base]
        if rng.random() < 0.05:
            # Exactly the file of a reference, or of the system before.
            lines = list(rng.choice(reference_lines + system_lines[-1:]))
        system_lines.append(lines)

    everything = reference_lines + system_lines
    if rng.random() < 0.2:
        for _ in range(rng.randint(1, 3)):
            rng.choice(everything)[rng.randrange(count)] = rng.choice(["", "", " ", "\u3000 \t", "\x1c", "\u200b", "."])
    if emptied < 0.02:
        system_lines[rng.randrange(systems)][:] = [""] * count
    elif emptied < 0.03:
        reference_lines[rng.randrange(references)][:] = [""] * count
    elif emptied < 0.04:
        for lines in reference_lines:
            lines[:] = [""] * count
    elif emptied < 0.045:
        for lines in everything:
            lines[:] = [""] * count
    return (
        [file_text(rng, lines) for lines in system_lines],
        [file_text(rng, lines) for lines in reference_lines],
    )


# ---------------------------------------------------------------------------
# Options


class Options:
    """Collects options in random spelling; `arguments` puts them in random order."""

    def __init__(self, rng):
        self.rng = rng
        self.groups = []

    def add(self, name, *values):
        form = self.rng.choice(FORMS[name])
        if len(values) == 1 and form.startswith("--") and name != "--metrics" and self.rng.random() < 0.1:
            self.groups.append([f"{form}={values[0]}"])
        else:
            self.groups.append([form, *map(str, values)])

    def maybe(self, probability, name, *values):
        if self.rng.random() < probability:
            self.add(name, *values)

    def arguments(self):
        self.rng.shuffle(self.groups)
        return [argument for group in self.groups for argument in group]


def add_metric_options(rng, options, metrics):
    # Now and then options of a metric that is not asked for: they change nothing.
    if "bleu" in metrics or rng.random() < 0.05:
        options.maybe(0.6, "--tokenize", rng.choice(TOKENIZERS))
        if rng.random() < 0.5:
            options.add("--smooth-method", rng.choice(SMOOTHING + ["floor", "add-k"]))
            options.maybe(0.6, "--smooth-value", rng.choice(SMOOTH_VALUES))
        options.maybe(0.3, "--lowercase")
        options.maybe(0.1, "--force")
    if "chrf" in metrics or rng.random() < 0.05:
        options.maybe(0.45, "--chrf-char-order", rng.randint(1, 10))
        options.maybe(0.6, "--chrf-word-order", rng.choice([0, 1, 2, 2, 3, 4]))
        options.maybe(0.45, "--chrf-beta", rng.randint(0, 4))
        options.maybe(0.25, "--chrf-whitespace")
        options.maybe(0.25, "--chrf-lowercase")
        options.maybe(0.3, "--chrf-eps-smoothing")
    if "ter" in metrics or rng.random() < 0.05:
        options.maybe(0.4, "--ter-case-sensitive")
        options.maybe(0.4, "--ter-asian-support")
        options.maybe(0.4, "--ter-no-punct")
        options.maybe(0.5, "--ter-normalized")


def add_metrics(rng, options, limit=3):
    """Chooses metrics, in any order; BLEU alone is sometimes left to the default."""
    metrics = rng.sample(METRICS, min(limit, rng.choice([1, 1, 1, 1, 1, 2, 2, 3])))
    if metrics != ["bleu"] or rng.random() < 0.6:
        options.add("--metrics", *metrics)
    return metrics


SYSTEM_NAMES = [
    "a", "b", "c", "A", "base", "out.txt", "sys.v2.out", "my_system_1", "two words", "x-1", "syst\u00e8me",
    "\u0441\u0438\u0441\u0442\u0435\u043c\u0430.txt", "\u7cfb\u7edf", "\U00010400\U0001f600", "e\u0301", "50%", "a&b",
    "a~b^c", "{x}", "#1", "$y$", "hypothesis-of-a-rather-long-name.detok", "v1", "\u03bc \u00b1",
]  # fmt: skip
# A column of such names alone counts as one of numbers when a table is laid out.
NUMERIC_NAMES = ["1", "2", "10", "007", "1.5", "1e3"]


def system_names(rng, count):
    if count > 1 and rng.random() < 0.04:
        return rng.sample(NUMERIC_NAMES, count)
    if rng.random() < 0.5:
        return ["a", "b", "c", "d"][:count]
    return rng.sample(SYSTEM_NAMES, count)


def assemble(options, environment, names, systems, references):
    case = {"options": options, "environment": environment, "systems": dict(zip(names, systems))}
    if len(names) > 1:
        case["system_order"] = names
    reference_names = ["r", "r2", "r3"]
    case["references"] = dict(zip(reference_names, references))
    return case


MODES = (
    ["single"] * 46
    + ["sentence"] * 22
    + ["confidence"] * 14
    + ["several"] * 8
    + ["bootstrap"] * 6
    + ["randomization"] * 4
)


def random_case(rng, large=False):
    """A random case; `large` gives it more and longer lines than a data file should hold."""
    mode = rng.choice(MODES)
    options = Options(rng)
    environment = {}
    metrics = add_metrics(rng, options, 1 if mode == "sentence" else 3)
    add_metric_options(rng, options, metrics)

    resampling = mode in ("confidence", "bootstrap", "randomization")
    systems = rng.choice([2, 2, 2, 2, 3]) if mode in ("several", "bootstrap", "randomization") else 1
    if mode == "sentence":
        options.add("--sentence-level")
    elif mode == "confidence":
        options.add("--confidence")
        options.maybe(0.85, "--confidence-n", rng.choice([2, 3, 10, 39, 40, 41, 79, 80, rng.randint(2, 300)]))
    elif mode == "bootstrap":
        options.add("--paired-bs")
        # With 19, 39, 99 or 199 samples a p-value can be exactly 0.05.
        options.add("--paired-bs-n", rng.choice([19, 39, 40, 99, 128, 129, 199, rng.randint(20, 300)]))
    elif mode == "randomization":
        options.add("--paired-ar")
        options.add("--paired-ar-n", rng.choice([19, 39, 99, 128, 199, rng.randint(20, 500)]))

    paired = mode in ("bootstrap", "randomization")
    if mode == "several":
        options.maybe(0.75, "--format", rng.choice(["json", "text", "text", "latex", "latex"]))
    elif paired:
        # The text form explains itself at length, so it is kept rarer.
        options.maybe(0.7, "--format", rng.choice(["json", "json", "json", "json", "text", "latex"]))
    else:
        options.maybe(0.85, "--format", rng.choice(["json", "text", "text", "text", "text", "latex"]))
    options.maybe(0.5, "--width", rng.choice([0, 2, 3, 4, 6, 15, rng.randint(0, 15)]))
    options.maybe(0.5 if mode == "sentence" else 0.35, "--short")
    options.maybe(0.15 if not paired else 0.05, "--score-only")
    if resampling and rng.random() < 0.3:
        # Zero would mean no seed in paired tests, but is a seed elsewhere.
        environment["SACREBLEU_SEED"] = rng.choice(SEEDS + ([] if paired else ["0"]))

    references = rng.choice([1, 1, 1, 1, 1, 1, 2, 2, 3])
    if mode == "randomization" and "ter" in metrics:
        # TER takes the mean length of the references. Thirds are inexact, and the
        # test adds them up by matrix multiplication, in an order that depends on the
        # processor: the p-value of ties would not be the same on every machine.
        references = min(references, 2)
    texts, reference_texts = make_texts(rng, systems, references, resampling, large)
    return assemble(options.arguments(), environment, system_names(rng, systems), texts, reference_texts)


def giant_case(rng, number):
    """Long lines: shuffles of few words (many shift candidates for TER), uneven lengths."""
    style = Style(rng)
    style.joined = False
    style.odd_space = 0
    kind = number % 4
    if kind == 0:
        words = ["a", "b", "c", "d"][: rng.randint(2, 4)]
        tokens = [rng.choice(words) for _ in range(rng.randint(60, 120))]
        pairs = [(rng.sample(tokens, len(tokens)), tokens)]
    elif kind == 1:
        short, long = style.tokens(5), style.tokens(200)
        pairs = [(short, long), (long, short)]
    elif kind == 2:
        # Long blocks moved far, beyond the longest shift and the farthest place.
        words = [f"{a}{b}" for a in "pqrst" for b in "aeiou"]
        tokens = [rng.choice(words) for _ in range(rng.randint(100, 140))]
        cut = rng.randint(10, 80)
        pairs = [(edited(rng, style, tokens[cut:] + tokens[:cut], 0.05), tokens)]
    else:
        tokens = style.tokens(rng.randint(250, 400))
        pairs = [(moved(rng, edited(rng, style, tokens, 0.1)), tokens)]
    options = Options(rng)
    metrics = ["ter"] if kind in (0, 2) else rng.sample(METRICS, 3)
    options.add("--metrics", *metrics)
    add_metric_options(rng, options, metrics)
    options.maybe(0.5, "--format", "text")
    options.maybe(0.5, "--width", rng.randint(2, 9))
    hypotheses, references = [style.line(p[0]) for p in pairs], [style.line(p[1]) for p in pairs]
    return assemble(options.arguments(), {}, ["a"], ["\n".join(hypotheses) + "\n"], ["\n".join(references) + "\n"])


# ---------------------------------------------------------------------------
# Systematic cases

FIXED_REFERENCE = [
    'Mora tel vin "sato" (kel), 1,000.5 bo.',
    "Pira's \u03a3\u039f\u03a3 re\u00f1a 3-4 &amp;lt; dol mi",
    "\u65b0\u6c34 \u30ab\u30ca\u3002 \u201clum\u201d 5..5 zen zen",
    "ul ka ri po te",
    "Sel do",
]
FIXED_SECOND_REFERENCE = [
    "Mora tel vin sato, 1,000.5 bo!",
    "\u03a3\u039f\u03a3 of Pira: re\u00f1a 3-4 < dol",
    "\u65b0\u6c34\u30ab\u30ca lum 5..5 zen",
    "te po ri ka ul",
    "Sel do ra",
]
FIXED_SYSTEMS = {
    "a": [
        'Mora tel "sato" (kel), 1,000.5 bo.',
        "pira's \u03c3\u03bf\u03c2 re\u00f1a 3-4 < dol ne",
        "\u65b0\u6c34 \u30ab\u30ca\u3002 \u201clum\u201d 5.5 zen",
        "po te ul ka ri",
        "Sel do",
    ],
    "b.txt": [
        "tel Mora vin sato kel , 1000.5 bo",
        "re\u00f1a 3 - 4 Pira dol mi",
        "\u6c34\u65b0 \u30ab lum 5 zen zen zen",
        "ul ka po te ri wa",
        "",
    ],
    "syst\u00e8me_c": [
        "Mora vin tel sato.",
        "nothing of it here",
        "lum zen",
        "ul ka ri po te",
        "sel Do",
    ],
}


def fixed(options, systems=1, references=1, environment=None):
    names = list(FIXED_SYSTEMS)[:systems]
    return assemble(
        options,
        environment or {},
        names,
        ["\n".join(FIXED_SYSTEMS[name]) + "\n" for name in names],
        ["\n".join(lines) + "\n" for lines in [FIXED_REFERENCE, FIXED_SECOND_REFERENCE][:references]],
    )


def systematic_cases():
    """Each option alone, and each metric with each form of output, on the fixed text."""
    yield fixed([])
    for size in (1, 2, 3):
        for metrics in itertools.permutations(METRICS, size):
            yield fixed(["-m", *metrics])
    yield fixed(["-m", "bleu", "chrf", "ter", "-f", "text"])
    yield fixed(["-m", "bleu", "chrf", "ter", "-f", "text", "-sh"])
    yield fixed(["-m", "bleu", "chrf", "ter", "-f", "text", "-b"])
    yield fixed(["-m", "bleu", "chrf", "ter", "-f", "json", "-b"])
    yield fixed(["-m", "bleu", "chrf", "ter", "-f", "latex"])
    yield fixed(["-m", "bleu", "chrf", "ter", "-f", "text"], references=2)

    for name in TOKENIZERS:
        yield fixed(["-tok", name])
        yield fixed(["-tok", name, "-lc", "-f", "text"])
    yield fixed(["-lc"])
    yield fixed(["--force"])
    for name in SMOOTHING:
        yield fixed(["-s", name])
        yield fixed(["-s", name, "-sl"])
        for value in ("0.1", "0.5", "2") if name in ("floor", "add-k") else ("0.5",):
            yield fixed(["-s", name, "-sv", value])

    for order in range(1, 11):
        yield fixed(["-m", "chrf", "--chrf-char-order", str(order), "-f", "text", "-w", "6"])
    for order in range(5):
        yield fixed(["-m", "chrf", "--chrf-word-order", str(order), "-f", "text", "-w", "6"])
        yield fixed(["-m", "chrf", "--chrf-beta", str(order), "-f", "text", "-w", "6"])
    for name in ("whitespace", "lowercase", "eps-smoothing"):
        yield fixed(["-m", "chrf", f"--chrf-{name}"])

    flags = ["--ter-case-sensitive", "--ter-asian-support", "--ter-no-punct", "--ter-normalized"]
    for size in range(5):
        for chosen in itertools.combinations(flags, size):
            yield fixed(["-m", "ter", *chosen, "-f", "text", "-w", "4"])

    for width in range(16):
        yield fixed(["-w", str(width), "-f", "text" if width % 2 else "json"])

    for name in METRICS:
        for options in ([], ["-b"], ["-sh"], ["-w", "3"]):
            yield fixed(["-m", name, "-sl", *options])
        yield fixed(["-m", name, "-ci", "-f", "text"])
        yield fixed(["-m", name, "-ci", "-cin", "100"])
    yield fixed(["-m", *METRICS, "-ci", "-cin", "60", "-f", "text"])
    yield fixed(["-m", *METRICS, "-ci", "-cin", "60", "-f", "text", "-b"])
    yield fixed(["-m", *METRICS, "-ci", "-cin", "60", "-b"])
    yield fixed(["-ci", "-cin", "1"])
    for seed in SEEDS + ["0"]:
        yield fixed(["-ci", "-cin", "50", "-w", "6", "-f", "text"], environment={"SACREBLEU_SEED": seed})

    for form in ("json", "text", "latex"):
        yield fixed(["-f", form], systems=2)
        yield fixed(["-m", "ter", "bleu", "chrf", "-f", form], systems=3)
        yield fixed(["-f", form, "-w", "0", "-sh"], systems=2)
        for test in ("bs", "ar"):
            common = [f"--paired-{test}", f"--paired-{test}-n", "60", "-f", form]
            for name in METRICS:
                yield fixed(["-m", name, *common], systems=2)
            # Paired tests keep the order in which the metrics are given.
            yield fixed(["-m", "ter", "bleu", "chrf", *common, "-sh", "-w", "2"], systems=3, references=2)


    # With 19 trials the smallest p-value is exactly 0.05, which still gets its star.
    for test in ("bs", "ar"):
        yield fixed(["-m", *METRICS, f"--paired-{test}", f"--paired-{test}-n", "19", "-f", "latex"], systems=2)


def cases(seed):
    """All cases of a seed, without end."""
    yield from systematic_cases()
    for number in range(GIANT_CASES):
        yield giant_case(random.Random(f"{seed} giant {number}"), number)
    for number in itertools.count():
        yield random_case(random.Random(f"{seed} random {number}"))


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else "1"
    for number in range(10):
        print(json.dumps(random_case(random.Random(f"{seed} random {number}")), indent=1))


if __name__ == "__main__":
    main()
