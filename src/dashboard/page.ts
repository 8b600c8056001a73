import { createHash } from 'node:crypto';

/** What each page of the server may load: its own script and style, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The icon of the page: three bars in their slots. */
export const PAGE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d2127"/><rect x="3" y="3.5" width="7" height="2.2" rx="1" fill="#86cfa2"/><rect x="5" y="7" width="8" height="2.2" rx="1" fill="#94c1ef"/><rect x="3" y="10.5" width="5" height="2.2" rx="1" fill="#f0bd68"/></svg>\n`;

const head = (more: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${more}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>sao</title>
`;
const BODY = `<body><div id="page"><p class="loading">Loading…</p></div><noscript>This page needs JavaScript; the same numbers: <code>sao status</code></noscript>`;

/** The page of the server, which loads its script and its style. */
export const PAGE = `${head('')}<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
${BODY}</body>
</html>
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Renders one self-contained page with this data, which loads nothing. Pure. */
export function renderExport({
  script,
  style,
  data,
}: {
  script: string;
  style: string;
  data: unknown;
}): string {
  // Neither the end of a script nor a comment may be in it.
  const json = JSON.stringify(data)
    .replace(/</g, '\\u003c')
    .replace(/\u2028|\u2029/g, ' ');
  const code = script.replace(/<\/(?=script)/gi, '<\\/');
  const policy = `default-src 'none'; script-src ${hashOf(code)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`;
  return `${head(`<meta http-equiv="Content-Security-Policy" content="${policy}">`)}<style>${style}</style>
</head>
${BODY}
<script type="application/json" id="data">${json}</script>
<script type="module">${code}</script>
</body>
</html>
`;
}
