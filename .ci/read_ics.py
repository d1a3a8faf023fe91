"""Reads a calendar from the standard input with the icalendar library, and fails on what is wrong.

The argument is the date of the run. Every entry has to be an all-day one on that day or later, with an
identity of its own, and no entry may have lost a property to a parse error.
"""

import datetime
import sys

import icalendar

as_of = datetime.date.fromisoformat(sys.argv[1])
text = sys.stdin.buffer.read()
calendar = icalendar.Calendar.from_ical(text)
entries = calendar.walk("VEVENT")
assert entries, "there is no entry"
assert not calendar.errors, calendar.errors
seen = set()
for entry in entries:
    start, end = entry.decoded("DTSTART"), entry.decoded("DTEND")
    assert not entry.errors, entry.errors
    assert type(start) is datetime.date, f"{start!r} is no whole day"
    assert end - start == datetime.timedelta(days=1), f"{start} to {end}"
    assert start >= as_of, f"{start} has passed"
    assert entry.decoded("DTSTAMP").date() == as_of, entry["DTSTAMP"]
    assert entry["SUMMARY"].strip(), "an entry says nothing"
    assert entry["UID"] not in seen, f"{entry['UID']} stands twice"
    seen.add(entry["UID"])
lines = text.split(b"\r\n")
assert all(len(line) <= 75 and b"\n" not in line for line in lines), "a line is too long"
print(f"{len(entries)} entries")
