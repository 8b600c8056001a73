import { describe, expect, it } from 'vitest';
import { findAgentCallFault } from '../../../../src/session/hooks/agent-calls.ts';

describe('findAgentCallFault', () => {
  it.each([
    'sao retry R other --force',
    'cd /p && sao gap R a1 x',
    'npm test; sao plan --new p.json',
    'env A=1 sao init',
    '/opt/plugin/bin/sao build x',
    'node /opt/plugin/bin/sao next R --confirm',
    'npx scaled-agent-orchestration audit .',
    'sao plan --new - <<EOF\n{}\nEOF',
    'X=1; for i in 1 2; do sao retry R a$i; done',
    'bash -c "sao next R --budget 9"',
    '$(sao gap R a1)',
    "sh -c 'sao clean --older-than 1s'",
    'exec env -i PATH=$PATH sao next R',
    'env -i HOME=/home/ada PATH=$PATH sao init',
    'env -u CLAUDECODE sao gap R a1 x',
    '/usr/bin/env -C /p sao init',
    'nice -n 5 sao init',
    'timeout 9 sao init',
    'setsid -f sao clean --older-than 1s --abandoned',
    'setsid -f bash -c "(sao init &)"',
    'nohup sao plan --new p.json',
    "script -qec 'sao init' /dev/null",
    "env -S 'sao init'",
    'flock /tmp/x sao next R',
    'sh -c "exec sao next R"',
    'stdbuf -oL sao next R',
    '$(command -v sao) next R',
    '"$(which sao)" next R',
    '`which sao` init',
    'node /opt/plugin/bin/lib/cli.cjs init',
    'node bin/lib/cli.cjs next R && true $X',
    'sao --json next R $X',
  ])('refuses %s', (command) => {
    expect(findAgentCallFault(command)).toMatch(/^Not run: an agent of a run made this call/);
  });

  it.each([
    'sao verify R',
    'sao status && sao list',
    'sao contract check',
    'sao prompt R a1 | head',
    'grep -rn sao src',
    "grep -rn 'sao retry' docs",
    'cat docs/sao/retry.md',
    'sao next R --domain d1',
    'for i in 1 2; do sao verify R; done',
    'npm test',
    'timeout 60 npm test',
    'env FOO=1 npm run sao-lint',
    "env A=1 grep -rn 'sao' src",
    'nice -n 5 sao verify R',
    'git log --grep sao && git diff',
    // These refuse an agent themselves.
    'sao gate approve ship R',
    'sao run R',
  ])('lets %s through', (command) => {
    expect(findAgentCallFault(command)).toBeUndefined();
  });
});
