import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a as X,b as h,c as q}from"./chunk-NSVVEXE2.mjs";import{a as A,b as V,c as b,d as c,e as F,f as w,g as v,h as g,i as J,j as R}from"./chunk-KN5HLTQZ.mjs";import{a as O,b as L,c as N,d as P,e as U,f as G,q as B,r as H,s as W,u as _}from"./chunk-VATRDZLW.mjs";import{d as z}from"./chunk-WKD7HRQH.mjs";import{a as p,b as M}from"./chunk-ZMNN7EDE.mjs";import{a as d,c as $,e as E}from"./chunk-SWBIEJTG.mjs";import{k as D}from"./chunk-FFJZX3EY.mjs";import{readFileSync as Fe}from"node:fs";import{join as wt}from"node:path";import{createHash as Nt}from"node:crypto";var x=class{source;constructor(e){this.source=e}};function s(t,...e){return new x(t.map((n,r)=>n+(r<e.length?St(e[r]??""):"")).join(""))}function St(t){return t instanceof x?t.source:typeof t=="string"?Ft(d(t)):typeof t=="number"?String(t):t.map(e=>e.source).join("")}var Mt={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;","`":"&#96;"};function Ft(t){return t.replace(/[&<>"'`]/g,e=>Mt[e]??e)}function K(t){if(t.findings.length===0)return s`<section><h2>Findings</h2><p class="empty">No findings.</p></section>`;let e=new Map(t.domains.map((o,i)=>[o.id,i])),n=g(t),r=t.findings.map(o=>Ct(o,e,n));return s`<section><h2>Findings</h2>
<div class="filters">${jt(t)}${At(t)}</div>
<ol class="findings">${r}</ol></section>
`}function jt(t){let e=p.map(n=>s`<label class="chip ${n}"><input type="checkbox" id="show-${n}" checked><span>${n} ${t.counts.findings[n]}</span></label>`);return s`<fieldset><legend>Severity</legend>${e}</fieldset>`}function At(t){if(t.domains.length<2)return s``;let e=t.domains.map((n,r)=>s`<label class="chip"><input type="radio" name="domain" id="only-${r}"><span>${n.name||n.id}</span></label>`);return s`<fieldset><legend>Domain</legend><label class="chip"><input type="radio" name="domain" id="only-all" checked><span>all</span></label>${e}</fieldset>`}function Ct(t,e,n){let r=t.domains.flatMap(f=>e.get(f)??[]).map(f=>`d${f}`),o=t.path===null?s``:s`<span class="place">${F(t)}</span>`,i=t.detail===null?s``:s`<p class="detail">${t.detail}</p>`,a=t.domains.map(n).join(", ");return s`
<li class="${["finding",t.severity,...r].join(" ")}"><span class="badge">${t.severity}</span>
<div><p class="title">${t.title}</p>${i}</div>
<div class="where">${o}${a}, ${It(t.workers)}</div></li>`}function It(t){return t.length>4?c(t.length,"worker"):t.join(", ")}var Z=`--page:#faf9f7;--card:#fff;--ink:#1d2127;--soft:#59616c;--line:#e4e1db;--chip:#f1efea;
--critical:#a8201a;--critical-soft:#fbeae8;--major:#8a5200;--major-soft:#fbf1de;--minor:#2f5f8f;--minor-soft:#e8f0f8;
--good:#2b6b45;--shadow:0 1px 2px rgb(30 25 15/.05)`,Tt=`--page:#14161a;--card:#1c1f25;--ink:#e8e6e1;--soft:#a3abb6;--line:#2e333c;--chip:#262a32;
--critical:#ff9a92;--critical-soft:#3b1d1c;--major:#f0bd68;--major-soft:#372a14;--minor:#94c1ef;--minor-soft:#1b2b3c;
--good:#86cfa2;--shadow:none`,Dt=`
:root{color-scheme:light dark;${Z}}
@media (prefers-color-scheme:dark){:root{${Tt}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:64rem;margin:0 auto;padding:clamp(1.5rem,5vw,4rem) clamp(1rem,4vw,2rem)}
h1,h2,h3,p,ul,ol,dl,dd{margin:0;padding:0}
h1,h2,h3{font-family:Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4",Georgia,ui-serif,serif;font-weight:600;line-height:1.2;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:clamp(1.75rem,1.2rem + 2.4vw,2.75rem);letter-spacing:-.015em;max-width:26ch}
h2{font-size:1.5rem;margin:3.5rem 0 1rem;letter-spacing:-.01em}
h3{font-size:1.125rem}
code,.place{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.label{color:var(--soft);font-size:.8125rem;letter-spacing:.02em}
.overline{color:var(--soft);font-size:.75rem;font-weight:600;letter-spacing:.1em;text-transform:uppercase;margin-bottom:.75rem}
.meta{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin-top:1.25rem;color:var(--soft);font-size:.875rem}
.meta dt{display:inline}.meta dt::after{content:" "}.meta dd{display:inline;color:var(--ink);overflow-wrap:anywhere}
`,Et=`
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin-top:2.25rem;list-style:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.125rem;box-shadow:var(--shadow)}
.card.critical:not(.none){background:var(--critical-soft);border-color:transparent}
.card strong{display:block;font-size:2.125rem;line-height:1.1;font-weight:600;font-variant-numeric:tabular-nums;color:var(--tone,var(--ink))}
.card.none strong{color:var(--soft)}.card small{font-size:1rem;font-weight:400;color:var(--soft)}
.good{--tone:var(--good)}.warn{--tone:var(--major)}
.box{margin-top:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.125rem 1.25rem;box-shadow:var(--shadow)}
.box.warn{background:var(--major-soft);border-color:var(--major)}.box.warn h3{color:var(--major)}
.box ul{list-style:none;margin-top:.625rem;display:grid;gap:.5rem}.box li{overflow-wrap:anywhere;font-size:.9375rem}
`,Ot=`
.filters{display:flex;flex-direction:column;gap:.625rem;margin-bottom:1.25rem}
fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.375rem;align-items:center;min-width:0}
legend{float:left;width:4.5rem;color:var(--soft);font-size:.8125rem;padding:.3rem 0}
.chip{position:relative;display:inline-flex}
.chip input{position:absolute;inset:0;opacity:0;margin:0;width:100%;height:100%;cursor:pointer}
.chip span{border:1px solid var(--line);background:transparent;color:var(--soft);border-radius:2rem;padding:.25rem .75rem;font-size:.8125rem;line-height:1.4;overflow-wrap:anywhere}
.chip input:checked+span{background:var(--tone-soft,var(--chip));border-color:var(--tone,var(--soft));color:var(--tone,var(--ink));font-weight:600}
.chip input:focus-visible+span{outline:2px solid var(--minor);outline-offset:2px}
@supports not selector(:has(*)){.filters{display:none}}
.findings{list-style:none;background:var(--card);border:1px solid var(--line);border-radius:.75rem;box-shadow:var(--shadow);overflow:hidden}
.finding{display:grid;grid-template-columns:5.25rem minmax(0,1fr) minmax(0,15rem);gap:.25rem 1.25rem;padding:1rem 1.25rem;border-top:1px solid var(--line);margin-top:-1px}
.badge{justify-self:start;align-self:start;background:var(--tone-soft);color:var(--tone);border-radius:.375rem;padding:.125rem .5rem;font-size:.75rem;line-height:1.5;font-weight:600}
.title{font-weight:600;overflow-wrap:anywhere}.detail{color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere;margin-top:.25rem}
.where{font-size:.8125rem;color:var(--soft);overflow-wrap:anywhere}.where .place{display:block;color:var(--ink)}
.empty{color:var(--soft);padding:1.5rem 0}
`,zt=`
.domains{display:grid;gap:1rem}
.domain{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem;box-shadow:var(--shadow)}
.domain header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.25rem 1.25rem}
.tally{display:flex;flex-wrap:wrap;gap:.25rem .875rem;list-style:none;font-size:.8125rem;color:var(--soft);font-variant-numeric:tabular-nums}
.tally b{color:var(--tone);font-weight:600}.tally .none b{color:inherit;font-weight:400}
.summary{margin-top:.75rem;display:grid;gap:.5rem;max-width:70ch;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.5rem 0 .5rem 1.25rem;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}thead th{color:var(--soft);font-size:.8125rem;font-weight:500}
tfoot td,tfoot th{font-weight:600;border-bottom:0}
footer{margin-top:4rem;color:var(--soft);font-size:.8125rem}
`,Lt=`
@media (max-width:44rem){
.finding{grid-template-columns:minmax(0,1fr);gap:.375rem;padding:1rem}.cards{grid-template-columns:1fr 1fr}
legend{float:none;width:100%;padding:0}h2{margin-top:2.75rem}th,td{padding-left:.75rem}
}
@media print{
:root{${Z};--page:#fff;--shadow:none}body{font-size:10.5pt}main{max-width:none;padding:0}
.filters{display:none}.finding,.card,.domain,.box li{break-inside:avoid}h2,h3{break-after:avoid}.findings{overflow:visible}
}
`;function Q(t){let e=p.map(i=>`.${i}{--tone:var(--${i});--tone-soft:var(--${i}-soft)}`),n=p.map(i=>`main:has(#show-${i}:not(:checked)) .finding.${i}`),r=Array.from({length:t},(i,a)=>`main:has(#only-${a}:checked) .finding:not(.d${a})`),o=`@media screen{${[...n,...r].join(",")}{display:none}}`;return[Dt,Et,Ot,zt,e.join(`
`),o,Lt].join(`
`)}function Y(t){let e=Q(t.domains.length),r=`default-src 'none'; style-src 'sha256-${Nt("sha256").update(e).digest("base64")}'; base-uri 'none'; form-action 'none'`;return s`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${r}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report: ${t.task}</title>
<style>${new x(e)}</style>
</head>
<body>
<main>
${Pt(t)}
${Ut(t)}
${Gt(t)}
${Bt(t)}
${K(t)}
${Ht(t)}
${Vt(t)}
<footer>Written by sao, ${R(t.created)}. Titles, details and summaries are the words of agents.</footer>
</main>
</body>
</html>
`.source}function Pt(t){return s`<header><p class="overline">${t.mode} report</p><h1>${t.task||"No task"}</h1>
<dl class="meta"><div><dt>Run</dt><dd><code>${t.run}</code></dd></div><div><dt>Project</dt><dd><code>${t.project}</code></dd></div><div><dt>Started</dt><dd>${R(t.started)}</dd></div><div><dt>Reported</dt><dd>${R(t.created)}</dd></div></dl></header>`}function Ut({counts:t}){let{agents:e}=t,n=p.map(o=>s`<li class="card ${o}${t.findings[o]===0?" none":""}"><strong>${t.findings[o]}</strong><span class="label">${o}</span></li>`),r=e.open>0?`, ${e.open} not finished`:"";return s`<ul class="cards">${n}<li class="card ${e.done===e.total?"good":"warn"}"><strong>${e.done}<small> / ${e.total}</small></strong><span class="label">agents done, ${c(e.gaps,"gap")}${r}</span></li></ul>`}function Gt(t){if(t.gaps.length===0)return s``;let e=g(t),n=t.gaps.map(r=>s`<li><b>${r.name}</b> <code>${r.id}</code> in ${e(r.domain)}: ${b(r)}</li>`);return s`<section class="box warn"><h3>Not complete: ${c(t.gaps.length,"gap")}</h3><ul>${n}</ul></section>`}function Bt({notes:t}){return t.length===0?s``:s`<section class="box"><h3>Notes</h3><ul>${t.map(e=>s`<li>${e}</li>`)}</ul></section>`}function Ht({domains:t}){return t.length===0?s``:s`<section><h2>Domains</h2><div class="domains">${t.map(Wt)}</div></section>`}function Wt(t){let e=t.summary===""?[]:t.summary.split(`
`).map(r=>s`<p>${r}</p>`),n=t.gaps>0?s`<li class="warn"><b>${c(t.gaps,"gap")}</b></li>`:s``;return s`
<article class="domain"><header><h3>${t.name||t.id}</h3><ul class="tally"><li>${t.done} of ${c(t.workers,"worker")}</li>${n}${_t(t.counts)}</ul></header>
${e.length===0?s``:s`<div class="summary">${e}</div>`}</article>`}function _t(t){return p.map(e=>s`<li class="${e}${t[e]===0?" none":""}"><b>${t[e]}</b> ${e}</li>`)}function Vt({cost:t}){if(t.usd===null&&t.tokens===null)return s``;let e=t.byModel.map(r=>s`<tr><td>${r.model??"none (commands)"}</td><td>${r.agents}</td><td>${v(r.tokens)}</td><td>${w(r.usd)}</td></tr>`),n=t.byModel.reduce((r,o)=>r+o.agents,0);return s`<section><h2>Cost</h2><div class="scroll"><table><thead><tr><th scope="col">Model</th><th scope="col">Agents</th><th scope="col">Tokens</th><th scope="col">Cost</th></tr></thead>
<tbody>${e}</tbody><tfoot><tr><th scope="row">all</th><td>${n}</td><td>${v(t.tokens)}</td><td>${w(t.usd)}</td></tr></tfoot></table></div></section>`}function tt(t){return`${JSON.stringify(t,null,2)}
`}function l(t){return J(d(t)).map(e=>e.isCode?`\`${e.text}\``:Jt(e.text)).join("").replace(/^[-+=:]/,"\\$&").replace(/^(\d{1,9})([.)])/,"$1\\$2")}function Jt(t){return t.replace(/[\\`*[\]<>#|~&$]/g,"\\$&").replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu,"\\_")}function k(t){let e=d(t);if(e==="")return"";let n="`".repeat(E(e,"`")+1),r=e.startsWith("`")||e.endsWith("`")?" ":"";return`${n}${r}${e}${r}${n}`}function et(t,e){let n=r=>`| ${r.map(o=>o.replace(/(?<!\\)\|/g,"\\|")).join(" | ")} |`;return[n(t),n(t.map((r,o)=>o===0?"---":"---:")),...e.map(n)]}var Xt={critical:"Critical",major:"Major",minor:"Minor"},qt=100;function nt(t){return`${[...Kt(t),[`**${A(t.counts.findings)}.** ${re(V(t.counts.agents))}.`],...Zt(t),...Qt(t),...t.overview===""?[]:[["## Overview"],rt(t.overview)],["## Findings"],...t.findings.length===0?[["No findings."]]:[],...p.flatMap(n=>Yt(t,n)),...t.domains.length===0?[]:[["## Domains"]],...t.domains.flatMap(ee),...ne(t)].map(n=>n.join(`
`)).join(`

`)}
`}function Kt({task:t,run:e,mode:n,project:r,created:o}){let i=$(t,qt);return[[`# Report: ${l(i)||"no task"}`],...i===t?[]:[[l(t)]],[`Run ${k(e)}, ${n} of ${k(r)}, ${l(R(o))}.`]]}function Zt(t){if(t.gaps.length===0)return[];let e=g(t),n=t.gaps.map(r=>`- **${l(r.name)}** (${k(r.id)}, ${l(e(r.domain))}): ${l(b(r))}`);return[["## Gaps"],[`This result is not complete: ${c(t.gaps.length,"agent")} left no valid output.`],n]}function Qt(t){return t.notes.length===0?[]:[["## Notes"],t.notes.map(e=>`- ${l(e)}`)]}function Yt(t,e){let n=t.findings.filter(o=>o.severity===e);if(n.length===0)return[];let r=g(t);return[[`### ${Xt[e]} (${n.length})`],n.flatMap(o=>te(o,r))]}function te(t,e){let n=t.path===null?"":` \u2014 ${k(F(t))}`,r=t.domains.map(i=>l(e(i))).join(", "),o=t.workers.map(i=>k(i)).join(", ");return[`- **${l(t.title)}**${n}  `,...t.detail===null?[]:[`  ${l(t.detail)}  `],`  ${r}: ${o}`]}function ee(t){let e=t.gaps>0?`, **${c(t.gaps,"gap")}**`:"";return[[`### ${l(t.name)}`],[`${t.done} of ${c(t.workers,"worker")} done${e}; ${A(t.counts)}.`],...t.summary===""?[]:[rt(t.summary)]]}function rt(t){return t.split(`
`).map(e=>`> ${l(e)}`).flatMap((e,n)=>n===0?[e]:[">",e])}function ne({cost:t}){if(t.usd===null&&t.tokens===null)return[];let e=t.byModel.map(r=>[r.model===null?"none (commands)":l(r.model),String(r.agents),v(r.tokens),w(r.usd)]),n=["all",String(t.byModel.reduce((r,o)=>r+o.agents,0)),v(t.tokens),w(t.usd)];return[["## Cost"],et(["model","agents","tokens","cost"],[...e,n])]}function re(t){return t.charAt(0).toUpperCase()+t.slice(1)}import{createHash as se}from"node:crypto";import{createHash as oe}from"node:crypto";var it={critical:"error",major:"warning",minor:"note"};function st(t){let e=new Map;for(let o of t){let i=e.get(j(o));i?i.push(o):e.set(j(o),[o])}let n=[...e].map(([o,i])=>ot(o,i)),r=new Map(n.map((o,i)=>[o.id,{rule:o,index:i}]));return{list:n,of:o=>r.get(j(o))??{rule:ot(j(o),[o]),index:-1},levelOf:o=>it[o]}}function j({title:t}){return ie(t)||`finding-${oe("sha256").update(t).digest("hex").slice(0,8)}`}function ot(t,e){let n=p.find(r=>e.some(o=>o.severity===r))??"minor";return{id:t,shortDescription:{text:d(e[0]?.title??"")||t},defaultConfiguration:{level:it[n]}}}function ie(t){return t.normalize("NFKD").replace(new RegExp("\\p{M}","gu"),"").toLowerCase().replace(/[^a-z0-9]+/g,"-").slice(0,60).replace(/^-|-$/g,"")}function at(t){if(t.startsWith("/"))return{uri:`file://${C(t)}`};let[,e,n=""]=/^([A-Za-z]:)(\/.*)$/.exec(t)??[];return e?{uri:`file:///${e}${C(n)}`}:{uri:C(t),uriBaseId:"%SRCROOT%"}}function C(t){return t.replace(new RegExp("\\p{Cs}","gu"),"\uFFFD").split("/").map(e=>encodeURIComponent(e).replace(/%40/g,"@")).join("/")}var ae="https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",le="no file named";function dt(t){let e=st(t.findings),n={tool:{driver:{name:"sao",rules:e.list,notifications:[{id:"gap",shortDescription:{text:"An agent left no valid output"}},{id:"note",shortDescription:{text:"Something a reader must know"}}]}},automationDetails:{id:`sao/${t.mode}/${t.run}`},originalUriBaseIds:{"%SRCROOT%":{description:{text:"The root of the project"}}},invocations:[de(t)],results:pe(t.findings,e),properties:{run:t.run,task:t.task}};return`${JSON.stringify({$schema:ae,version:"2.1.0",runs:[n]},null,2)}
`}function de(t){let e=t.gaps.map(r=>({descriptor:{id:"gap"},level:"error",message:{text:I(`${r.name} (${r.id}) is a gap: ${b(r)}.`)},properties:{agent:r.id,domain:r.domain,attempts:r.attempts}})),n=t.notes.map(r=>({descriptor:{id:"note"},level:"note",message:{text:I(r)}}));return{executionSuccessful:e.length===0&&t.counts.agents.open===0,...lt("startTimeUtc",t.started),...lt("endTimeUtc",t.created),...e.length+n.length===0?{}:{toolExecutionNotifications:[...e,...n]}}}function lt(t,e){return/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(e)?{[t]:e}:{}}function pe(t,e){let n=new Map;return t.map(r=>{let o=me(r),i=n.get(o)??0;n.set(o,i+1);let{rule:a,index:f}=e.of(r);return{ruleId:a.id,ruleIndex:f,level:e.levelOf(r.severity),message:{text:I(r.detail===null?r.title:`${r.title}: ${r.detail}`)},locations:ce(r),partialFingerprints:{"saoFinding/v1":`${o}:${i}`},properties:{severity:r.severity,workers:r.workers,domains:r.domains}}})}function me(t){let e=`${t.path??""}
${X(t.title).join(" ")}`;return se("sha256").update(e).digest("hex").slice(0,32)}function ce({path:t,line:e}){let n=t===null||e===null||e<1?{}:{region:{startLine:e}};return[{physicalLocation:{artifactLocation:at(t??le),...n}}]}function I(t){return d(t).replace(/[\\[\]]/g,"\\$&")||"no text"}var m={title:200,path:400,detail:1200,name:120,task:500,note:500,summary:1500,project:4096};function u(t,e){return $(h(d(t)),e)}function ct(t){let n=[...new Set(t.map(r=>r.model))].map(r=>{let o=t.filter(i=>i.model===r);return{model:r,agents:o.length,...pt(o)}});return{...pt(t),byModel:n.sort(ue)}}function pt(t){return{usd:mt(t.map(e=>e.costUsd)),tokens:mt(t.map(e=>e.tokens))}}function mt(t){let e=t.filter(n=>n!==void 0);return e.length===0?null:Math.round(e.reduce((n,r)=>n+r,0)*1e6)/1e6}function ue(t,e){return(e.usd??-1)-(t.usd??-1)||(e.tokens??-1)-(t.tokens??-1)||((t.model??"\uFFFF")<(e.model??"\uFFFF")?-1:1)}function y({status:t,gap:e}){return t==="done"&&!e}var fe=12,ge=3;function ft(t){let e=O(t),[n]=L(e,P),r=n?ut(n):[];return(r.length>0?r:ut(he(e)).slice(0,ge)).slice(0,fe).join(`
`)}function he(t){let e=t.findIndex(n=>n.kind==="heading"&&N(n.text));return e<0?t:t.slice(0,e)}function ut(t){let e=[[]];for(let n of t){let r=/^\s*(?:[-*+]|\d{1,4}[.)])\s+(?=\S)/.exec(n.text)?.[0],o=n.kind!=="text"||/^\s*(?:$|\||<!--|[-*_]{3,}\s*$)/.test(n.text);(o||r)&&e.push([]),o||e.at(-1)?.push(r?ye(r.trim(),n.text.slice(r.length)):n.text)}return e.map(n=>d(n.join(" ")).replaceAll("**","")).filter(n=>n!=="")}function ye(t,e){return`${/\d/.test(t)?t:"\u2022"} ${e}`}function gt(t,e){return yt(t).map(({id:n,name:r})=>{let o=t.agents.filter(a=>a.domain===n),i=o.filter(a=>a.role==="worker");return{id:n,name:u(r,m.name)||n,workers:i.length,done:i.filter(y).length,gaps:o.filter(a=>a.gap).length,counts:M(e.filter(a=>a.domains.includes(n))),summary:$t(o)}})}function ht(t){let e=new Set(yt(t).map(({id:n})=>n));return $t(t.agents.filter(n=>!e.has(n.domain)))}function yt({domains:t,agents:e}){let n=new Set(t.map(i=>i.id)),r=e.filter(i=>i.role==="worker"&&!n.has(i.domain)),o=new Set(r.map(i=>i.domain));return[...t,...[...o].map(i=>({id:i,name:i}))]}function $t(t){let e=t.filter(r=>r.role==="coordinator"&&y(r)),n=new Set(e.flatMap(r=>r.inputs??[]));return e.filter(r=>!n.has(r.id)).map(r=>$(h(ft(h(r.text??""))),m.summary)).filter(r=>r!=="").join(`
`)}var $e={done:"its output was not accepted",failed:"it reported an error",incomplete:"its output does not end with the sentinel",empty:"its output is empty",missing:"it left no output"};function bt(t){let{run:e,agents:n}=t,r=q(n.flatMap(a=>we(a,e.project))),o=be(n),i=[...Se(o.open),...t.notes??[],...Me(t)];return{version:1,run:e.id,mode:e.mode,task:u(e.task,m.task),project:u(e.project,m.project),started:e.created,created:t.now,counts:{agents:o,findings:M(r)},gaps:n.filter(a=>a.gap).map(ke),findings:r.map(xe),overview:ht(t),domains:gt(t,r),cost:ct(n),notes:i.map(a=>u(a,m.note))}}function be(t){let e=t.length,n=t.filter(y).length,r=t.filter(o=>o.gap).length;return{total:e,done:n,gaps:r,open:e-n-r}}function we(t,e){return t.role!=="worker"||!y(t)?[]:U(h(t.text??"")).map(n=>({worker:t.id,domain:t.domain,finding:ve(n,e)}))}function ve({path:t,line:e,detail:n,...r},o){let i=u(Re(t??"",o),m.path);return{...r,title:u(r.title,m.title),...i===""?{}:{path:i},...i===""||e===void 0?{}:{line:e},...n===void 0?{}:{detail:u(n,m.detail)}}}function Re(t,e){let n=`${z(e).replace(/\/$/,"")}/`;return n!=="/"&&t.startsWith(n)&&t!==n?t.slice(n.length):t}function xe({severity:t,title:e,path:n,line:r,detail:o,workers:i,domains:a}){return{severity:t,title:e,path:n??null,line:r??null,detail:o??null,workers:i,domains:a}}function ke({id:t,name:e,domain:n,gapReason:r,status:o,attempts:i}){let a=u(r??"",m.note)||$e[o];return{id:t,name:u(e,m.name)||t,domain:n,reason:a,attempts:i}}function Se(t){return t===0?[]:[`The run goes on: ${t===1?"1 agent has":`${t} agents have`} not ended, and nothing of ${t===1?"its":"theirs"} is in here.`]}function Me({run:t,agents:e}){return t.mode!=="audit"?[]:e.filter(n=>n.role==="worker"&&y(n)&&!G(n.text??"")).map(n=>`${n.name} (${n.id}) ended without a findings section: ${n.output}`)}function qn(t,e){let{manifest:n,plan:r}=t,o=new Map(_(t).map(({id:i,reason:a})=>[i,a]));return bt({run:{...n,task:r?.task??n.task},now:e.toISOString(),agents:(r?.agents??[]).map(i=>je(t,i,o.get(i.id))),domains:r?.domains??[]})}function je(t,e,n){let{id:r,name:o,role:i,domain:a,output:f,inputs:vt,model:Rt}=e,{attempts:xt,costUsd:T,tokens:S}=B(t,r),kt=W(t,e)==="done";return{id:r,name:o,role:i,domain:a,status:H(t,r),gap:n!==void 0,gapReason:n,attempts:xt,inputs:vt,output:f,text:kt?Fe(wt(t.dir,f),"utf8"):void 0,model:Rt,costUsd:T>0?T:void 0,tokens:S.input+S.output>0?S.input+S.output:void 0}}var Ae=["md","json","sarif","html"];function Ce(t,e){switch(e){case"md":return nt(t);case"json":return tt(t);case"sarif":return dt(t);case"html":return Y(t)}}function Kn(t,e){return Ae.map(n=>{let r=`report.${n}`;return D(wt(t,r),Ce(e,n),{durable:!1}),r})}export{qn as a,Ae as b,Ce as c,Kn as d};
