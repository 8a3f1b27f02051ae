#!/usr/bin/env python3
"""Documents written by other programs: are their paragraphs read as they were put in?

    python3 tests/peers/office.py --binary target/release/pairscore

Needs python-docx and odfpy. With LibreOffice Writer (`soffice`) the documents are also converted from one format to the other, and
pages to both. Every document is aligned with a plain text of the same paragraphs: each side of the alignment, sentence by
sentence, must hold the same text. Exits 1 at a difference.
"""
import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import docx
from odf import text as odt
from odf.opendocument import OpenDocumentText
from odf.table import Table, TableCell, TableColumn, TableRow

# A paragraph a line; the runs of one are parted by |, so that runs end within words.
PARAGRAPHS = {
    "en": ["The ni|ght fer|ry", "It was |late & c|old.", "Nobody <waited> at the \"pier\"."],
    "ja": ["夜の|フェリー", "船は遅|れて着いた。"],
    "ar": ["العبّارة |الليلية", "تأخرت |القارب بسبب الضباب."],
    "he": ["המעבורת |של הלילה", "היא אי|חרה."],
    "ru": ["Ночной па|ром", "Он опо|здал."],
}
CELLS = [["Monday", "Tuesday"], ["3 boats", "4 boats"]]
ITEMS = ["flour", "bran"]
NOTE = "The pier is new."


def plain(paragraph):
    return paragraph.replace("|", "")


def with_docx(path, paragraphs):
    document = docx.Document()
    document.add_heading(plain(paragraphs[0]), 1)
    for paragraph in paragraphs[1:]:
        written = document.add_paragraph()
        for number, run in enumerate(paragraph.split("|")):
            written.add_run(run).bold = number % 2 == 1
    for item in ITEMS:
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(rows=0, cols=2)
    for row in CELLS:
        for cell, words in zip(table.add_row().cells, row):
            cell.text = words
    document.sections[0].header.paragraphs[0].text = "NOT READ"
    document.save(path)
    return [plain(p) for p in paragraphs] + ITEMS + sum(CELLS, [])


def with_odf(path, paragraphs):
    document = OpenDocumentText()
    document.text.addElement(odt.H(outlinelevel=1, text=plain(paragraphs[0])))
    for paragraph in paragraphs[1:]:
        written = odt.P()
        for run in paragraph.split("|"):
            written.addElement(odt.Span(text=run))
        document.text.addElement(written)
    note = odt.Note(noteclass="footnote")
    note.addElement(odt.NoteCitation(text="1"))
    body = odt.NoteBody()
    body.addElement(odt.P(text=NOTE))
    note.addElement(body)
    document.text.lastChild.addElement(note)
    items = odt.List()
    for item in ITEMS:
        element = odt.ListItem()
        element.addElement(odt.P(text=item))
        items.addElement(element)
    document.text.addElement(items)
    table = Table()
    # Without it LibreOffice keeps one column only.
    table.addElement(TableColumn(numbercolumnsrepeated=len(CELLS[0])))
    for row in CELLS:
        cells = TableRow()
        for words in row:
            cell = TableCell()
            cell.addElement(odt.P(text=words))
            cells.addElement(cell)
        table.addElement(cells)
    document.text.addElement(table)
    document.save(path)
    return [plain(p) for p in paragraphs] + ITEMS + sum(CELLS, []) + [NOTE]


def with_html(path, paragraphs):
    escaped = [plain(p).replace("&", "&amp;").replace("<", "&lt;") for p in paragraphs]
    items = "".join(f"<li>{item}</li>" for item in ITEMS)
    rows = "".join("<tr>" + "".join(f"<td>{words}</td>" for words in row) + "</tr>" for row in CELLS)
    body = f"<h1>{escaped[0]}</h1>" + "".join(f"<p>{p}</p>\n" for p in escaped[1:])
    page = f"<!DOCTYPE html><html><meta charset=utf-8>{body}<ul>{items}</ul><table>{rows}</table></html>"
    path.write_text(page, encoding="utf-8")
    return [plain(p) for p in paragraphs] + ITEMS + sum(CELLS, [])


def converted(path, to, folder):
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", to]
    if path.suffix == ".html":
        command.insert(3, "--infilter=HTML (StarWriter)")
    subprocess.run([*command, "--outdir", folder, path], capture_output=True, timeout=300)
    return folder / f"{path.stem}.{to}"


def has_writer(folder):
    """LibreOffice may be there without the part that reads texts, and then says so only by writing nothing."""
    if shutil.which("soffice") is None:
        return False
    path = folder / "probe.docx"
    docx.Document().save(path)
    return converted(path, "odt", folder).is_file()


def sentences(binary, path, language):
    """All that is read of a document, sentence by sentence: it is aligned with itself."""
    command = [binary, "align", path, path, "--format", "jsonl", "--languages", f"{language}:{language}"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return [json.loads(line)["original_text"] for line in answer.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="target/release/pairscore")
    binary = parser.parse_args().binary
    read, wrong = 0, 0
    with tempfile.TemporaryDirectory() as temporary:
        has_office = has_writer(Path(temporary))
        for language, paragraphs in PARAGRAPHS.items():
            for extension, write in (("docx", with_docx), ("odt", with_odf), ("html", with_html)):
                folder = Path(temporary) / f"{language}-{extension}"
                folder.mkdir()
                path = folder / f"a.{extension}"
                expected = write(path, paragraphs)
                plain_text = folder / "expected.txt"
                plain_text.write_text("\n\n".join(expected) + "\n", encoding="utf-8")
                documents = [path]
                if has_office:
                    other = ["odt", "docx"] if extension == "html" else ["odt" if extension == "docx" else "docx"]
                    documents += [converted(path, to, folder) for to in other]
                for document in documents:
                    found, right = (sentences(binary, p, language) for p in (document, plain_text))
                    read += 1
                    if found != right:
                        wrong += 1
                        print(f"{document.name} from {extension}, {language}:\n  put in {right}\n  read   {found}")
    with_it = "with" if has_office else "without"
    print(f"{read} documents {with_it} LibreOffice Writer, {wrong} read otherwise than they were written")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
