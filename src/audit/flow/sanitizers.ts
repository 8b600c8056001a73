import type { Purpose } from './value.ts';

/** Calls whose result holds no text of the caller: numbers, hashes, lengths, truth values. */
const NEUTRAL = String.raw`wp_parse_id_list|int|float|intval|floatval|boolval|count|len|strlen|sizeof|Number|parseInt|parseFloat|BigInt|Boolean|Integer|Float|(?:Integer|Long|Double|Short)\.(?:parse\w+|valueOf)|strconv\.(?:Itoa|Atoi|ParseInt|ParseUint|ParseFloat|FormatInt|ParseBool)|(?:int|long|decimal|double|Guid|DateTime)\.Parse|Convert\.To(?:Int\w*|Double|Decimal|Boolean)|uuid\.\w+|UUID\.\w+|time|date|hash\w*|md5|sha1|sha256|bin2hex|base64_encode|base64\.\w+|ctype_\w+|is_numeric|isset|empty|in_array|array_key_exists|bool|abs|round|range|id|type|hex|json_encode|JSON\.stringify|json\.dumps|crc32|password_hash|isinstance|hasattr`;

const BY_PURPOSE: Record<Purpose, string> = {
  code: '(?!)',
  shell: String.raw`(?:shlex\.|pipes\.)?quote|shlex\.join|list2cmdline|escapeshell(?:arg|cmd)|(?:Shellwords\.)?(?:shellescape|escape|shelljoin)|shell(?:_?[eE]scape|_?[qQ]uote)\w*|quote\w*|escapeArg\w*`,
  sql: String.raw`(?:[\w$]+(?:\.|->|::))*(?:\w*[qQ]uote\w*|\w*[eE]scape\w*|real_escape\w*|mysqli?_(?:real_)?escape_string|pg_escape_\w+|sanitize_sql\w*|prepare\w*|sqlstr|addslashes|esc_sql|quoteIdentifier|Identifier|Literal|SQL|table_name|quoted_\w+|placeholders?|bindparam|absint)`,
  markup: String.raw`(?:[\w$]+(?:\.|->|::))*(?:\w*[eE]scape\w*|\w*sanitiz\w*|\w*[sS]anitize\w*|htmlspecialchars|htmlentities|strip_tags|esc_\w+|h|e|clean|purify|bleach\.\w+|encode\w*|urlencode|rawurlencode|url_for|linebreaks|format_html|conditional_escape|HtmlEncode|EscapeString|HTMLEscapeString|JSEscapeString|QueryEscape|forHtml\w*|xss|json|to_json|translate|__|_e|t|number_format|wp_kses\w*|absint|tojson)`,
  path: String.raw`(?:[\w$]+(?:\.|->|::))*(?:basename|secure_filename|safe_join|Base|getFileName|GetFileName|sanitize\w*|realpath|SafeJoin|SecureJoin|filepath\.Clean|cleanPath|slugify|parameterize|getName|escape\w*|safe_path\w*|sanitize_file_name|md5|normalizePath)`,
  address: String.raw`(?:[\w$]+(?:\.|->|::))*(?:url_has_allowed_host_and_scheme|is_safe_url|url_for|reverse|url_from|urlencode|rawurlencode|quote|quote_plus|encodeURIComponent|encodeURI|QueryEscape|PathEscape|URLEncoder\.encode|wp_validate_redirect|wp_safe_redirect|esc_url\w*|sanitize\w*|validate\w*|safe\w*|allow\w*|UrlEncode|EscapeDataString|basename)`,
  data: '(?!)',
};

const patterns = new Map<Purpose, RegExp>();

/** Returns the pattern of calls, with their opening bracket, whose result is harmless for a purpose. */
export function sanitizerPattern(purpose: Purpose): RegExp {
  const known = patterns.get(purpose);
  if (known) return known;
  const pattern = new RegExp(String.raw`(?<![\w$])(?:\\)?(?:${NEUTRAL}|${BY_PURPOSE[purpose]})\s*\(`, 'g');
  patterns.set(purpose, pattern);
  return pattern;
}

