#!/usr/bin/env python3
"""Checks that spreadsheets and data tools read what pairscore writes.

Makes a batch of texts that are easily misread, runs the program over it in every dialect, and reads the tables back with
Python's csv, pandas and LibreOffice (in an English and a German locale), and report.xlsx with openpyxl and LibreOffice.
Every cell is compared with segments.jsonl, which is lossless. Exits with 1 at the first difference.

Needs pandas, openpyxl and LibreOffice (soffice); --allow-missing goes on without them.
"""

import argparse
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path
from xml.etree import ElementTree

CELL_LIMIT = 32_000
GUARDED = tuple("=+-@\t\r\n\0＝＋－＠")
SEVERITIES = ["minor", "major", "critical"]
DIALECTS = {"default": [], "german": ["--csv-locale", "de"], "no-bom": ["--no-bom"], "raw": ["--raw"]}
LOCALES = {"default": "en-US", "german": "de-DE"}
SHEETS = ["Summary", "Segments", "Findings", "Quarantine", "Columns", "Charts"]

LONG = " ".join("x" * 199 for _ in range(200))
NASTY = [
    "=1+1",
    "+1 sack more was brought in.",
    "-1 stood in the book.",
    "@SUM(A1:A9) stood in the margin.",
    '=HYPERLINK("http://example.org","click me")',
    "=cmd|' /C calc'!A0",
    "＝1+1 in full width.",
    "＋1, －1 and ＠SUM(A1) in full width.",
    "＠SUM(A1) in full width.",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=WEBSERVICE("http://127.0.0.1:9/x")',
    '=IMPORTXML("http://127.0.0.1:9/x", "//a")',
    '=DDE("cmd"; "/C calc"; "x")',
    ";=1+1;",
    ",=1+1,",
    '"=1+1"',
    'x";=1+1;"y',
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "%=1+1 and |=1+1.",
    "#N/A",
    "No characters: \ufffe\uffff\ufdd0, and an escape \x1b[31m.",
    "'Twas noon', with apostrophes of its own.",
    'He said: "a, b; c\td"; then he left.',
    "A line that is\nbroken in two.",
    "A bell\a rings, a tab\v stands.",
    "😀 Faces, families 👩‍👩‍👧 and flags 🇳🇴.",
    'שלום, "עולם"; סוף.',
    "مرحبا بالعالم؛ النهاية.",
    "0007",
    "3E5",
    "1-2",
    "1/2",
    "0.5",
    "1.234,5",
    "TRUE",
    "_x0041_ is no escape & <b>no tag</b>.",
    LONG,
]
# Names of files: what may stand before a formula, and formulas.
NAMES = [" =1+1", ";=1+1", ",=1+1", '"=1+1', "'=1+1", "\u200b=1+1", "\ufeff=1+1", "\xa0=1+1", "\t=1+1", "\n=1+1", "\r=1+1",
         "＝1+1", "＠SUM(A1)", "@SUM(A1)", "+1+1", "-1+cmd|' /C calc'!A0", "=HYPERLINK(A1)", "%=1+1"]
PLAIN = [f"The {word} of the harbour was painted in {year}." for word, year in zip(
    "gate crane bridge lantern office stair tower".split(), range(1981, 1988))]


class Mismatch(Exception):
    """What was read is not what was written."""


def make_batch(root):
    """Pairs whose names and texts look like numbers, dates and formulas; one of them cannot be scored."""
    changed = [text.replace("1983", "1938").replace("gate", "gate gate gate") for text in PLAIN]
    swapped = [text.replace("sack", "bag").replace("line", "row").replace("Faces", "Heads") for text in NASTY]
    pairs = {
        "0007": (NASTY, swapped),
        "3E5": (PLAIN, changed),
        "1-2": (PLAIN, PLAIN[:4]),
        "-5": (NASTY[::-1], swapped[::-1]),
        "sub/=1+1": (PLAIN, PLAIN[1:] + ["=2*2 was added; by, \"whom\"?"]),
        "empty": (PLAIN, []),
        "=empty": (PLAIN, []),
    } | {name: (PLAIN[:2], ["=1+1 =1+1 =1+1", PLAIN[1]]) for name in NAMES}
    for name, sides in pairs.items():
        for side, texts in zip(["original", "translation"], sides):
            path = root / side / f"{name}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes("\n\n".join(texts).encode() + b"\n")


def run(binary, root, name):
    """Runs the program in a dialect."""
    command = [binary, "run", "--original", "original", "--translation", "translation", "--quiet", "--allow-partial"]
    command += ["--format", "csv,jsonl,xlsx", "--output", name, *DIALECTS[name]]
    subprocess.run(command, cwd=root, check=True)
    return root / name


