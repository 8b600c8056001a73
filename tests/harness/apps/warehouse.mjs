// An application of several hundred files that exists before a build, as a company might have it; and the feature that a build adds: a warning about goods that run low.
import { brain } from '../shop.mjs';
import { writeContract } from './contract.mjs';

/** The entities of the application with their fields. */
const ENTITIES = {
  customer: { name: 'text', email: 'text', city: 'text' },
  supplier: { name: 'text', country: 'text', rating: 'number' },
  product: { name: 'text', category: 'text', price: 'amount' },
  category: { name: 'text', parent: 'text' },
  shelf: { aisle: 'text', level: 'number' },
  stock: { product: 'text', shelf: 'text', quantity: 'number' },
  order: { customer: 'text', placed: 'day', total: 'amount' },
  invoice: { order: 'text', due: 'day', total: 'amount' },
  payment: { invoice: 'text', paid: 'day', amount: 'amount' },
  refund: { payment: 'text', reason: 'text', amount: 'amount' },
  shipment: { order: 'text', carrier: 'text', weight: 'number' },
  carrier: { name: 'text', phone: 'text' },
  voucher: { code: 'text', value: 'amount' },
  price: { product: 'text', from: 'day', amount: 'amount' },
  employee: { name: 'text', team: 'text', hired: 'day' },
  team: { name: 'text', lead: 'text' },
  truck: { plate: 'text', capacity: 'number' },
  route: { truck: 'text', distance: 'number' },
  pallet: { shelf: 'text', weight: 'number' },
  scan: { pallet: 'text', scanned: 'day' },
  complaint: { customer: 'text', opened: 'day', text: 'text' },
  contract: { supplier: 'text', ends: 'day' },
  delivery: { supplier: 'text', arrived: 'day', items: 'number' },
  return: { shipment: 'text', returned: 'day', items: 'number' },
};

const SAMPLES = {
  text: ["'A 1'", "''"],
  number: ['7', "'7'"],
  amount: ['12.5', 'Number.NaN'],
  day: ["'2026-05-04'", "'4 May'"],
};

const title = (name) => `${name[0].toUpperCase()}${name.slice(1)}`;

