// Makes the process that loads it believe that a human types: for NODE_OPTIONS.
const tty = require('node:tty');
const fs = require('node:fs');
tty.isatty = () => true;
Object.defineProperty(process.stdin, 'isTTY', { value: true });
// And no parent is seen.
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  if (/^\/proc\/\d+\/(?:environ|cmdline|stat)$/.test(String(path)))
    throw Object.assign(new Error('gone'), { code: 'ENOENT' });
  return readFileSync(path, ...rest);
};
require('node:module').syncBuiltinESMExports();