def read_csv(path, delimiter=","):
    """Rows by column, cells as text."""
    csv.field_size_limit(1 << 20)
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


def truth(raw):
    """What every table must say: segments and findings from segments.jsonl, the rest from the raw dialect."""
    segments = [json.loads(line) for line in open(raw / "segments.jsonl", encoding="utf-8")]
    tables = {"findings.csv": [], "summary.csv": []}
    for segment in segments:
        row = segment_row(segment)
        tables.setdefault(f"pairs/{segment['pair']}.csv", []).append(row)
        for f in segment["findings"]:
            place = {"pair": segment["pair"], "segment": row["segment"]}
            tables["findings.csv"].append(place | {k: f[k] for k in f})
    for row in read_csv(raw / "summary.csv"):
        own = [s for s in segments if s["pair"] == row["pair"]]
        if own:
            findings = [f for s in own for f in s["findings"]]
            count = lambda key, value: sum(f[key] == value for f in findings)
            row |= {severity: count("severity", severity) for severity in SEVERITIES}
            row |= {"repetitions": count("check", "repetition"), "segments": len(own)}
            row |= {"omitted": sum(not s["translation"] for s in own), "added": sum(not s["original"] for s in own)}
        tables["summary.csv"].append(row)
    tables["quarantine.csv"] = read_csv(raw / "quarantine.csv")
    return tables


def segment_row(segment):
    """The row of a segment in its pair's table."""
    first = lambda side: segment[side][0] + 1 if segment[side] else None
    severity = max((f["severity"] for f in segment["findings"]), key=SEVERITIES.index, default="")
    cut = [side for side in ["original", "translation"] if len(segment[f"{side}_text"]) > CELL_LIMIT]
    row = {"pair": segment["pair"], "segment": f"s{segment['segment']:06}", "alignment": segment["alignment"]}
    scores = ["similarity", "chrf", "bleu", "ter", "length_ratio", "semantic", "semantic_precision", "semantic_recall"]
    row |= {name: segment["scores"][name] for name in scores}
    row |= {"error_points": segment["error_points"], "severity": severity, "findings": len(segment["findings"])}
    row |= {side: segment[f"{side}_text"] for side in ["original", "translation"]}
    row |= {f"{side}_line": segment[f"{side}_line"] for side in ["original", "translation"]}
    row |= {"truncated": "both" if len(cut) == 2 else "".join(cut), "confidence": segment["confidence"]}
    row |= {"moved": "moved" if segment["moved"] else "", "reference": segment["reference_text"]}
    row |= {name: segment[name] for name in ["reference_line", "unit", "unit_state", "unit_note"]}
    return row | {f"{side}_sentence": first(side) for side in ["original", "translation"]}


def one_line(text):
    """A text as cells show it."""
    text = re.sub("[\n\r\v\f\x85\u2028\u2029]", " ", text)
    text = re.sub("[\0-\x08\x0e-\x1f]", lambda m: chr(0x2400 + ord(m[0])), text)
    return re.sub("[\ufffe\uffff]", "\ufffd", text).replace("\x7f", "\u2421")[:CELL_LIMIT]


def guarded(text):
    """A text as the tables hold it."""
    looks_guarded = text.startswith("'") and text.lstrip("'").startswith(tuple("=+-@\t\u2400＝＋－＠"))
    return ("'" if text.startswith(GUARDED) or looks_guarded else "") + one_line(text)


class Table:
    """A table and what it must say."""

    def __init__(self, kinds, name, rows):
        file = "pairs/<pair>.csv" if name.startswith("pairs/") else name
        self.name, self.rows, self.kinds = name, rows, {c["column"]: c["type"] for c in kinds if c["file"] == file}

    def check(self, where, rows, form, loose=None):
        """Compares cells read back. `form`: a text as it must be. `loose`: may a text have become this number?"""
        if len(rows) != len(self.rows):
            raise Mismatch(f"{where}: {self.name} has {len(rows)} rows, not {len(self.rows)}")
        for number, (row, expected) in enumerate(zip(rows, self.rows), 1):
            if list(row) != list(self.kinds):
                raise Mismatch(f"{where}: {self.name}: columns {list(row)}")
            for column, kind in self.kinds.items():
                if not self.same(row[column], expected[column], kind, form, loose):
                    got, right = repr(row[column])[:200], repr(expected[column])[:200]
                    raise Mismatch(f"{where}: {self.name}, row {number}, {column}: {got} in place of {right}")
        return len(rows) * len(self.kinds)

    @staticmethod
    def same(found, expected, kind, form, loose):
        if kind == "text":
            text = form(expected or "")
            if is_number(found):
                return loose is not None and loose(text, found)
            return text in [found or "", unescaped(found or "")]
        if expected in (None, ""):
            return found in (None, "")
        return is_number(found) and abs(found - float(f"{float(expected):.4f}")) < 1e-9


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_csv(tables, out, delimiter, form):
    """Python's csv; numbers must be written as the dialect says."""
    cells = 0
    for table in tables:
        rows = read_csv(out / table.name, delimiter)
        for row in rows:
            for column, kind in table.kinds.items():
                if kind != "text" and row[column]:
                    pattern = r"-?\d+" if kind == "integer" else r"-?\d+[.]\d{4}" if delimiter == "," else r"-?\d+,\d{4}"
                    if not re.fullmatch(pattern, row[column]):
                        raise Mismatch(f"csv: {table.name}: {column} is written {row[column]!r}")
                    row[column] = float(row[column].replace(",", "."))
        cells += table.check("csv", rows, form)
    return cells


