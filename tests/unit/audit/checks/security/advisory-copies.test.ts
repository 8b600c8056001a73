import { describe, expect, it } from 'vitest';
import { copyForTool } from '../../../../../src/audit/checks/security/advisory-copies.ts';

describe('copyForTool', () => {
  it.each([
    [
      'the servers, plugins and scripts of composer',
      'composer.json',
      '{"require":{"a/b":"^1"},"repositories":[{"type":"composer","url":"http://evil.test"}],"config":{"cafile":"x"},"scripts":{"pre-autoload-dump":"x"}}',
      '{"require":{"a/b":"^1"}}',
    ],
    [
      'the package manager and its settings',
      'package.json',
      '{"name":"a","packageManager":"pnpm@9","devEngines":{"packageManager":{"name":"pnpm"}},"pnpm":{"configDependencies":{"x":"1"}},"scripts":{"preinstall":"x"},"dependencies":{"b":"1"}}',
      '{"name":"a","dependencies":{"b":"1"}}',
    ],
    [
      'the addresses of an old lock file of npm',
      'package-lock.json',
      '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","resolved":"http://evil.test/a.tgz"},"b":{"version":"http://evil.test/b.tgz"},"c":{"version":"git+ssh://evil.test/c.git#1","from":"x"}}}',
      '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0"}}}',
    ],
    [
      'the addresses of a lock file of npm',
      'npm-shrinkwrap.json',
      '{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0","resolved":"http://evil.test/a.tgz","integrity":"sha512-x"}}}',
      '{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0","integrity":"sha512-x"}}}',
    ],
    [
      'the indexes of requirements, also over two lines',
      'requirements-dev.txt',
      'a==1 # see https://docs.test\n-i http://evil.test\n--extra-index-url \\\n  http://evil.test\nb @ https://evil.test/b.whl\nc==2 \\\n  --hash=sha256:00\n',
      'a==1 # see https://docs.test\nc==2    --hash=sha256:00\n',
    ],
    ['what is no JSON', 'composer.json', '{', '{}'],
  ])('leaves out %s', (_, name, text, expected) => {
    expect(copyForTool(name, text)).toBe(expected);
  });

  it.each([
    ['Cargo.lock', 'source = "registry+https://x"'],
    ['package-lock.json', 'no JSON'],
  ])('keeps %s as it is', (name, text) => {
    expect(copyForTool(name, text)).toBe(text);
  });
});
