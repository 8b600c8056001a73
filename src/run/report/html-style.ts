import { type FindingCounts, SEVERITIES } from '../../findings/finding.ts';

const LIGHT = `--page:#faf9f7;--card:#fff;--ink:#1d2127;--soft:#59616c;--line:#e4e1db;--chip:#f1efea;
--critical:#a8201a;--critical-soft:#fbeae8;--major:#8a5200;--major-soft:#fbf1de;--minor:#2f5f8f;--minor-soft:#e8f0f8;
--good:#2b6b45;--shadow:0 1px 2px rgb(30 25 15/.05)`;
const DARK = `--page:#14161a;--card:#1c1f25;--ink:#e8e6e1;--soft:#a3abb6;--line:#2e333c;--chip:#262a32;
--critical:#ff9a92;--critical-soft:#3b1d1c;--major:#f0bd68;--major-soft:#372a14;--minor:#94c1ef;--minor-soft:#1b2b3c;
--good:#86cfa2;--shadow:none`;

const BASE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:64rem;margin:0 auto;padding:clamp(1.5rem,5vw,4rem) clamp(1rem,4vw,2rem)}
h1,h2,h3,p,ul,ol,dl,dd{margin:0;padding:0}
h1,h2,h3{font-family:Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4",Georgia,ui-serif,serif;font-weight:600;line-height:1.2;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:clamp(1.75rem,1.2rem + 2.4vw,2.75rem);letter-spacing:-.015em;max-width:26ch}
h1.long{font-size:clamp(1.25rem,1.1rem + .8vw,1.625rem);line-height:1.35;letter-spacing:-.005em;max-width:52ch}
h2{font-size:1.5rem;margin:3.5rem 0 1rem;letter-spacing:-.01em}
h3{font-size:1.125rem}
code,.place{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.label{color:var(--soft);font-size:.8125rem;letter-spacing:.02em}
.overline{color:var(--soft);font-size:.75rem;font-weight:600;letter-spacing:.1em;text-transform:uppercase;margin-bottom:.75rem}
.meta{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin-top:1.25rem;color:var(--soft);font-size:.875rem}
.meta dt{display:inline}.meta dt::after{content:" "}.meta dd{display:inline;color:var(--ink);overflow-wrap:anywhere}
`;

const CARDS = `
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin-top:2.25rem;list-style:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.125rem;box-shadow:var(--shadow)}
.card.critical:not(.none){background:var(--critical-soft);border-color:transparent}
.card strong{display:block;font-size:2.125rem;line-height:1.1;font-weight:600;font-variant-numeric:tabular-nums;color:var(--tone,var(--ink))}
.card.none strong{color:var(--soft)}.card small{font-size:1rem;font-weight:400;color:var(--soft)}
.good{--tone:var(--good)}.warn{--tone:var(--major)}
.box{margin-top:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.125rem 1.25rem;box-shadow:var(--shadow)}
.box.warn{background:var(--major-soft);border-color:var(--major)}.box.warn h2{color:var(--major)}
.box h2{font-size:1.0625rem;margin:0;letter-spacing:0}
.box ul{list-style:none;margin-top:.625rem;display:grid;gap:.5rem}.box li{overflow-wrap:anywhere;font-size:.9375rem}
`;

const FINDINGS = `
.filters{display:flex;flex-direction:column;gap:.625rem;margin-bottom:1.25rem}
fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.375rem;align-items:center;min-width:0}
legend{float:left;width:4.5rem;color:var(--soft);font-size:.8125rem;padding:.3rem 0}
.chip{position:relative;display:inline-flex}
.chip input{position:absolute;inset:0;opacity:0;margin:0;width:100%;height:100%;cursor:pointer}
.chip span{border:1px solid var(--line);background:transparent;color:var(--soft);border-radius:2rem;padding:.25rem .75rem;font-size:.8125rem;line-height:1.4;overflow-wrap:anywhere}
.chip b{font-weight:400;font-variant-numeric:tabular-nums}
.chip input:checked+span{background:var(--tone-soft,var(--chip));border-color:var(--tone,var(--soft));color:var(--tone,var(--ink));font-weight:600}
.chip input:focus-visible+span{outline:2px solid var(--minor);outline-offset:2px}
@supports not selector(:has(*)){.filters{display:none}}
.findings{background:var(--card);border:1px solid var(--line);border-radius:.75rem;box-shadow:var(--shadow);overflow:hidden}
.findings ol{list-style:none}
.groups{list-style:none}.group{border-top:1px solid var(--line);margin-top:-1px}
.group summary{display:grid;grid-template-columns:4.25rem minmax(0,1fr) auto;gap:.25rem 1rem;align-items:baseline;padding:.875rem 1.25rem;cursor:pointer;list-style:none}
.group summary::-webkit-details-marker{display:none}.group summary:hover{background:var(--page)}
summary:focus-visible{outline:2px solid var(--minor);outline-offset:-2px}
.head{display:flex;flex-wrap:wrap;gap:.125rem .75rem;align-items:baseline}.rule{color:var(--soft)}
.count{color:var(--soft);font-size:.8125rem;font-weight:500;font-variant-numeric:tabular-nums;background:var(--chip);border-radius:1rem;padding:.0625rem .5625rem}
.group .detail,.group .where,.places{margin-left:5.25rem;padding:0 1.25rem 0 1.25rem}
.group details[open]{padding-bottom:.875rem}.places{list-style:none;display:grid;gap:.625rem;padding-top:.5rem}
.finding pre{margin:.25rem 0 0;padding:.4375rem .75rem;background:var(--chip);border-left:3px solid var(--tone);border-radius:.25rem;overflow-x:auto;max-width:100%}
.finding pre code{font-size:.8125rem;white-space:pre;overflow-wrap:normal}.group>details>.where{margin-top:.625rem}
.places .detail{margin-left:0;padding:0}.miss{display:none}.search{display:flex;flex-wrap:wrap;gap:.375rem;align-items:center}.search[hidden]{display:none}
.search label{width:4.5rem;color:var(--soft);font-size:.8125rem}.search output{color:var(--soft);font-size:.8125rem}
.search input{flex:1;min-width:10rem;max-width:26rem;font:inherit;font-size:.875rem;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.375rem .75rem}
.search input:focus-visible{outline:2px solid var(--minor);outline-offset:1px}
.numbers details{margin-top:.5rem}.numbers summary{cursor:pointer}.numbers .place{color:var(--soft)}
.nothing{display:none;padding:1.5rem 1.25rem;color:var(--soft)}
.badge{justify-self:start;align-self:start;background:var(--tone-soft);color:var(--tone);border-radius:.375rem;padding:.125rem .5rem;font-size:.75rem;line-height:1.5;font-weight:600}
.title{font-weight:600;overflow-wrap:anywhere}.detail{color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere;margin-top:.25rem}
.where{font-size:.8125rem;color:var(--soft);overflow-wrap:anywhere}
.title code{font-weight:600}.detail code,.summary code,.box code{background:var(--chip);border-radius:.25rem;padding:.0625rem .25rem}
.box.warn code{background:none;padding:0}b,code,.place,.where span{unicode-bidi:isolate}
.empty{color:var(--soft);padding:1.5rem 0}
`;

const DOMAINS = `
.domains{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.75rem}
.domain{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem;box-shadow:var(--shadow)}
.domain header{display:grid;gap:.25rem}
.tally{display:flex;flex-wrap:wrap;gap:.25rem .875rem;list-style:none;font-size:.8125rem;color:var(--soft);font-variant-numeric:tabular-nums}
.tally b{color:var(--tone);font-weight:600}.tally .none b{color:inherit;font-weight:400}
.summary{margin-top:.75rem;display:grid;gap:.5rem;max-width:70ch;overflow-wrap:anywhere}
.summary .item{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.5rem}.item>span:first-child{color:var(--soft)}
.domain .summary{font-size:.9375rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.5rem 0 .5rem 1.25rem;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left;padding-left:0;white-space:normal;overflow-wrap:anywhere}tbody th{font-weight:400}thead th{color:var(--soft);font-size:.8125rem;font-weight:500}
tfoot td,tfoot th{font-weight:600;border-bottom:0}
.scroll+.scroll,.paid{margin-top:1.5rem}.paid{color:var(--soft);font-size:.9375rem;max-width:70ch}
footer{margin-top:4rem;color:var(--soft);font-size:.8125rem}
`;

const SCREENS = `
@media (max-width:44rem){
.group summary{grid-template-columns:auto minmax(0,1fr);padding:.875rem 1rem}.head{grid-column:1/-1;grid-row:2}.count{justify-self:end}.group .detail,.group .where,.places{margin-left:0;padding-left:1rem;padding-right:1rem}.search label{width:100%}.cards{grid-template-columns:1fr 1fr}
legend{float:none;width:100%;padding:0}h2{margin-top:2.75rem}th,td{padding-left:.75rem}
}
@media print{
:root{${LIGHT};--page:#fff;--shadow:none}body{font-size:10.5pt}main{max-width:none;padding:0}
.card.critical:not(.none){border-color:var(--critical)}.filters{display:none}.finding,.card,.domain,.box li{break-inside:avoid}h2,h3{break-after:avoid}.findings{overflow:visible}
}
`;

/** The page's one style sheet. Filters are selectors on its own inputs, so that they work without scripts. */
export function styleSheet(all: FindingCounts, domains: readonly FindingCounts[]): string {
  const tones = SEVERITIES.map((s) => `.${s}{--tone:var(--${s});--tone-soft:var(--${s}-soft)}`).join('\n');
  const hidden = [
    ...SEVERITIES.map((s) => `main:has(#show-${s}:not(:checked)) .group.${s}`),
    ...domains.map((_, i) => `main:has(#only-${i}:checked) .group:not(.d${i})`),
  ];
  const empty = [off(all), ...domains.map((counts, i) => `:has(#only-${i}:checked)${off(counts)}`)];
  const filters = `@media screen{${hidden.join(',')}{display:none}${empty.map((when) => `main${when} .nothing`).join(',')}{display:block}}`;
  return [BASE, CARDS, FINDINGS, DOMAINS, tones, filters, SCREENS].join('\n');
}

// Show a notice if all present severities are switched off.
function off(counts: FindingCounts): string {
  return SEVERITIES.filter((s) => counts[s] > 0)
    .map((s) => `:not(:has(#show-${s}:checked))`)
    .join('');
}
