import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A `ps` that answers in the form of macOS from Linux's /proc: also `-E`, and programs by their path. */
const PS = `
const { readdirSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const read = (pid, name) => { try { return readFileSync('/proc/' + pid + '/' + name, 'utf8'); } catch { return ''; } };
const words = (pid, name) => read(pid, name).split('\\0').filter(Boolean).join(' ');
const only = args.includes('-p') ? [args[args.indexOf('-p') + 1]] : undefined;
const pids = only ?? readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
const columns = args[args.indexOf('-o') + 1];
for (const pid of pids) {
  const stat = read(pid, 'stat');
  if (stat === '') { process.exitCode = 1; continue; }
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const [state, parent, group, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [day, date, month, year, time] = new Date(fields[16] * 10).toUTCString().split(/[ ,]+/);
  const environment = args.includes('-E') ? ' ' + words(pid, 'environ') : '';
  const values = { 'pid': pid.padStart(5), 'ppid': parent.padStart(5), 'pgid': group.padStart(5), 'stat': state + 's',
    'lstart': [day, month, String(Number(date)).padStart(2), time, year].join(' ') + '    ', 'comm': '/Applications/Some App/' + name,
    'args': words(pid, 'cmdline'), 'command': words(pid, 'cmdline') + environment };
  console.log(columns.split(',').map((column) => values[column.replace('=', '')]).join(' '));
}
`;

const SYSCTL = `
const known = { 'kern.bootsessionuuid': process.env.FAKE_BOOT ?? '7F0C2B52-6D0E-4D6F-9B0A-2B1C7F0A9E11' };
for (const name of process.argv.slice(2).filter((word) => word !== '-n')) {
  if (known[name] === undefined) process.exitCode = 1;
  else console.log(known[name]);
}
`;

/** Writes the programs `ps` and `sysctl` of a simulated macOS into a folder; Linux only. */
export function writeMacPrograms(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ps: PS, sysctl: SYSCTL })) {
    writeFileSync(join(folder, name), `#!${process.execPath}\n${text}`);
    chmodSync(join(folder, name), 0o755);
  }
}
