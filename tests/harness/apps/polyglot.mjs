// A word counter in three languages: counting in Python, a page in JavaScript, a command in shell. Each module has its own test command.
import { brain } from '../shop.mjs';
import { writeContract } from './contract.mjs';

const python = process.env.SAO_TEST_PYTHON ?? 'python3';

const MODULES = [
  {
    name: 'count',
    description: 'Counts words, in Python',
    paths: ['count/**'],
    testCommand: `${python} -m pytest -q count`,
    guarantees:
      '`python3 count/words.py < TEXT` prints `WORD N`, the most frequent word first, then by name.',
  },
  {
    name: 'page',
    description: 'Renders counted words as HTML, in JavaScript',
    paths: ['page/**'],
    testCommand: 'node --test page/',
    guarantees:
      '`renderPage(lines: string[]): string` renders lines of the form `WORD N` as a table and escapes each word.',
  },
  {
    name: 'command',
    description: 'The command of users, in shell',
    needs: ['count', 'page'],
    paths: ['command/**'],
    testCommand: 'sh command/words.test.sh',
    guarantees:
      '`sh command/words.sh FILE` writes the page of a file to stdout; without a readable file it exits with 2.',
  },
];

export function contractFiles() {
  return writeContract({
    project: 'words',
    summary: 'Counts the words of a text and shows them as a page.',
    modules: MODULES,
    shared: ['test-all.sh', '.gitignore'],
    test: 'sh test-all.sh',
    integration: 'sh test-all.sh',
    types: 'A line of counted words is `WORD N`.',
    locks: {
      'no-network': {
        assertion: 'Nothing opens a connection',
        check: {
          pattern: '\\b(?:curl|urllib|fetch\\()',
          must: 'not-occur',
          paths: ['count/**', 'page/**', 'command/**'],
        },
      },
    },
  });
}

export function scaffoldFiles() {
  return {
    '.gitignore': '__pycache__/\n.pytest_cache/\n',
    'test-all.sh': `#!/bin/sh
# Runs the tests of each module that has some.
set -e
if [ -f count/test_words.py ]; then ${python} -m pytest -q count; fi
if [ -f page/page.test.mjs ]; then node --test page/; fi
if [ -f command/words.test.sh ]; then sh command/words.test.sh; fi
`,
    'count/words.py': 'def count_words(text):\n    raise NotImplementedError\n',
    'page/page.mjs': "export function renderPage() {\n  throw new Error('not implemented');\n}\n",
    'command/words.sh': '#!/bin/sh\necho "not implemented" >&2\nexit 1\n',
  };
}

const FILES = {
  count: (wrong) => ({
    'count/words.py': `"""Counts words: words.py < TEXT."""
import re
import sys
from collections import Counter


def count_words(text: str) -> list:
    """Pairs of word and count, the most frequent first, then by name."""
    words = Counter(re.findall(r"\\w+", text.lower()))
    return sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))


if __name__ == "__main__":
    for word, count in count_words(sys.stdin.read()):
        print(word, count)
`,
    'count/test_words.py': `from words import count_words


def test_counts_the_most_frequent_first():
    assert count_words("To be, or not to be") == [("be", 2), ("to", 2), ("not", 1), ("or", ${wrong ? 2 : 1})]


def test_a_text_without_words_is_empty():
    assert count_words(" ... ") == []


def test_knows_umlauts():
    assert count_words("Äpfel äpfel") == [("äpfel", 2)]
`,
    'count/conftest.py':
      'import pathlib\nimport sys\n\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\n',
  }),
  page: () => ({
    'page/page.mjs': `import { pathToFileURL } from 'node:url';

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Renders lines of the form \`WORD N\` as a table. */
export function renderPage(lines) {
  const rows = lines.map((line) => {
    const at = line.lastIndexOf(' ');
    const word = line.slice(0, at).replace(/[&<>"]/g, (sign) => ESCAPES[sign]);
    return \`<tr><td>\${word}</td><td>\${Number(line.slice(at + 1))}</td></tr>\`;
  });
  return \`<table>\${rows.join('')}</table>\`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  console.log(renderPage(text.split('\\n').filter((line) => line !== '')));
}
`,
    'page/page.test.mjs': `import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { renderPage } from './page.mjs';

test('renders a row for each word', () => {
  assert.equal(renderPage(['be 2', 'or 1']), '<table><tr><td>be</td><td>2</td></tr><tr><td>or</td><td>1</td></tr></table>');
});

test('escapes words', () => {
  assert.match(renderPage(['<b> 1']), /&lt;b&gt;/);
});
`,
  }),
  command: () => ({
    'command/words.sh': `#!/bin/sh
# Writes the page of a file to stdout.
here=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -r "\${1:-}" ]; then
  echo "usage: words.sh FILE" >&2
  exit 2
fi
${python} "$here/count/words.py" <"$1" | node "$here/page/page.mjs"
`,
    'command/words.test.sh': `#!/bin/sh
# The count and the page may be stubs in a worktree, so only the command itself is tested without them.
cd "$(dirname "$0")" || exit 1
failed=0
check() {
  if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: $2, expected $3"; failed=1; fi
}
sh words.sh 2>/dev/null
check 'without a file' "$?" 2
sh words.sh /nonexistent 2>/dev/null
check 'without a readable file' "$?" 2
if grep -q Counter ../count/words.py && grep -q ESCAPES ../page/page.mjs; then
  printf 'To be, or not to be\\n' >words.txt
  check 'a page' "$(sh words.sh words.txt | grep -c '<td>be</td><td>2</td>')" 1
  rm words.txt
fi
exit $failed
`,
  }),
};

export function moduleFiles(name, { wrong = '' } = {}) {
  return { ...FILES[name](wrong), [`.orchestration/brains/builder-${name}.md`]: brain(`${name} is built`) };
}
