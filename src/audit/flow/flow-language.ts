import type { Language } from '../../source/languages.ts';

/** How a language writes functions, assignments, strings and values of a request. Patterns match text with blank strings. */
export interface FlowLanguage {
  /** How the body of a function is delimited. */
  bodies: 'braces' | 'indents';
  /** Heads of functions; of `indents` a whole line. */
  head: RegExp;
  /** Has the groups `name` and `op`; the assigned expression follows. Needs the flag `g`. */
  assignment: RegExp;
  /** Whether a line end can end a statement. */
  byLine: boolean;
  /** Values that come from a request. */
  request: RegExp;
  /** Inserted expressions of a literal, in group 1; `isOpen` tells whether a literal inserts at all. */
  inserted: { pattern: RegExp; isOpen: (literal: string, prefix: string) => boolean } | undefined;
  /** An operator or call that joins a literal and values. */
  joins: RegExp;
  /** Names that are constants by their form, such as symbols. */
  symbols?: RegExp;
  /** Words that are no values. */
  words: RegExp;
}

const COMMON_WORDS =
  'true|false|null|nil|none|undefined|this|self|new|return|await|async|and|or|not|in|is|if|else|elif|then|do|end|as|typeof|instanceof|lambda|def|fn|func|function|var|let|const|val|void|string|int|integer|bool|boolean|float|double|long|char|byte|bytes|str|array|list|map|object|unsafe|mut|ref|out|static|final|isset|empty|PHP_EOL|DIRECTORY_SEPARATOR|__dir__|__file__|__FILE__|__DIR__';

const words = (more = ''): RegExp => new RegExp(`^(?:${COMMON_WORDS}${more})$`, 'i');

