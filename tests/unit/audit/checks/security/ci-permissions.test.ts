// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflows hold such templates
import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/security/ci-permissions.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';

function workflow(on: string, steps: string): Files {
  return { '.github/workflows/ci.yml': `on: ${on}\njobs:\n  a:\n    runs-on: x\n    steps:\n${steps}\n` };
}

const CASES: [name: string, files: Files, found: string[]][] = [
  [
    'a title in a script',
    workflow('[pull_request]', '      - run: echo "${{ github.event.pull_request.title }}"'),
    ['workflow-injection major 6'],
  ],
  [
    'a comment in a script with rights, in a block',
    workflow(
      'issue_comment',
      '      - run: |\n          echo ok\n          echo ${{ github.event.comment.body }}',
    ),
    ['workflow-injection critical 8'],
  ],
  [
    'a branch name in a github-script',
    workflow(
      '{ pull_request: {} }',
      `      - uses: actions/github-script@v7\n        with:\n          script: f("\${{ github.head_ref }}")`,
    ),
    ['workflow-injection major 8'],
  ],
  [
    'a title that goes through the environment',
    workflow(
      'pull_request',
      '      - run: echo "$TITLE"\n        env:\n          TITLE: ${{ github.event.pull_request.title }}',
    ),
    [],
  ],
  [
    'numbers, shas and the own ref are harmless',
    workflow('push', '      - run: echo ${{ github.event.number }} ${{ github.sha }} ${{ github.ref_name }}'),
    [],
  ],
  [
    'a pull request is checked out with rights',
    workflow(
      'pull_request_target',
      `      - uses: actions/checkout@v4\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}`,
    ),
    ['privileged-checkout critical 8'],
  ],
  [
    'the same without rights',
    workflow(
      'pull_request',
      `      - uses: actions/checkout@v4\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}`,
    ),
    [],
  ],
  [
    'actions of others, once each',
    workflow(
      'push',
      `      - uses: acme/x@v1\n      - uses: acme/x@v1\n      - uses: acme/y@main\n      - uses: acme/z@${SHA}\n      - uses: actions/cache@v4\n      - uses: ./local\n      - uses: docker://alpine:3`,
    ),
    ['unpinned-action major 8', 'unpinned-action minor 6'],
  ],
  [
    'all rights',
    { '.github/workflows/a.yml': 'on: push\npermissions: write-all\njobs: {}\n' },
    ['write-all minor 2'],
  ],
  ['read rights', { '.github/workflows/a.yml': 'on: push\npermissions: read-all\njobs: {}\n' }, []],
  ['broken YAML', { '.github/workflows/a.yml': 'on: [push\n  a: b: c' }, []],
  [
    'an image without a version, as root',
    { Dockerfile: 'FROM node\nRUN npm ci\nCMD ["node", "a.js"]\n' },
    ['root-container minor 1', 'unpinned-image minor 1'],
  ],
  [
    'a sound image in stages',
    {
      Dockerfile:
        '# syntax\nFROM node:22-slim AS build\nRUN npm ci \\\n  && npm run build\nFROM build\nUSER node\nCMD ["node"]\n',
    },
    [],
  ],
  ['a base image and an argument', { 'base.dockerfile': 'ARG V=1\nFROM node:$V\nRUN x\n' }, []],
  [
    'back to root',
    { Dockerfile: 'FROM a:1\nUSER app\nUSER root\nENTRYPOINT ["a"]\n' },
    ['root-container minor 3'],
  ],
  [
    'a secret in the image',
    {
      Dockerfile:
        'FROM a:1\nENV API_TOKEN=s3cr3tvalue\nENV API_TOKEN_FILE=/run/x\nARG NPM_TOKEN\nENV TOKEN=$NPM_TOKEN\n',
    },
    ['image-secret major 2'],
  ],
  [
    'a download in the image',
    { Dockerfile: 'FROM a:1\nADD https://x.io/a.tgz /a\n' },
    ['remote-add minor 2'],
  ],
  [
    'compose',
    {
      'docker-compose.yml':
        'services:\n  a:\n    image: redis:latest\n    privileged: true\n    volumes:\n      - /var/run/docker.sock:/x\n  b:\n    image: redis:7 # not latest\n',
    },
    ['privileged-container major 4', 'unpinned-image minor 3', 'docker-socket minor 6'],
  ],
  ['YAML that starts nothing', { 'a.yml': 'image: redis:latest\nprivileged: true\n' }, []],
  ['one open file', { a: { mode: 0o666 }, b: 'x', c: 'x' }, ['world-writable minor undefined']],
  ['a disk where all is open', { a: { mode: 0o777 }, b: { mode: 0o777 }, c: 'x' }, []],
  [
    'a fixture',
    { 'tests/Dockerfile': 'FROM node\nCMD a\n', 'examples/Dockerfile': 'FROM node\nCMD a\n' },
    [],
  ],
];

describe('ci-permissions', () => {
  it.each(CASES)('%s', async (_name, files, found) => {
    const result = await run(fakeTree(files));
    const rules = rulesOf(result);
    expect(result.findings.map((f, i) => `${rules[i]} ${f.severity} ${f.line}`)).toEqual(found);
  });

  it('notes workflows that it cannot read', async () => {
    const { notes } = await run(fakeTree({ '.github/workflows/a.yml': 'a: b: c' }));
    expect(notes.join(' ')).toMatch(/1 workflow could not be read/);
  });
});
