// A book of income and expenses in Python, built from an empty repository.
import { brain } from '../shop.mjs';
import { writeContract } from './contract.mjs';

const python = process.env.SAO_TEST_PYTHON ?? 'python3';
const pytest = `${python} -m pytest -q`;

const MODULES = [
  {
    name: 'entries',
    description: 'Reads the lines of a book of income and expenses',
    paths: ['src/ledgerbook/entries.py', 'tests/test_entries.py'],
    testCommand: `${pytest} tests/test_entries.py`,
    guarantees:
      '`parse_entry(line: str) -> Entry` reads `2026-05-01;rent;-800.00`. It raises `ValueError` with the line for any other form.',
  },
  {
    name: 'summary',
    description: 'Sums entries by month',
    needs: ['entries'],
    paths: ['src/ledgerbook/summary.py', 'tests/test_summary.py'],
    testCommand: `${pytest} tests/test_summary.py`,
    guarantees:
      '`sum_by_month(entries) -> dict[str, Decimal]` maps `2026-05` to the sum of the amounts; an empty book gives an empty dict.',
  },
];

export function contractFiles() {
  return writeContract({
    project: 'ledgerbook',
    summary: 'A book of income and expenses as text lines, and its sums.',
    modules: MODULES,
    shared: ['pyproject.toml', '.gitignore', 'src/ledgerbook/__init__.py'],
    test: pytest,
    integration: pytest,
    types: 'An entry has `day` (`YYYY-MM-DD`), `label` and `amount` (`Decimal`).',
    locks: {
      'exact-amounts': {
        lock_level: 'critical',
        assertion: 'Amounts are Decimal, never float',
        check: { pattern: '\\bfloat\\(', must: 'not-occur', paths: ['src/**'] },
      },
      compiles: {
        assertion: 'Every module compiles',
        check: { command: `${python} -m compileall -q src` },
      },
    },
  });
}

export function scaffoldFiles() {
  return {
    'pyproject.toml':
      '[project]\nname = "ledgerbook"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\ntestpaths = ["tests"]\n',
    '.gitignore': '__pycache__/\n.pytest_cache/\n',
    'src/ledgerbook/__init__.py': '"""A book of income and expenses."""\n',
    'src/ledgerbook/entries.py': 'def parse_entry(line):\n    raise NotImplementedError\n',
    'src/ledgerbook/summary.py': 'def sum_by_month(entries):\n    raise NotImplementedError\n',
  };
}

const FILES = {
  entries: (wrong) => ({
    'src/ledgerbook/entries.py': `"""Entries of the book."""
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
import re


@dataclass(frozen=True)
class Entry:
    day: str
    label: str
    amount: Decimal


def parse_entry(line: str) -> Entry:
    """Reads \`2026-05-01;rent;-800.00\`."""
    parts = line.strip().split(";")
    if len(parts) != 3 or not re.fullmatch(r"\\d{4}-\\d{2}-\\d{2}", parts[0]) or not parts[1]:
        raise ValueError(f"not an entry: {line!r}")
    try:
        amount = Decimal(parts[2])
    except InvalidOperation as error:
        raise ValueError(f"not an entry: {line!r}") from error
    return Entry(parts[0], parts[1], amount)
`,
    'tests/test_entries.py': `from decimal import Decimal

import pytest

from ledgerbook.entries import Entry, parse_entry


def test_reads_an_entry():
    assert parse_entry("2026-05-01;rent;-800.00\\n") == Entry("2026-05-01", "rent", Decimal("${wrong ? '-1' : '-800.00'}"))


@pytest.mark.parametrize("line", ["", "rent;-800", "2026-05-01;rent;much", "1 May;rent;-800", "2026-05-01;;1"])
def test_refuses_other_lines(line):
    with pytest.raises(ValueError, match="not an entry"):
        parse_entry(line)
`,
  }),
  summary: (wrong) => ({
    'src/ledgerbook/summary.py': `"""Sums of the book."""
from collections import defaultdict
from decimal import Decimal


def sum_by_month(entries) -> dict:
    """Maps each month to the sum of its amounts."""
    sums = defaultdict(Decimal)
    for entry in entries:
        sums[entry.day[:7]] += entry.amount
    return dict(sums)
`,
    'tests/test_summary.py': `from decimal import Decimal

from ledgerbook.entries import parse_entry
from ledgerbook.summary import sum_by_month


def test_sums_by_month():
    book = ["2026-05-01;rent;-800.00", "2026-05-28;wages;2100.10", "2026-06-01;rent;-800.00"]
    assert sum_by_month(map(parse_entry, book)) == {"2026-05": Decimal("${wrong ? '0' : '1300.10'}"), "2026-06": Decimal("-800.00")}


def test_an_empty_book_has_no_sums():
    assert sum_by_month([]) == {}
`,
  }),
};

export function moduleFiles(name, { wrong = '' } = {}) {
  return { ...FILES[name](wrong), [`.orchestration/brains/builder-${name}.md`]: brain(`${name} is built`) };
}
