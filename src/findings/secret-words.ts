/** A word that names a secret. */
export const KEY_NAME =
  '(?:password|passwort|kennwort|passwd|passphrase|pwd|(?<=[_.-])pass|(?<=[_.])auth|secret|token|(?:api|access|private|encryption|signing|account)[ _-]?key|credential|(?<![A-Za-z0-9])(?:pw|pass)(?=["\'`]?[ \\t]?[:=]))';
/** Texts of which each such word has one. */
export const KEY_HINTS = ['pass', 'kennwort', 'pwd', 'pw', 'auth', 'secret', 'token', 'key', 'credential'];
/** What may follow the word in a name: `token_value_2`. */
export const KEY_TAIL = '(?:[_-]?(?:key|value|id|token|string|text|base|base64|prod|dev|live|\\d{1,3})){0,2}';
export const ASSIGNMENT_SIGN = '(?:=>|:=|={1,3}|:(?: &?[A-Za-z][\\w.<>?|[\\] ]{0,40} =)?)';
// The next parameter of a URL is not part of a value.
export const BARE_CHARACTER = '(?:(?!&[\\w.-]{1,40}=)[^\\s"\'`,;<>])';
/** A quoted value, or the first piece of a bare value. */
export const VALUE = `\\\\?"(?<double>[^"\\r\\n]{8,4096}?)\\\\?"|\\\\?'(?<single>[^'\\r\\n]{8,4096}?)\\\\?'|\\\\?["'\`]?(?<bare>${BARE_CHARACTER}{8,64})`;