/** The files of one entity: twelve. */
function entityFiles(name, fields) {
  const Name = title(name);
  const keys = Object.keys(fields);
  const good = keys.map((key) => `${key}: ${SAMPLES[fields[key]][0]}`).join(', ');
  const [first] = keys;
  const bad = `${first}: ${SAMPLES[fields[first]][1]}`;
  return {
    [`src/${name}/fields.mjs`]: `/** The fields of a ${name} and their kinds. */\nexport const ${name}Fields = ${JSON.stringify(fields, null, 2)};\n`,
    [`src/${name}/validate.mjs`]: `import { findFaults } from '../common/validate.mjs';\nimport { ${name}Fields } from './fields.mjs';\n\n/** What is wrong with the values of a ${name}, a line each. */\nexport function validate${Name}(values) {\n  return findFaults(${name}Fields, values);\n}\n`,
    [`src/${name}/create.mjs`]: `import { nextId } from '../common/ids.mjs';\nimport { validate${Name} } from './validate.mjs';\n\n/** A ${name} with an id. Throws if its values are not valid. */\nexport function create${Name}(values) {\n  const faults = validate${Name}(values);\n  if (faults.length > 0) throw new TypeError(\`not a ${name}: \${faults.join('; ')}\`);\n  return Object.freeze({ id: nextId('${name}'), ...values });\n}\n`,
    [`src/${name}/store.mjs`]: `import { Store } from '../common/store.mjs';\n\n/** All ${name}s of this process. */\nexport const ${name}Store = new Store('${name}');\n`,
    [`src/${name}/format.mjs`]: `import { formatValues } from '../common/format.mjs';\nimport { ${name}Fields } from './fields.mjs';\n\n/** One line about a ${name}. */\nexport function format${Name}(${name}_) {\n  return formatValues('${name}', ${name}Fields, ${name}_);\n}\n`,
    [`src/${name}/routes.mjs`]: `import { create${Name} } from './create.mjs';\nimport { ${name}Store } from './store.mjs';\n\nexport const ${name}Routes = {\n  'GET /${name}s': () => ${name}Store.list(),\n  'POST /${name}s': (values) => ${name}Store.add(create${Name}(values)),\n};\n`,
    [`src/${name}/index.mjs`]: `export { create${Name} } from './create.mjs';\nexport { format${Name} } from './format.mjs';\nexport { ${name}Routes } from './routes.mjs';\nexport { ${name}Store } from './store.mjs';\n`,
    [`test/${name}/create.test.mjs`]: `import { strict as assert } from 'node:assert';\nimport { test } from 'node:test';\nimport { create${Name} } from '../../src/${name}/index.mjs';\n\ntest('a ${name} has an id', () => {\n  assert.match(create${Name}({ ${good} }).id, /^${name}-\\d+$/);\n});\n\ntest('a ${name} with a wrong value is refused', () => {\n  assert.throws(() => create${Name}({ ${good}, ${bad} }), /not a ${name}: ${first}/);\n});\n`,
    [`test/${name}/format.test.mjs`]: `import { strict as assert } from 'node:assert';\nimport { test } from 'node:test';\nimport { format${Name} } from '../../src/${name}/index.mjs';\n\ntest('a ${name} is told in one line', () => {\n  assert.match(format${Name}({ id: '${name}-1', ${good} }), /^${name}-1: ${first} /);\n});\n`,
    [`test/${name}/routes.test.mjs`]: `import { strict as assert } from 'node:assert';\nimport { test } from 'node:test';\nimport { ${name}Routes } from '../../src/${name}/index.mjs';\n\ntest('a ${name} that is posted is listed', () => {\n  const { id } = ${name}Routes['POST /${name}s']({ ${good} });\n  assert.ok(${name}Routes['GET /${name}s']().some((each) => each.id === id));\n});\n`,
    [`docs/${name}.md`]: `# ${Name}\n\n${keys.map((key) => `- \`${key}\`: ${fields[key]}`).join('\n')}\n`,
    [`fixtures/${name}.json`]: `${JSON.stringify([{ id: `${name}-1`, fields }], null, 2)}\n`,
  };
}

const SHARED = {
  'src/common/ids.mjs': `const last = new Map();\n\n/** \`order-7\` */\nexport function nextId(kind) {\n  last.set(kind, (last.get(kind) ?? 0) + 1);\n  return \`\${kind}-\${last.get(kind)}\`;\n}\n`,
  'src/common/store.mjs': `/** Keeps things of one kind by id, in memory. */\nexport class Store {\n  #things = new Map();\n\n  constructor(kind) {\n    this.kind = kind;\n  }\n\n  add(thing) {\n    this.#things.set(thing.id, thing);\n    return thing;\n  }\n\n  list() {\n    return [...this.#things.values()];\n  }\n}\n`,
  'src/common/validate.mjs': `const IS_VALID = {\n  text: (value) => typeof value === 'string' && value !== '',\n  number: (value) => Number.isInteger(value),\n  amount: (value) => typeof value === 'number' && Number.isFinite(value),\n  day: (value) => /^\\d{4}-\\d\\d-\\d\\d$/.test(value),\n};\n\n/** A line for each field whose value is not of its kind. */\nexport function findFaults(fields, values) {\n  return Object.entries(fields)\n    .filter(([name, kind]) => !IS_VALID[kind](values[name]))\n    .map(([name, kind]) => \`\${name} is not a \${kind}\`);\n}\n`,
  'src/common/format.mjs': `import { roundTo } from '../../vendor/units/units.mjs';\n\nconst FORMAT = { amount: (value) => roundTo(value, 2).toFixed(2) };\n\nexport function formatValues(kind, fields, thing) {\n  const parts = Object.entries(fields).map(([name, type]) => \`\${name} \${FORMAT[type]?.(thing[name]) ?? thing[name]}\`);\n  return \`\${thing.id ?? kind}: \${parts.join(', ')}\`;\n}\n`,
};

const RUNNER = `// Runs the tests in one process: all of test/, or those in the folders that are named.
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const named = process.argv.slice(2);
const folders = readdirSync('test').filter((name) => named.length === 0 || named.includes(name));
for (const folder of folders.sort())
  for (const name of readdirSync(\`test/\${folder}\`).sort())
    if (name.endsWith('.test.mjs')) await import(pathToFileURL(\`test/\${folder}/\${name}\`).href);
if (!existsSync('src/index.mjs')) throw new Error('run this at the top of the project');
`;

