/** Rules that several languages and ways of reading code share: id, severity, fault, consequence and fix. */
export const MESSAGES = {
  sql: {
    id: 'sql-injection',
    severity: 'major',
    what: 'an SQL statement is built from values',
    why: 'A value that contains SQL changes the statement; pass values as parameters.',
  },
  shell: {
    id: 'shell-injection',
    severity: 'major',
    what: 'a shell runs a computed command',
    why: 'A value with shell syntax becomes a command; start the program with a list of arguments and without a shell.',
  },
  code: {
    id: 'eval-call',
    severity: 'major',
    what: 'computed text is run as code',
    why: 'A user who controls a part of the text can run code; parse the data, or look up the action in a table.',
  },
  markup: {
    id: 'request-output',
    severity: 'major',
    what: 'a value of the request is written into the page unescaped',
    why: 'Markup in the value runs in the visitor’s page; escape the value, or let a template escape it.',
  },
  path: {
    id: 'request-path',
    severity: 'major',
    what: 'a value of the request chooses a file',
    why: 'A value with `../` leads to other files; use only its last part, or compare the resolved path with the allowed folder.',
  },
  redirect: {
    id: 'request-redirect',
    severity: 'minor',
    what: 'a value of the request chooses the page to go to',
    why: 'A link to this site can lead visitors to a false site; allow only paths of this site, or a list of hosts.',
  },
  request: {
    id: 'request-forgery',
    severity: 'major',
    what: 'a value of the request chooses a server to call',
    why: 'A visitor reaches servers inside the network through this one; compare the host with a list of allowed hosts.',
  },
  template: {
    id: 'request-template',
    severity: 'major',
    what: 'a template is made from a value of the request',
    why: 'The value can run code of the template language; pass it to a fixed template as a variable.',
  },
  include: {
    id: 'request-include',
    severity: 'critical',
    what: 'a request value chooses the file to run',
    why: 'A visitor can choose which file is executed; map the value to a fixed list of files.',
  },
  unserialize: {
    id: 'unsafe-deserialization',
    severity: 'major',
    what: 'unserialize of a value',
    why: 'The data creates objects of the program’s classes; use json_decode, or `allowed_classes => false`.',
  },
} as const;