def check_pandas(pandas, tables, out, delimiter, form):
    """pandas as people call it, text columns apart: number columns must come as numbers by themselves."""
    cells = 0
    for table in tables:
        texts = {column: str for column, kind in table.kinds.items() if kind == "text"}
        comma = {"sep": ";", "decimal": ","} if delimiter == ";" else {}
        frame = pandas.read_csv(out / table.name, dtype=texts, keep_default_na=False, na_values={
            column: [""] for column in table.kinds if column not in texts}, **comma)
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        cells += table.check("pandas", rows, form)
    return cells


class LibreOffice:
    """soffice with a profile of its own for each locale."""

    def __init__(self, root):
        self.root = root

    def convert(self, locale, to, files, out, infilter=None):
        """Converts files and returns the results in order."""
        out.mkdir(parents=True, exist_ok=True)
        command = ["soffice", f"-env:UserInstallation={self.profile(locale).as_uri()}", "--headless", "--norestore"]
        command += [f"--infilter={infilter}"] if infilter else []
        command += ["--convert-to", to, "--outdir", str(out), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=110)
        results = [out / f"{file.stem}.{to}" for file in files]
        if missing := [result.name for result in results if not result.is_file()]:
            raise Mismatch(f"LibreOffice made no {missing}: {done.stderr.strip()}")
        return results

    def profile(self, locale):
        settings = self.root / locale / "user" / "registrymodifications.xcu"
        if not settings.exists():
            settings.parent.mkdir(parents=True)
            settings.write_text(
                '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
                '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">'
                f"<value>{locale}</value></prop></item></oor:items>\n")
        return self.root / locale