const PRE_COMMIT = `#!/bin/sh
# No debugger statements and no blanks at line ends in code.
echo "pre-commit $(git rev-parse --show-prefix)" >>"$(git rev-parse --git-common-dir)/hook-runs"
faults=$(git diff --cached --name-only -z --diff-filter=ACM -- '*.mjs' | xargs -0 -r grep -nE '^ *debugger;| +$')
[ -z "$faults" ] && exit 0
echo "pre-commit: remove debugger statements and blanks at line ends: $faults" >&2
exit 1
`;

const COMMIT_MSG = `#!/bin/sh
# The first line of a message is a sentence of at most 72 characters.
echo commit-msg >>"$(git rev-parse --git-common-dir)/hook-runs"
head -n 1 "$1" | grep -qE '^[A-Z].{3,71}$' || {
  echo "commit-msg: begin with a capital letter, and write at most 72 characters" >&2
  exit 1
}
`;

/** The text with the line ends of Windows. */
const crlf = (text) => text.replaceAll('\n', '\r\n');

const MENU = '@echo off\necho 1 Orders\necho 2 Stock\n';

/** The whole application, as it is before the build; without the submodule. */
export function projectFiles() {
  const names = Object.keys(ENTITIES);
  return {
    ...Object.assign({}, ...names.map((name) => entityFiles(name, ENTITIES[name]))),
    ...SHARED,
    'src/index.mjs': names.map((name) => `export * from './${name}/index.mjs';\n`).join(''),
    'tools/run-tests.mjs': RUNNER,
    '.githooks/pre-commit': PRE_COMMIT,
    '.githooks/commit-msg': COMMIT_MSG,
    '.gitattributes': '*.cmd text eol=crlf\ntemplates/*.txt -text\n',
    '.gitignore': 'node_modules/\n.env\n',
    'windows/menu.cmd': crlf(MENU),
    'windows/start.cmd': crlf('@echo off\nnode src\\index.mjs\n'),
    'templates/letter.txt': crlf('Dear customer,\n\nyour order is on its way.\n'),
    'package.json': `${JSON.stringify({ name: 'warehouse', version: '4.2.0', type: 'module', scripts: { test: 'node tools/run-tests.mjs' } }, null, 2)}\n`,
    'README.md': '# Warehouse\n\nOrders, stock and shipments of a wholesaler. Tests: `npm test`.\n',
    'HISTORY.md':
      '# History\n\n## 4.2.0 (2026-05-04)\n\n- Vouchers can be limited to one customer.\n\n## 4.1.0 (2026-02-11)\n\n- Trucks have a capacity.\n',
    '.orchestration/config.json': `${JSON.stringify({ build: { minPairs: 10, hardening: 'checks' } })}\n`,
  };
}

/** The files of the submodule `vendor/units`, and of its own submodule `rounding`. */
export const UNITS = {
  'units.mjs':
    "import { round } from './rounding/round.mjs';\n\nexport const roundTo = (value, digits) => round(value * 10 ** digits) / 10 ** digits;\n",
};
export const ROUNDING = {
  'round.mjs': 'export const round = (value) => Math.sign(value) * Math.round(Math.abs(value));\n',
};

export function contractFiles() {
  return writeContract({
    project: 'warehouse',
    summary: 'Warns about goods that run low, beside the modules that exist.',
    modules: [
      {
        name: 'low-stock',
        description: 'Finds goods that run low',
        paths: ['src/low-stock/**', 'test/low-stock/**'],
        testCommand: 'node tools/run-tests.mjs low-stock',
        guarantees:
          '`findLowStock(stocks, least)` returns `{product, quantity}` of each product whose quantities sum up to less than `least`, the lowest first.',
      },
      {
        name: 'stock-letter',
        description: 'Writes the letter about goods that run low',
        needs: ['low-stock'],
        paths: [
          'src/stock-letter/**',
          'test/stock-letter/**',
          'templates/stock-letter.txt',
          'windows/menu.cmd',
        ],
        testCommand: 'node tools/run-tests.mjs stock-letter',
        guarantees:
          '`writeStockLetter(stocks, least)` fills `templates/stock-letter.txt`, whose lines end in CRLF, with one line for each product.',
      },
    ],
    shared: ['src/index.mjs'],
    test: 'node tools/run-tests.mjs',
    integration: 'node tools/run-tests.mjs',
    types: 'A stock is what `createStock` returns.',
    locks: {
      'no-console': {
        assertion: 'Modules print nothing',
        check: {
          pattern: 'console\\.',
          must: 'not-occur',
          paths: ['src/low-stock/**', 'src/stock-letter/**'],
        },
      },
    },
  });
}