const JAVA_HEAD =
  /(?<![\w.])(?!(?:if|for|while|switch|catch|try|synchronized|return|new|else|using|lock|foreach|when)\b)[A-Za-z_]\w*\s*\([^;{}]*\)\s*(?::\s*[\w<>?., ]+)?(?:throws\s+[\w\s,.]+)?\{/g;

const JVM: FlowLanguage = {
  bodies: 'braces',
  head: JAVA_HEAD,
  assignment:
    /(?:(?<=[\n;{(])[ \t]*(?:(?:final|val|var|private|public|protected|static|readonly|const)[ \t]+)*(?:[A-Za-z_][\w.<>[\],?]*[ \t]+)?(?<name>[A-Za-z_][\w.]*)(?:[ \t]*:[ \t]*[\w<>?]+)?\s*(?<op>\+?=)(?![=>])|\b(?<builder>[A-Za-z_]\w*)\.[aA]ppend\()\s*/g,
  byLine: false,
  request:
    /\.(?:getParameter(?:Values|Map)?|getHeader|getHeaders|getQueryString|getCookies|getRequestURI|getPathInfo|getTheCookie|getTheParameter|getReader|getInputStream)\(|\bRequest\s*\.\s*(?:Query|Form|Params|Cookies|Headers|QueryString|Path)\b|\bRequest\s*\[|\b(?:HttpContext\.)?Request\.RawUrl\b/,
  inserted: undefined,
  joins: /["']\s*\+|\+\s*["']|\bString\.[Ff]ormat\s*\(|\.(?:formatted|concat|[aA]ppend)\(/,
  words: words('|String|Object|StringBuilder|StringBuffer|Integer|System|Convert'),
};

const isDouble = (literal: string) => literal.startsWith('"');

export const FLOW_LANGUAGES: Partial<Record<Language, FlowLanguage>> = {
  python: {
    bodies: 'indents',
    head: /^\s*(?:async\s+)?def\b/,
    assignment:
      /(?:(?<=^|[\n;])[ \t]*(?<name>[A-Za-z_][\w.]*)(?:[ \t]*:[ \t]*[\w[\], .|]+?)?[ \t]*(?<op>\+?=)(?!=)|\bfor[ \t]+(?<loop>[A-Za-z_]\w*)[ \t]+in\b|\((?<walrus>[A-Za-z_]\w*)[ \t]*:=)\s*/g,
    byLine: true,
    request:
      /(?<![\w])(?:self\.|flask\.)?request\.(?:args|form|values|GET|POST|data|json|cookies|headers|files|FILES|query_params|path_params|query|match_info|get_json|get_data|params|body|META|COOKIES|url|full_path|path|query_string|REQUEST)\b|\bself\.get_(?:query_)?arguments?\(|\bawait\s+request\.(?:json|form|body|post)\(/,
    inserted: {
      pattern: /(?<!\{)\{(?!\{)([^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*)\}/g,
      isOpen: (_literal, prefix) => /(?:^|[^\w])[rb]?f[rb]?$/i.test(prefix),
    },
    joins: /["'][ \t]*\)?\s*[%+]|[+]\s*[rbfu]{0,2}["']|\.(?:format|join|replace|format_map)\(|%\s*\(/,
    words: words('|True|False|None|str|f|r|b|rb|fr|u'),
  },
  ruby: {
    bodies: 'indents',
    head: /^\s*def\b/,
    assignment: /(?<=^|[\n;|])[ \t]*(?<name>@{0,2}[a-z_]\w*)[ \t]*(?<op>\|\|=|\+=|<<|=)(?![=~>])\s*/g,
    byLine: true,
    request:
      /(?<![\w.@])(?:params|cookies)\b(?!:)|\brequest\.(?:params|query_string|path|fullpath|url|headers|env|body|GET|POST|referer|referrer|user_agent|host)\b/,
    inserted: {
      pattern: /#\{([^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*)\}/g,
      isOpen: (literal) => !literal.startsWith("'") && !/^<<[~-]?'/.test(literal),
    },
    joins: /["']\s*(?:\+|%|<<)|(?:\+|<<)\s*["']|\b(?:format|sprintf)[ (]|\.join\b/,
    symbols: /(?<![:\w]):[a-z_]\w*|\b[a-z_]\w*:(?!:)/gi,
    words: words('|unless|until|while|puts|raise'),
  },
  php: {
    bodies: 'braces',
    head: /\b(?:function|fn)\b[^{;]*\{/g,
    assignment: /(?<![\w$])(?<name>\$\w+(?:->\w+)?)\s*(?<op>\.=|\?\?=|\+=|=)(?![=>])\s*/g,
    byLine: false,
    request:
      /\$_(?:GET|POST|REQUEST|COOKIE|FILES)\b|\$_SERVER\s*\[\s*['"](?:HTTP_|QUERY_STRING|REQUEST_URI|PHP_SELF|PATH_INFO)|\$(?:this->)?request->(?:input|get|query|post|all|request|cookie|header|cookies|headers|getQueryParams|getParsedBody|getParam|getPost|getVar|route)\b|\bgetallheaders\(|\bRequest::(?:input|get|query)\(|\bfilter_input\(\s*INPUT_\w+\s*,\s*["'][^"']*["']\s*\)/,
    inserted: {
      pattern: /(?<!\\)(?:\{(\$[^{}\n]+)\}|(\$[a-zA-Z_]\w*(?:->\w+|\[[^\]\n]*\])?))/g,
      isOpen: (literal) =>
        isDouble(literal) ||
        (/^<<</.test(literal) && !/^<<<[ \t]*'/.test(literal)) ||
        literal.startsWith('`'),
    },
    joins: /["']\s*\)*\s*\.|\.\s*\(*\s*["']|\bv?sprintf\s*\(|\.=|\bimplode\s*\(|\bstr_replace\s*\(/,
    words: words('|echo|print'),
  },
  go: {
    bodies: 'braces',
    head: /\bfunc\b[^{;\n]*\{/g,
    assignment:
      /(?:(?<=[\n;{])[ \t]*(?:var[ \t]+)?(?:if[ \t]+)?(?<name>[A-Za-z_]\w*)(?:[ \t]*,[ \t]*\w+)*(?:[ \t]+[\w.*[\]]+)?[ \t]*(?<op>:=|\+=|=)(?!=)|\b(?<builder>[A-Za-z_]\w*)\.WriteString\()\s*/g,
    byLine: true,
    request:
      /\b(?:r|req|request)\.(?:URL\.(?:Query|Path|RawQuery|RequestURI|String)|FormValue|PostFormValue|PathValue|Form|PostForm|Header|Cookie|Cookies|Host|RequestURI|Referer|UserAgent|Body|MultipartForm)\b|\b(?:c|ctx|gc)\.(?:Query|Param|Params|PostForm|FormValue|QueryParam|DefaultQuery|GetHeader|Cookie|QueryParams|GetQuery|PathParam|URLParam)\(|\b(?:mux\.Vars|chi\.URLParam)\(/,
    inserted: undefined,
    joins:
      /["`]\s*\+|\+\s*["`]|\bfmt\.(?:Sprintf|Sprint|Appendf)\s*\(|\bstrings\.(?:Join|Replace(?:All)?)\s*\(/,
    words: words('|fmt|strings|byte|error|nil|ctx|context|Background'),
  },
  java: JVM,
  kotlin: {
    ...JVM,
    head: /\bfun\b[^{;=\n]*\{/g,
    byLine: true,
    inserted: { pattern: /\$(?:\{([^{}\n]*)\}|([A-Za-z_]\w*))/g, isOpen: isDouble },
  },
  scala: {
    ...JVM,
    head: /\bdef\b[^{;=\n]*=?[^{;\n]*\{/g,
    byLine: true,
    inserted: {
      pattern: /\$(?:\{([^{}\n]*)\}|([A-Za-z_]\w*))/g,
      isOpen: (_literal, prefix) => /\b(?:s|f|sql"*)$/.test(prefix),
    },
  },
  csharp: {
    ...JVM,
    inserted: {
      pattern: /(?<!\{)\{(?!\{)([^{}\n]+)\}/g,
      isOpen: (literal, prefix) => /\$@?$/.test(prefix) || /^[$@]{1,2}"/.test(literal),
    },
  },
};

/** Values of JavaScript and TypeScript that come from a request, as names of members. */
export const SCRIPT_REQUEST =
  /^(?:this\.)?(?:_?req|request|ctx\.req|ctx\.request|c\.req|context\.request)\.(?:body|query|params|headers|cookies|url|originalUrl|path|hostname|file|files|rawBody|signedCookies|payload)\b|^(?:ctx|context)\.(?:query|params|querystring)\b|^(?:event|evt)\.(?:body|queryStringParameters|pathParameters|rawPath|rawQueryString)\b|^(?:router|route|\$route)\.query\b/;

/** Values of a browser that the address of the page sets. */
export const SCRIPT_BROWSER =
  /^(?:window\.|document\.|self\.)?location\.(?:hash|search|href|pathname)\b|^document\.(?:URL|documentURI|referrer|cookie)\b|^window\.name$/;

/** Calls of JavaScript and TypeScript that return a value of a request. */
export const SCRIPT_REQUEST_CALL =
  /^(?:_?req|request|c\.req|ctx)\.(?:param|get|header|query|queries)$|(?:^|\.)(?:searchParams|formData|params|urlParams|query|queryParams)\.get(?:All)?$/i;