def read_sheet(sheet, where):
    """Rows by column; a formula is a fault."""
    lines = [[value_of(cell, where) for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def value_of(cell, where):
    if cell.data_type in "fe":
        raise Mismatch(f"{where}: {cell.coordinate} is a formula or an error: {cell.value!r}")
    return cell.value


def unescaped(text):
    """A text of a workbook without the escapes that openpyxl leaves."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def check_libreoffice_csv(openpyxl, office, tables, out, name, work):
    """The tables as LibreOffice opens them in the dialect's locale, formulas evaluated where it takes a cell for one."""
    german = name == "german"
    work.mkdir()
    files = [work / f"table{number}.csv" for number in range(len(tables))]
    for table, file in zip(tables, files):
        shutil.copy(out / table.name, file)
    # Separator, quote, UTF-8, first line; language of the locale, no "quoted is text", no "detect special numbers".
    infilter = f"CSV:{59 if german else 44},34,76,1,,0,false,false"
    cells, losses = 0, set()

    def loose(text, number):
        point = text.replace(".", "").replace(",", ".") if german else text.replace(",", "")
        try:
            taken = float(point) == number
        except ValueError:
            return False
        losses.add(text)
        return taken

    where = f"LibreOffice {LOCALES[name]}"
    for table, file in zip(tables, office.convert(LOCALES[name], "xlsx", files, work / "read", infilter)):
        sheet = openpyxl.load_workbook(file).active
        cells += table.check(where, read_sheet(sheet, f"{where}, {table.name}"), guarded, loose)
    return cells, losses


def check_workbook(openpyxl, tables, path, where):
    """Every sheet against the truth; no text may have become anything else."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported", module="openpyxl")
        book = openpyxl.load_workbook(path)
    if book.sheetnames != SHEETS:
        raise Mismatch(f"{where}: sheets {book.sheetnames}")
    cells = 0
    rows = {name: read_sheet(book[name], f"{where}, {name}") for name in SHEETS[:-1]}
    by_name = {table.name: table for table in tables}
    order = [row["pair"] for row in by_name["summary.csv"].rows]
    rows["Summary"].sort(key=lambda row: order.index(row["pair"]))
    for name, file in [("Summary", "summary.csv"), ("Findings", "findings.csv"), ("Quarantine", "quarantine.csv")]:
        cells += by_name[file].check(where, rows[name], one_line)
    for table in tables:
        if table.name.startswith("pairs/"):
            count = len(table.rows)
            cells += table.check(where, rows["Segments"][:count], one_line)
            del rows["Segments"][:count]
    if rows["Segments"]:
        raise Mismatch(f"{where}: {len(rows['Segments'])} segments too many")
    for row in book["Charts"].iter_rows():
        cells += len([value_of(cell, f"{where}, Charts") for cell in row])
    return cells


def check_xml(path):
    """Every part must be well-formed."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                try:
                    ElementTree.fromstring(archive.read(name))
                except ElementTree.ParseError as error:
                    raise Mismatch(f"report.xlsx: {name}: {error}") from error


def check_bom(out, expected):
    for path in out.rglob("*.csv"):
        if path.read_bytes().startswith(b"\xef\xbb\xbf") != expected:
            raise Mismatch(f"{path}: byte order mark {'missing' if expected else 'present'}")


def optional(name, allow_missing):
    """A module, or None where it may be missing."""
    try:
        return __import__(name)
    except ImportError:
        return missing(name, allow_missing)


def missing(name, allow_missing):
    if not allow_missing:
        sys.exit(f"{name} is not installed: install it, or say --allow-missing")
    print(f"skipped: everything that needs {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True, help="the program to check")
    parser.add_argument("--allow-missing", action="store_true", help="skip what is not installed")
    options = parser.parse_args()
    pandas, openpyxl = (optional(name, options.allow_missing) for name in ["pandas", "openpyxl"])
    soffice = shutil.which("soffice") or missing("soffice", options.allow_missing)
    with tempfile.TemporaryDirectory(prefix="spreadsheets-") as folder:
        try:
            check_all(options.binary.resolve(), Path(folder), pandas, openpyxl, soffice)
        except Mismatch as mismatch:
            sys.exit(f"MISMATCH {mismatch}")


def check_all(binary, root, pandas, openpyxl, soffice):
    make_batch(root)
    outs = {name: run(binary, root, name) for name in DIALECTS}
    kinds = read_csv(outs["raw"] / "columns.csv")
    tables = [Table(kinds, name, rows) for name, rows in truth(outs["raw"]).items()]
    print(f"{len(tables)} tables, {sum(len(table.rows) for table in tables)} rows")
    office = LibreOffice(root / "profiles") if soffice and openpyxl else None
    for name, out in outs.items():
        delimiter, form = ";" if name == "german" else ",", str if name == "raw" else guarded
        expected = tables if name != "raw" else [uncut(table) for table in tables]
        check_bom(out, name != "no-bom")
        print(f"{name}: csv {check_csv(expected, out, delimiter, form)} cells", end="")
        if pandas:
            print(f", pandas {check_pandas(pandas, expected, out, delimiter, form)}", end="")
        if office and name in LOCALES:
            cells, losses = check_libreoffice_csv(openpyxl, office, tables, out, name, root / f"{name}-office")
            print(f", LibreOffice {LOCALES[name]} {cells} (numbers for texts {sorted(losses)})", end="")
        print()
        check_xml(out / "report.xlsx")
    if len({(out / "report.xlsx").read_bytes() for name, out in outs.items() if name != "raw"}) != 1:
        raise Mismatch("report.xlsx depends on the dialect of the tables")
    if not openpyxl:
        return
    book = outs["default"] / "report.xlsx"
    print(f"report.xlsx: openpyxl {check_workbook(openpyxl, tables, book, 'openpyxl')} cells", end="")
    if office:
        for locale in LOCALES.values():
            (again,) = office.convert(locale, "xlsx", [book], root / f"again-{locale}")
            print(f", LibreOffice {locale} {check_workbook(openpyxl, tables, again, f'LibreOffice {locale}')}", end="")
        (pdf,) = office.convert("en-US", "pdf", [book], root / "pictures")
        print(f", pdf {pdf.stat().st_size // 1024} KiB", end="")
        if pdftoppm := shutil.which("pdftoppm"):
            subprocess.run([pdftoppm, "-r", "50", "-png", pdf, pdf.with_suffix("")], check=True)
            print(f" of {len(list(pdf.parent.glob('*.png')))} pages", end="")
    print()


def uncut(table):
    """The table as the raw dialect has it: nothing is cut."""
    rows = [row | {"truncated": ""} if "truncated" in row else row for row in table.rows]
    copy = object.__new__(Table)
    copy.name, copy.rows, copy.kinds = table.name, rows, table.kinds
    return copy


if __name__ == "__main__":
    main()