/** Casts and conversions that follow or precede a value: `(int) $id`, `x.to_i`, `?:number`. */
export const CASTS =
  /\([^()\n]*\)\.to_i\b|\(\s*(?:int|integer|float|double|bool|boolean|long)\s*\)\s*[$\w]+(?:->\w+|\[[^\]\n]*\])*|(?<![\w.])[\w@]+(?:\[[^\]\n]*\]|\.\w+)*\.(?:to_i|to_f|to_sym|length|size|count|id|Id|intValue\(\)|hashCode\(\)|getId\(\))\b/g;

/** Names of methods and functions that pass their arguments on as text. */
export const TRANSPARENT_CALL =
  /(?:^|[.>:])(?:format|join|strip|lstrip|rstrip|trim|ltrim|rtrim|lower|upper|toLowerCase|toUpperCase|strtolower|strtoupper|ucfirst|replace|str_replace|sprintf|vsprintf|Sprintf|Sprint|Format|concat|decode|encode|to_s|toString|ToString|str|String|text|chomp|squish|strip_heredoc|implode|stripslashes|urldecode|unquote|dedent|cat|freeze|array|list|tuple|append|Append|byte|mb_\w+|substr|array_merge)$/;

/** Blanks the calls that a pattern finds, with their arguments. */
export function removeCalls(code: string, pattern: RegExp): string {
  let blanked = code;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(blanked); match; match = pattern.exec(blanked)) {
    const open = match.index + match[0].length - 1;
    let depth = 0;
    let end = open;
    for (; end < blanked.length; end++) {
      if (blanked[end] === '(') depth += 1;
      else if (blanked[end] === ')' && --depth === 0) break;
    }
    blanked =
      blanked.slice(0, match.index) +
      ' '.repeat(Math.min(end + 1, blanked.length) - match.index) +
      blanked.slice(end + 1);
    pattern.lastIndex = match.index + 1;
  }
  return blanked;
}

/** The same for JavaScript and TypeScript, where the syntax tree gives the last part of the name only. */
export const SCRIPT_TRANSPARENT =
  /^(?:String|toString|trim|trimStart|trimEnd|toLowerCase|toUpperCase|replace|replaceAll|concat|join|slice|substring|substr|split|format|decodeURIComponent|decodeURI|unescape|atob|map|filter|flat|reverse|padStart|padEnd|repeat|normalize|pop|shift|at|toLocaleString|valueOf|resolve|parse|from|raw|dedent|get)$/;

/** Names of the calls of JavaScript and TypeScript whose result is harmless for a purpose. */
export const SCRIPT_HARMLESS: Record<Purpose, RegExp> = {
  code: /(?!)/,
  shell: /(?:shell)?(?:quote|escape)/i,
  sql: /escape|quote|^wrap\w*$|sanitiz|placeholder|^(?:format|literal|ident|identifier|raw|sql|prepare)$/i,
  markup:
    /escape|sanitiz|purify|encode|trusted|serialize|^(?:h|t|i18n|stringify|translate|marked|highlight\w*|safe\w*)$/i,
  path: /basename|sanitiz|safe|slug|^(?:realpath|realpathSync|normalize)$/i,
  address: /encode|sanitiz|safe|allow|validate|basename|^(?:url_for|reverse)$/i,
  data: /(?!)/,
};

/** Names of the calls of JavaScript and TypeScript whose result holds no text of the caller. */
export const SCRIPT_NEUTRAL =
  /^(?:Number|parseInt|parseFloat|BigInt|Boolean|stringify|indexOf|includes|startsWith|endsWith|test|charCodeAt|hash|digest|size|count|isArray|getTime|toFixed|toISOString|randomUUID|uuid|uuidv4|nanoid|v4)$/;
