import { hasFixedHost, hasMarkup, hasSqlHole } from '../../flow/value.ts';
import type { FlowRule } from '../../rules/flow-rule.ts';
import { MESSAGES } from './messages.ts';

type Variant = Pick<FlowRule, 'languages' | 'call'> & Partial<FlowRule>;

// Rules of one fault, which differ in their languages and calls.
function family(base: Omit<FlowRule, 'languages' | 'call'>, variants: readonly Variant[]): FlowRule[] {
  return variants.map((variant) => ({ ...base, ...variant }));
}

/** SQL statements that are built from values. */
const SQL: readonly FlowRule[] = family(
  { ...MESSAGES.sql, purpose: 'sql', needs: 'built', when: hasSqlHole },
  [
    {
      languages: ['python'],
      call: /(?:\.(?:execute|executemany|executescript|raw|extra|read_sql|read_sql_query|fetch|fetchall|fetchone|fetchrow|fetchval)|(?<![\w])(?:RawSQL|(?:sqlalchemy\.|sa\.)?text))\s*\(/g,
    },
    {
      languages: ['go'],
      call: /\.(?:Query|QueryRow|Exec|Prepare|Raw|Queryx|QueryRowx|MustExec|Select|Get)(?:Context)?\(/g,
      argument: 'any',
    },
    {
      languages: ['java', 'kotlin', 'scala', 'csharp'],
      call: /(?:\.(?:execute(?:Query|Update|Batch|LargeUpdate)?|addBatch|createQuery|createNativeQuery|createSQLQuery|prepareStatement|prepareCall|query|queryFor\w+|update|batchUpdate|nativeSQL|rawQuery|execSQL|FromSqlRaw|ExecuteSqlRaw(?:Async)?|SqlQuery|ExecuteSqlCommand|Query(?:Async|First\w*|Single\w*)?|Execute(?:Async|Scalar\w*)?)(?:<[^>()\n]*>)?|\bnew\s+(?:\w*SqlCommand|\w*DbCommand|SQLiteCommand|MySqlCommand|SqlDataAdapter))\s*\(/g,
    },
    { languages: ['csharp'], call: /\.CommandText\s*=(?!=)\s*/g, argument: 'statement' },
    {
      languages: ['php'],
      call: /(?:(?:->|::)(?:query|exec|prepare|multi_query|real_query|get_results|get_row|get_var|get_col|raw|select|statement|unprepared|whereRaw|havingRaw|orderByRaw|selectRaw|fetchAll|fetchAssociative|executeQuery|executeStatement|querySingle|createQuery|createNativeQuery)|(?<![\w>:$])(?:mysqli?_(?:query|multi_query|real_query|prepare|unbuffered_query)|pg_(?:query|prepare|send_query)|sqlite_(?:query|exec)|odbc_(?:exec|prepare)|mssql_query|sqlsrv_query|oci_parse|db_query))\s*\(/g,
      argument: 'any',
    },
    {
      languages: ['ruby'],
      call: /\.?\b(?:find_by_sql|where|having|execute|exec_query|exec_update|order|reorder|group|joins|from|select|pluck|select_all|select_one|select_value|select_values|select_rows|count_by_sql|delete_all|update_all|exists\?|exec_params|query|prepare|find_by|not)[ \t]*\(/g,
    },
    {
      languages: ['ruby'],
      call: /\.(?:find_by_sql|where|having|execute|exec_query|order|joins|select_all|query)[ \t]+(?=["'\w@])/g,
      argument: 'statement',
    },
  ],
);

// `User.where("name = '#{name}'")` is a part of a statement that the call completes.
const RUBY_CONDITION: FlowRule = {
  ...MESSAGES.sql,
  languages: ['ruby'],
  call: /\.(?:where|having|order|reorder|find_by|joins|delete_all|update_all|exists\?|pluck|group|from|not)[ \t]*\(?(?=\s*["%(])/g,
  argument: 'first',
  purpose: 'sql',
  needs: 'built',
  when: (value) => /[=<>]\s*'?%?\uE000|\b(?:like|in|between)\s*\(?\s*'?%?\uE000/i.test(value.text),
};

/** The user of the machine has chosen the program. */
const OWN_PROGRAM = /ENV(?:\.fetch)?[[(]\s*["'](?:EDITOR|VISUAL|PAGER|BROWSER)["']/;

/** Commands for a shell. */
const SHELL: readonly FlowRule[] = family({ ...MESSAGES.shell, purpose: 'shell', needs: 'unknown' }, [
  {
    languages: ['python'],
    call: /\b(?:os\.(?:system|popen)|commands\.(?:getoutput|getstatusoutput)|subprocess\.(?:getoutput|getstatusoutput)|popen2\.popen[234]|asyncio\.create_subprocess_shell|pty\.spawn)\s*\(/g,
  },
  {
    languages: ['python'],
    call: /(?<![\w.])(?:(?:subprocess|sp)\.)?(?:run|call|Popen|check_call|check_output)\s*\(/g,
    when: (_value, call) => /\bshell\s*=\s*True\b/.test(call) || isShellList(call),
  },
  {
    languages: ['ruby'],
    call: /(?<![\w.:])(?:Kernel\.|Process\.)?(?:system|exec|spawn|IO\.popen|Open3\.\w+|PTY\.spawn)[ \t]*\(/g,
    when: (_value, call) => isSingleCommand(call) && !OWN_PROGRAM.test(call),
  },
  {
    languages: ['ruby'],
    call: /(?<![\w.:])(?:system|exec|spawn)[ \t]+(?=["'\w@#])(?!=)/g,
    argument: 'statement',
    when: (_value, call) => isSingleCommand(call.replace(/^\w+\s+/, 'x(')) && !OWN_PROGRAM.test(call),
  },
  {
    languages: ['php'],
    call: /(?<![\w>:$])\\?(?:shell_exec|exec|system|passthru|popen|proc_open|pcntl_exec)\s*\(/g,
  },
  {
    languages: ['go'],
    call: /\bexec\.Command(?:Context)?\(/g,
    argument: 'any',
    when: (_value, call) =>
      /"(?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da)?sh"\s*,\s*"-l?c"|"cmd(?:\.exe)?"\s*,\s*"\/[cC]"/.test(call),
  },
  { languages: ['go'], call: /\bexec\.Command(?:Context)?\(/g, needs: 'request' },
  {
    languages: ['java', 'kotlin', 'scala'],
    call: /\bgetRuntime\(\)\s*\.exec\(/g,
    when: (_value, call) => !/new\s+String\s*\[\s*\]\s*\{(?!\s*"(?:\/bin\/)?(?:ba)?sh")/.test(call),
  },
  {
    languages: ['java', 'kotlin', 'scala'],
    call: /\b(?:ProcessBuilder|\.command)\(/g,
    argument: 'any',
    when: (_value, call) =>
      /"(?:\/bin\/)?(?:ba|z)?sh"\s*,\s*"-l?c"|"cmd(?:\.exe)?"\s*,\s*"\/[cC]"/.test(call),
  },
  { languages: ['csharp'], call: /\bProcess\.Start\(/g, argument: 1, needs: 'built' },
  { languages: ['csharp'], call: /\bArguments\s*=(?!=)\s*/g, argument: 'statement', needs: 'built' },
]);

// `["sh", "-c", command]`
function isShellList(call: string): boolean {
  return /\[\s*["'](?:\/bin\/)?(?:ba|z|da)?sh["']\s*,\s*["']-l?c["']\s*,/.test(call);
}

// With more than one argument, Ruby starts the program without a shell.
function isSingleCommand(call: string): boolean {
  const open = call.indexOf('(');
  const rest = call
    .slice(open + 1)
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
    .replace(/\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}/g, '');
  return !/^[^,]*,\s*(?!(?:\w+:|:\w+\s*=>|err:|out:|chdir:))/.test(rest) && !/^\s*\*/.test(rest);
}

/** Text that becomes code. */
const CODE: readonly FlowRule[] = family({ ...MESSAGES.code, purpose: 'code', needs: 'unknown' }, [
  {
    languages: ['python'],
    call: /(?<![\w.])(?:builtins\.)?(?:eval|exec)\s*\(/g,
    // Runs a file of the machine under its name: a configuration, a start-up file.
    when: (_value, call) =>
      !/\bcompile\([^,]+,\s*(?!["']<)\w*(?:file|path|name|script|startup|rc)\w*\s*,/i.test(call),
  },
  { languages: ['ruby'], call: /(?<![\w.:])(?:Kernel\.)?eval[ \t]*\(/g },
  { languages: ['ruby'], call: /(?<![\w.:])eval[ \t]+(?=["'\w@])/g, argument: 'statement' },
  { languages: ['ruby'], call: /\.(?:instance_eval|class_eval|module_eval)\s*\(/g, needs: 'request' },
  {
    languages: ['ruby'],
    call: /\.(?:send|public_send|__send__|constantize|const_get)\s*\(/g,
    needs: 'request',
  },
  {
    languages: ['php'],
    call: /(?<![\w>:$])(?:eval|create_function)\s*\(/g,
    argument: 'any',
    // The program declares what it has written itself.
    when: ({ text, level }) =>
      level === 'request' || !/^\s*(?:namespace|(?:final |abstract )?class|function)\b/.test(text),
  },
  { languages: ['php'], call: /(?<![\w>:$])(?:assert|call_user_func(?:_array)?)\s*\(/g, needs: 'request' },
  {
    languages: ['java', 'kotlin', 'scala'],
    call: /\b\w*(?:[eE]ngine|[sS]hell|[iI]nterpreter|[jJ]exl|[sS]cript)\.(?:eval|evaluate|parse)\(|\bparseExpression\(/g,
  },
]);

/** Values of a request in a page. */
const MARKUP: readonly FlowRule[] = family({ ...MESSAGES.markup, purpose: 'markup', needs: 'request' }, [
  {
    languages: ['php'],
    call: /(?<![\w>:$])(?:echo|print|printf|die|exit|vprintf)\b[ \t]*/g,
    argument: 'statement',
  },
  {
    languages: ['php'],
    call: /(?<![\w$])\$\w*(?:html|output|body|page|content|message|response)\w*\s*\.?=(?![=>])\s*/gi,
    argument: 'statement',
    when: hasMarkup,
  },
  {
    languages: ['python'],
    call: /(?<![\w.])(?:HttpResponse|make_response|Markup|mark_safe|HTMLResponse|(?:web\.)?Response)\s*\(/g,
    when: hasMarkup,
  },
  {
    languages: ['python'],
    call: /(?<![\w.])(?:Markup|mark_safe|make_response|HttpResponse|HTMLResponse)\s*\(/g,
  },
  { languages: ['python'], call: /(?<=^|\n)[ \t]+return[ \t]+/g, argument: 'statement', when: hasMarkup },
  {
    languages: ['ruby'],
    call: /\brender[ \t]*\(?[ \t]*(?:inline|html|text|plain_html):[ \t]*/g,
    argument: 'statement',
  },
  { languages: ['ruby'], call: /(?<![\w.])raw[ \t]*\(/g },
  {
    languages: ['java', 'kotlin', 'scala'],
    call: /(?:\bgetWriter\(\)|\b(?:out|writer|pw|printWriter|response))\s*\.(?:print|println|write|append|format|printf)\(/g,
  },
  { languages: ['csharp'], call: /\bResponse\.Write(?:Async)?\(|\bHtml\.Raw\(/g },
  {
    languages: ['go'],
    call: /\bfmt\.Fprint(?:f|ln)?\(\s*(?:w|rw|writer|res|resp|c\.Writer)\b/g,
    argument: 'statement',
  },
  { languages: ['go'], call: /\b(?:w|rw|writer)\.Write\(|\bio\.WriteString\(/g, argument: 'any' },
  {
    languages: ['go'],
    call: /\btemplate\.(?:HTML|JS|URL|HTMLAttr|CSS)\(/g,
    needs: 'unknown',
    // Without requests the program makes pages from files of its own user.
    isIntended: ({ text }) => !/"net\/http"|"github\.com\/(?:gin-gonic|labstack|gofiber|go-chi)\//.test(text),
  },
]);

/** Paths of files from a request. */
const PATHS: readonly FlowRule[] = family({ ...MESSAGES.path, purpose: 'path', needs: 'request' }, [
  {
    languages: ['python'],
    call: /(?<![\w.])(?:open|io\.open|send_file|FileResponse|(?:pathlib\.)?Path|os\.(?:remove|unlink|rename|listdir|rmdir|makedirs)|shutil\.\w+|codecs\.open|static_file)\s*\(/g,
  },
  {
    languages: ['php'],
    call: /(?<![\w>:$])(?:file_get_contents|file_put_contents|fopen|readfile|file|unlink|copy|rename|rmdir|opendir|scandir|move_uploaded_file|show_source|highlight_file|simplexml_load_file|parse_ini_file|fpassthru|mkdir|symlink)\s*\(/g,
    argument: 'any',
  },
  {
    languages: ['ruby'],
    call: /(?<![\w:])(?:File\.(?:open|read|new|write|delete|readlines|binread|unlink)|IO\.(?:read|readlines)|Dir\.(?:glob|entries)|send_file|FileUtils\.\w+)\s*\(/g,
  },
  { languages: ['ruby'], call: /(?<![\w:.])send_file[ \t]+/g, argument: 'statement' },
  {
    languages: ['go'],
    call: /\b(?:os\.(?:Open|OpenFile|ReadFile|WriteFile|Create|Remove|RemoveAll|ReadDir)|ioutil\.(?:ReadFile|WriteFile|ReadDir)|filepath\.Join)\(/g,
    argument: 'any',
  },
  { languages: ['go'], call: /\bhttp\.ServeFile\(/g, argument: 2 },
  { languages: ['go'], call: /\bc\.(?:File|SendFile|FileAttachment)\(/g },
  {
    languages: ['java', 'kotlin', 'scala'],
    call: /\b(?:File|FileInputStream|FileReader|FileOutputStream|FileWriter|RandomAccessFile|Paths\.get|Path\.of|Files\.\w+)\(/g,
    argument: 'any',
  },
  {
    languages: ['csharp'],
    call: /\bFile\.(?:ReadAll\w+|Open\w*|WriteAll\w+|Delete|Move|Copy)\(|\b(?:new\s+FileStream|PhysicalFile|Path\.Combine)\(/g,
    argument: 'any',
  },
]);

/** Redirects to an address of a request. */
const REDIRECTS: readonly FlowRule[] = family(
  { ...MESSAGES.redirect, purpose: 'address', needs: 'request' },
  [
    {
      languages: ['python'],
      call: /(?<![\w])(?:redirect|HttpResponseRedirect|HttpResponsePermanentRedirect|RedirectResponse|HTTPFound|HTTPSeeOther)\s*\(/g,
    },
    {
      languages: ['php'],
      call: /(?<![\w>:$])header\s*\(/g,
      when: (value) => /^\s*(?:location|refresh)\s*:(?:[^\uE000]*url=)?\s*\uE000/i.test(value.text),
    },
    { languages: ['php'], call: /(?<![\w$])(?:redirect|Redirect::to|->redirect)\s*\(/g },
    {
      languages: ['ruby'],
      call: /(?<![\w.])redirect_to\b[ \t]*\(?[ \t]*(?!\w+:|[=!]=?|\?)/g,
      argument: 'statement',
      when: (_value, call) =>
        !/only_path:\s*true|allow_other_host:\s*false/.test(call) &&
        !/^redirect_to[ (]*\w+_(?:path|url)\b|\b(?:action|controller):/.test(call),
    },
    { languages: ['go'], call: /\bhttp\.Redirect\(/g, argument: 2 },
    { languages: ['go'], call: /\bc\.Redirect\(/g, argument: 1 },
    { languages: ['java', 'kotlin', 'scala'], call: /\.sendRedirect\(/g },
    { languages: ['csharp'], call: /(?<![\w])(?:Response\.)?Redirect(?:Permanent)?\(/g },
  ],
).map((rule) => ({
  ...rule,
  when: (value, call) => (rule.when?.(value, call) ?? true) && !hasFixedHost(value),
}));

/** Requests to an address of a request. */
const REQUESTS: readonly FlowRule[] = family(
  { ...MESSAGES.request, purpose: 'address', needs: 'request', when: (value) => !hasFixedHost(value) },
  [
    {
      languages: ['python'],
      call: /(?<![\w.])(?:requests\.(?:get|post|put|patch|delete|head)|httpx\.(?:get|post|put|delete|head|stream)|urllib\.request\.(?:urlopen|urlretrieve|Request)|urllib2?\.urlopen|urlopen)\s*\(/g,
    },
    { languages: ['php'], call: /(?<![\w>:$])(?:curl_init|get_headers|fsockopen)\s*\(/g },
    {
      languages: ['php'],
      call: /(?<![\w>:$])curl_setopt\s*\([^,;]*,\s*CURLOPT_URL\s*,\s*/g,
      argument: 'statement',
    },
    {
      languages: ['ruby'],
      call: /(?<![\w])(?:Net::HTTP\.\w+|URI\.open|URI\.parse|HTTParty\.\w+|RestClient\.\w+|Faraday\.\w+|(?<!\.)open|OpenURI\.open_uri)\s*\(/g,
    },
    { languages: ['go'], call: /\bhttp\.(?:Get|Head|Post|PostForm)\(/g },
    { languages: ['go'], call: /\bhttp\.NewRequest\(/g, argument: 1 },
    {
      languages: ['java', 'kotlin', 'scala'],
      call: /\bnew\s+URL\(|\bURI\.create\(|\.(?:getForObject|getForEntity|postForObject)\(/g,
    },
    {
      languages: ['csharp'],
      call: /\.(?:GetAsync|GetStringAsync|PostAsync|DownloadString)\(|\bWebRequest\.Create\(/g,
    },
  ],
);

/** Templates, files of code and objects from a request or a value. */
const DATA: readonly FlowRule[] = [
  {
    ...MESSAGES.template,
    languages: ['python'],
    call: /(?<![\w.])(?:render_template_string)\s*\(/g,
    purpose: 'data',
    needs: 'built',
  },
  {
    ...MESSAGES.template,
    languages: ['python'],
    call: /(?<![\w.])(?:jinja2\.)?(?:Template|Environment\([^)\n]*\)\.from_string|\w*env\w*\.from_string)\s*\(/gi,
    purpose: 'data',
    needs: 'request',
  },
  { ...MESSAGES.template, languages: ['ruby'], call: /\bERB\.new\s*\(/g, purpose: 'data', needs: 'request' },
  {
    ...MESSAGES.template,
    languages: ['go'],
    call: /\btemplate\.New\([^)\n]*\)\.Parse\(/g,
    purpose: 'data',
    needs: 'request',
  },
  {
    ...MESSAGES.template,
    languages: ['php'],
    call: /->(?:createTemplate|renderString)\s*\(/g,
    purpose: 'data',
    needs: 'request',
  },
  {
    ...MESSAGES.include,
    languages: ['php'],
    call: /(?<![\w>:$])(?:include|require)(?:_once)?\b[ \t]*/g,
    argument: 'statement',
    purpose: 'path',
    needs: 'request',
  },
  {
    ...MESSAGES.unserialize,
    languages: ['php'],
    call: /(?<![\w>:$])unserialize\s*\(/g,
    purpose: 'data',
    needs: 'unknown',
    when: (_value, call) => !/allowed_classes/.test(call),
    isIntended: ({ text }) => /(?<![\w>:$])(?:__)?serialize\s*\(/.test(text),
  },
];

/** Rules for values that reach a dangerous call, in all languages except JavaScript and TypeScript. */
export const FLOW_RULES: readonly FlowRule[] = [
  ...SQL,
  RUBY_CONDITION,
  ...SHELL,
  ...CODE,
  ...MARKUP,
  ...PATHS,
  ...REDIRECTS,
  ...REQUESTS,
  ...DATA,
];