export function scaffoldFiles() {
  return {
    'src/low-stock/index.mjs': "export function findLowStock() {\n  throw new Error('not implemented');\n}\n",
    'src/stock-letter/index.mjs':
      "export function writeStockLetter() {\n  throw new Error('not implemented');\n}\n",
  };
}

const FEATURE = {
  'low-stock': ({ wrong, read }) => ({
    'src/low-stock/index.mjs': `/** The products whose quantities sum up to less than \`least\`, the lowest first. */
export function findLowStock(stocks, least) {
  const sums = new Map();
  for (const { product, quantity } of stocks) sums.set(product, (sums.get(product) ?? 0) + quantity);
  return [...sums]
    .map(([product, quantity]) => ({ product, quantity }))
    .filter(({ quantity }) => quantity < least)
    .sort((a, b) => a.quantity - b.quantity);
}
`,
    'test/low-stock/find.test.mjs': `import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createStock, findLowStock } from '../../src/index.mjs';

const stock = (product, quantity) => createStock({ product, shelf: 'A 1', quantity });

test('sums the shelves of a product, and puts the lowest first', () => {
  const stocks = [stock('nails', 4), stock('screws', 1), stock('nails', 5), stock('bolts', 90)];
  assert.deepEqual(findLowStock(stocks, ${wrong ? 1 : 10}), [{ product: 'screws', quantity: 1 }, { product: 'nails', quantity: 9 }]);
});

test('finds nothing in an empty warehouse', () => {
  assert.deepEqual(findLowStock([], 10), []);
});
`,
    'src/index.mjs': `${read('src/index.mjs').replace("export * from './low-stock/index.mjs';\n", '')}export * from './low-stock/index.mjs';\n`,
  }),
  'stock-letter': ({ read }) => ({
    'src/stock-letter/index.mjs': `import { readFileSync } from 'node:fs';
import { findLowStock } from '../low-stock/index.mjs';

const TEMPLATE = new URL('../../templates/stock-letter.txt', import.meta.url);

/** The letter about the products of which less than \`least\` are left. */
export function writeStockLetter(stocks, least) {
  const lines = findLowStock(stocks, least).map(({ product, quantity }) => \`- \${product}: \${quantity}\`);
  return readFileSync(TEMPLATE, 'utf8').replace('{goods}', lines.join('\\r\\n'));
}
`,
    'templates/stock-letter.txt': crlf('These goods run low:\n\n{goods}\n\nThe warehouse\n'),
    'test/stock-letter/write.test.mjs': `import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createStock } from '../../src/index.mjs';
import { writeStockLetter } from '../../src/stock-letter/index.mjs';

test('has a line for each product, and the line ends of Windows', () => {
  const letter = writeStockLetter([createStock({ product: 'screws', shelf: 'A 1', quantity: 1 })], 10);
  assert.equal(letter, 'These goods run low:\\r\\n\\r\\n- screws: 1\\r\\n\\r\\nThe warehouse\\r\\n');
});
`,
    'windows/menu.cmd': `${read('windows/menu.cmd').replace('echo 3 Stock letter\r\n', '')}echo 3 Stock letter\r\n`,
  }),
};

/** `read` gives the text of a file of the worktree. */
export function moduleFiles(name, { wrong = '', read }) {
  return {
    ...FEATURE[name]({ wrong, read }),
    [`.orchestration/brains/builder-${name}.md`]: brain(`${name} is built`),
  };
}

export function shippedFiles(history) {
  const entry = '## 4.3.0 (2026-11-30)\n\n- A letter names the goods that run low.\n\n';
  return {
    'HISTORY.md': history.includes(entry)
      ? history
      : history.replace('# History\n\n', `# History\n\n${entry}`),
  };
}
