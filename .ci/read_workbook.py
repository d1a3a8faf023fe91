"""Opens a workbook with the openpyxl library, and fails on what an auditor could not work with.

The argument is the file. Every sheet has frozen heads and a filter over all its rows; no cell is a formula
or an error; the columns named below hold what they promise; identities are unique; the auditor's column is
empty; and the archive holds neither macros nor links to elsewhere.
"""

import datetime
import sys
import zipfile

import openpyxl

SHEETS = ["Summary", "Findings", "Population", "Controls", "Waivers", "Upcoming", "Provenance"]
TESTED = ["Findings", "Population", "Controls", "Waivers"]
DAYS = {"Findings": ["Excepted until"], "Waivers": ["Ends", "Approved on"], "Upcoming": ["Day", "Due"]}
NUMBERS = {
    "Controls": ["Population", "Pass", "Fail", "Excepted", "Not evaluable"],
    "Waivers": ["Days left", "Findings covered"],
}


def column(sheet, head):
    """The cells of a column below its head."""
    heads = [cell.value for cell in sheet[1]]
    assert head in heads, f"{sheet.title} has no column {head}, but {heads}"
    return [row[heads.index(head)] for row in sheet.iter_rows(min_row=2)]


def check_looks(sheet):
    assert sheet.freeze_panes == "A2", f"the heads of {sheet.title} are not frozen"
    assert sheet.auto_filter.ref == sheet.dimensions, f"the filter of {sheet.title} leaves something out"
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type not in ("f", "e"), f"{sheet.title}!{cell.coordinate} is {cell.value!r}"
            starts = isinstance(cell.value, str) and cell.value[:1] in tuple("=+-@\t\r")
            assert not starts, f"{sheet.title}!{cell.coordinate} would be a formula in CSV: {cell.value!r}"


def check_types(book):
    for name, heads in DAYS.items():
        cells = [cell for head in heads for cell in column(book[name], head) if cell.value is not None]
        assert cells, f"{name} has no day"
        for cell in cells:
            is_day = cell.is_date and isinstance(cell.value, datetime.datetime)
            assert is_day, f"{name}!{cell.coordinate} is {cell.value!r} and no day"
    for name, heads in NUMBERS.items():
        for cell in (cell for head in heads for cell in column(book[name], head)):
            assert cell.data_type == "n" and not cell.is_date, f"{name}!{cell.coordinate} is no number"


def check_rows(book):
    for name in TESTED:
        left = [cell.value for cell in column(book[name], "Auditor's evaluation")]
        assert left and not any(left), f"the auditor's column of {name} is taken"
    for name in [*TESTED, "Upcoming"]:
        ids = [cell.value for cell in column(book[name], "Id")]
        assert all(ids) and len(set(ids)) == len(ids), f"identities of {name} are missing or not unique"


def main(path):
    parts = zipfile.ZipFile(path).namelist()
    odd = [part for part in parts if "vba" in part.lower() or "external" in part.lower()]
    assert not odd, odd
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[: len(SHEETS)] == SHEETS, book.sheetnames
    for sheet in book:
        check_looks(sheet)
    check_types(book)
    check_rows(book)
    print(f"{path}: {len(book.sheetnames)} sheets, {sum(sheet.max_row - 1 for sheet in book)} rows")


main(sys.argv[1])
