import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{c as Y}from"./chunk-PHZIPCA2.mjs";import{a as tt,b,c as et}from"./chunk-JKOX2WCG.mjs";import{a as A,b as K,c as v,d as C,e as Z,f as g,g as h,h as y,i as Q,j as x}from"./chunk-RFYSMMUY.mjs";import{a as c}from"./chunk-FGO7P4AN.mjs";import{B as q,g as U,h as G,i as B,j as H,k as W,l as _,w as V,x as J,y as F,z as X}from"./chunk-B2WST77V.mjs";import{d as N}from"./chunk-EFZZB3Z6.mjs";import{a as p,b as M}from"./chunk-ZMNN7EDE.mjs";import{a as l,c as w,e as P}from"./chunk-SWBIEJTG.mjs";import{n as z,z as L}from"./chunk-2ZLETFXB.mjs";import{readFileSync as Oe}from"node:fs";import{join as St}from"node:path";import{createHash as _t}from"node:crypto";var R=class{source;constructor(e){this.source=e}};function a(t,...e){return new R(t.map((n,r)=>n+(r<e.length?It(e[r]??""):"")).join(""))}function It(t){return t instanceof R?t.source:typeof t=="string"?Ot(l(t)):typeof t=="number"?String(t):t.map(e=>e.source).join("")}var Tt={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;","`":"&#96;"};function Ot(t){return t.replace(/[&<>"'`]/g,e=>Tt[e]??e)}function nt(t){if(t.findings.length===0)return a`<section><h2>Findings</h2><p class="empty">No findings.</p></section>`;let e=new Map(t.domains.map((o,i)=>[o.id,i])),n=y(t),r=t.findings.map(o=>Lt(o,e,n));return a`<section><h2>Findings</h2>
<div class="filters">${Et(t)}${zt(t)}</div>
<ol class="findings">${r}</ol></section>
`}function Et(t){let e=p.map(n=>a`<label class="chip ${n}"><input type="checkbox" id="show-${n}" checked><span>${n} ${t.counts.findings[n]}</span></label>`);return a`<fieldset><legend>Severity</legend>${e}</fieldset>`}function zt(t){if(t.domains.length<2)return a``;let e=t.domains.map((n,r)=>a`<label class="chip"><input type="radio" name="domain" id="only-${r}"><span>${n.name||n.id}</span></label>`);return a`<fieldset><legend>Domain</legend><label class="chip"><input type="radio" name="domain" id="only-all" checked><span>all</span></label>${e}</fieldset>`}function Lt(t,e,n){let r=t.domains.flatMap(f=>e.get(f)??[]).map(f=>`d${f}`),o=t.path===null?a``:a`<span class="place">${C(t)}</span>`,i=t.detail===null?a``:a`<p class="detail">${t.detail}</p>`,s=t.domains.map(n).join(", ");return a`
<li class="${["finding",t.severity,...r].join(" ")}"><span class="badge">${t.severity}</span>
<div><p class="title">${t.title}</p>${i}</div>
<div class="where">${o}${s}, ${Pt(t.workers)}</div></li>`}function Pt(t){return t.length>4?c(t.length,"worker"):t.join(", ")}var rt=`--page:#faf9f7;--card:#fff;--ink:#1d2127;--soft:#59616c;--line:#e4e1db;--chip:#f1efea;
--critical:#a8201a;--critical-soft:#fbeae8;--major:#8a5200;--major-soft:#fbf1de;--minor:#2f5f8f;--minor-soft:#e8f0f8;
--good:#2b6b45;--shadow:0 1px 2px rgb(30 25 15/.05)`,Nt=`--page:#14161a;--card:#1c1f25;--ink:#e8e6e1;--soft:#a3abb6;--line:#2e333c;--chip:#262a32;
--critical:#ff9a92;--critical-soft:#3b1d1c;--major:#f0bd68;--major-soft:#372a14;--minor:#94c1ef;--minor-soft:#1b2b3c;
--good:#86cfa2;--shadow:none`,Ut=`
:root{color-scheme:light dark;${rt}}
@media (prefers-color-scheme:dark){:root{${Nt}}}
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
`,Gt=`
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin-top:2.25rem;list-style:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.125rem;box-shadow:var(--shadow)}
.card.critical:not(.none){background:var(--critical-soft);border-color:transparent}
.card strong{display:block;font-size:2.125rem;line-height:1.1;font-weight:600;font-variant-numeric:tabular-nums;color:var(--tone,var(--ink))}
.card.none strong{color:var(--soft)}.card small{font-size:1rem;font-weight:400;color:var(--soft)}
.good{--tone:var(--good)}.warn{--tone:var(--major)}
.box{margin-top:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.125rem 1.25rem;box-shadow:var(--shadow)}
.box.warn{background:var(--major-soft);border-color:var(--major)}.box.warn h3{color:var(--major)}
.box ul{list-style:none;margin-top:.625rem;display:grid;gap:.5rem}.box li{overflow-wrap:anywhere;font-size:.9375rem}
`,Bt=`
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
`,Ht=`
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
`,Wt=`
@media (max-width:44rem){
.finding{grid-template-columns:minmax(0,1fr);gap:.375rem;padding:1rem}.cards{grid-template-columns:1fr 1fr}
legend{float:none;width:100%;padding:0}h2{margin-top:2.75rem}th,td{padding-left:.75rem}
}
@media print{
:root{${rt};--page:#fff;--shadow:none}body{font-size:10.5pt}main{max-width:none;padding:0}
.filters{display:none}.finding,.card,.domain,.box li{break-inside:avoid}h2,h3{break-after:avoid}.findings{overflow:visible}
}
`;function ot(t){let e=p.map(i=>`.${i}{--tone:var(--${i});--tone-soft:var(--${i}-soft)}`),n=p.map(i=>`main:has(#show-${i}:not(:checked)) .finding.${i}`),r=Array.from({length:t},(i,s)=>`main:has(#only-${s}:checked) .finding:not(.d${s})`),o=`@media screen{${[...n,...r].join(",")}{display:none}}`;return[Ut,Gt,Bt,Ht,e.join(`
`),o,Wt].join(`
`)}function it(t){let e=ot(t.domains.length),r=`default-src 'none'; style-src 'sha256-${_t("sha256").update(e).digest("base64")}'; base-uri 'none'; form-action 'none'`;return a`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${r}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report: ${t.task}</title>
<style>${new R(e)}</style>
</head>
<body>
<main>
${Vt(t)}
${Jt(t)}
${Xt(t)}
${qt(t)}
${nt(t)}
${Kt(t)}
${Yt(t)}
<footer>Written by sao, ${x(t.created)}. Titles, details and summaries are the words of agents.</footer>
</main>
</body>
</html>
`.source}function Vt(t){return a`<header><p class="overline">${t.mode} report</p><h1>${t.task||"No task"}</h1>
<dl class="meta"><div><dt>Run</dt><dd><code>${t.run}</code></dd></div><div><dt>Project</dt><dd><code>${t.project}</code></dd></div><div><dt>Started</dt><dd>${x(t.started)}</dd></div><div><dt>Reported</dt><dd>${x(t.created)}</dd></div></dl></header>`}function Jt({counts:t}){let{agents:e}=t,n=p.map(o=>a`<li class="card ${o}${t.findings[o]===0?" none":""}"><strong>${t.findings[o]}</strong><span class="label">${o}</span></li>`),r=e.open>0?`, ${e.open} not finished`:"";return a`<ul class="cards">${n}<li class="card ${e.done===e.total?"good":"warn"}"><strong>${e.done}<small> / ${e.total}</small></strong><span class="label">agents done, ${c(e.gaps,"gap")}${r}</span></li></ul>`}function Xt(t){if(t.gaps.length===0)return a``;let e=y(t),n=t.gaps.map(r=>a`<li><b>${r.name}</b> <code>${r.id}</code> in ${e(r.domain)}: ${v(r)}</li>`);return a`<section class="box warn"><h3>Not complete: ${c(t.gaps.length,"gap")}</h3><ul>${n}</ul></section>`}function qt({notes:t}){return t.length===0?a``:a`<section class="box"><h3>Notes</h3><ul>${t.map(e=>a`<li>${e}</li>`)}</ul></section>`}function Kt({domains:t}){return t.length===0?a``:a`<section><h2>Domains</h2><div class="domains">${t.map(Zt)}</div></section>`}function Zt(t){let e=t.summary===""?[]:t.summary.split(`
`).map(r=>a`<p>${r}</p>`),n=t.gaps>0?a`<li class="warn"><b>${c(t.gaps,"gap")}</b></li>`:a``;return a`
<article class="domain"><header><h3>${t.name||t.id}</h3><ul class="tally"><li>${t.done} of ${c(t.workers,"worker")}</li>${n}${Qt(t.counts)}</ul></header>
${e.length===0?a``:a`<div class="summary">${e}</div>`}</article>`}function Qt(t){return p.map(e=>a`<li class="${e}${t[e]===0?" none":""}"><b>${t[e]}</b> ${e}</li>`)}function Yt({cost:t}){if(t.usd===null&&t.tokens===null)return a``;let e=t.byModel.map(r=>a`<tr><td>${r.model??"none (commands)"}</td><td>${r.agents}</td><td>${h(r.tokens)}</td><td>${g(r.usd)}</td></tr>`),n=t.byModel.reduce((r,o)=>r+o.agents,0);return a`<section><h2>Cost</h2><div class="scroll"><table><thead><tr><th scope="col">Model</th><th scope="col">Agents</th><th scope="col">Tokens</th><th scope="col">Cost</th></tr></thead>
<tbody>${e}</tbody><tfoot><tr><th scope="row">all</th><td>${n}</td><td>${h(t.tokens)}</td><td>${g(t.usd)}</td></tr></tfoot></table></div></section>`}function st(t){return`${JSON.stringify(t,null,2)}
`}function d(t){return Q(l(t)).map(e=>e.isCode?`\`${e.text}\``:te(e.text)).join("").replace(/^[-+=:]/,"\\$&").replace(/^(\d{1,9})([.)])/,"$1\\$2")}function te(t){return t.replace(/[\\`*[\]<>#|~&$]/g,"\\$&").replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu,"\\_")}function k(t){let e=l(t);if(e==="")return"";let n="`".repeat(P(e,"`")+1),r=e.startsWith("`")||e.endsWith("`")?" ":"";return`${n}${r}${e}${r}${n}`}function D(t,e){let n=r=>`| ${r.map(o=>o.replace(/(?<!\\)\|/g,"\\|")).join(" | ")} |`;return[n(t),n(t.map((r,o)=>o===0?"---":"---:")),...e.map(n)]}var ee={critical:"Critical",major:"Major",minor:"Minor"},ne=100;function at(t){return`${[...re(t),[`**${A(t.counts.findings)}.** ${pe(K(t.counts.agents))}.`],...oe(t),...ie(t),...t.overview===""?[]:[["## Overview"],dt(t.overview)],["## Findings"],...t.findings.length===0?[["No findings."]]:[],...p.flatMap(n=>se(t,n)),...t.domains.length===0?[]:[["## Domains"]],...t.domains.flatMap(de),...le(t)].map(n=>n.join(`
`)).join(`

`)}
`}function re({task:t,run:e,mode:n,project:r,created:o}){let i=w(t,ne);return[[`# Report: ${d(i)||"no task"}`],...i===t?[]:[[d(t)]],[`Run ${k(e)}, ${n} of ${k(r)}, ${d(x(o))}.`]]}function oe(t){if(t.gaps.length===0)return[];let e=y(t),n=t.gaps.map(r=>`- **${d(r.name)}** (${k(r.id)}, ${d(e(r.domain))}): ${d(v(r))}`);return[["## Gaps"],[`This result is not complete: ${c(t.gaps.length,"agent")} left no valid output.`],n]}function ie(t){return t.notes.length===0?[]:[["## Notes"],t.notes.map(e=>`- ${d(e)}`)]}function se(t,e){let n=t.findings.filter(o=>o.severity===e);if(n.length===0)return[];let r=y(t);return[[`### ${ee[e]} (${n.length})`],n.flatMap(o=>ae(o,r))]}function ae(t,e){let n=t.path===null?"":` \u2014 ${k(C(t))}`,r=t.domains.map(i=>d(e(i))).join(", "),o=t.workers.map(i=>k(i)).join(", ");return[`- **${d(t.title)}**${n}  `,...t.detail===null?[]:[`  ${d(t.detail)}  `],`  ${r}: ${o}`]}function de(t){let e=t.gaps>0?`, **${c(t.gaps,"gap")}**`:"";return[[`### ${d(t.name)}`],[`${t.done} of ${c(t.workers,"worker")} done${e}; ${A(t.counts)}.`],...t.summary===""?[]:[dt(t.summary)]]}function dt(t){return t.split(`
`).map(e=>`> ${d(e)}`).flatMap((e,n)=>n===0?[e]:[">",e])}function le({cost:t,context:e}){let n=e?[[Z(e)]]:[];if(t.usd===null&&t.tokens===null)return n.length>0?[["## Cost"],...n]:[];let r=t.byModel.map(s=>[s.model===null?"none (commands)":d(s.model),String(s.agents),h(s.tokens),g(s.usd)]),o=["all",String(t.byModel.reduce((s,f)=>s+f.agents,0)),h(t.tokens),g(t.usd)],i=(t.byDomain??[]).map(s=>[d(s.domain),String(s.agents),h(s.tokens),g(s.usd)]);return[["## Cost"],D(["model","agents","tokens","cost"],[...r,o]),...i.length>1?[D(["domain","agents","tokens","cost"],i)]:[],...n]}function pe(t){return t.charAt(0).toUpperCase()+t.slice(1)}import{createHash as ue}from"node:crypto";import{createHash as me}from"node:crypto";var pt={critical:"error",major:"warning",minor:"note"};function mt(t){let e=new Map;for(let o of t){let i=e.get(j(o));i?i.push(o):e.set(j(o),[o])}let n=[...e].map(([o,i])=>lt(o,i)),r=new Map(n.map((o,i)=>[o.id,{rule:o,index:i}]));return{list:n,of:o=>r.get(j(o))??{rule:lt(j(o),[o]),index:-1},levelOf:o=>pt[o]}}function j({title:t}){return ce(t)||`finding-${me("sha256").update(t).digest("hex").slice(0,8)}`}function lt(t,e){let n=p.find(r=>e.some(o=>o.severity===r))??"minor";return{id:t,shortDescription:{text:l(e[0]?.title??"")||t},defaultConfiguration:{level:pt[n]}}}function ce(t){return t.normalize("NFKD").replace(new RegExp("\\p{M}","gu"),"").toLowerCase().replace(/[^a-z0-9]+/g,"-").slice(0,60).replace(/^-|-$/g,"")}function ct(t){if(t.startsWith("/"))return{uri:`file://${I(t)}`};let[,e,n=""]=/^([A-Za-z]:)(\/.*)$/.exec(t)??[];return e?{uri:`file:///${e}${I(n)}`}:{uri:I(t),uriBaseId:"%SRCROOT%"}}function I(t){return t.replace(new RegExp("\\p{Cs}","gu"),"\uFFFD").split("/").map(e=>encodeURIComponent(e).replace(/%40/g,"@")).join("/")}var fe="https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",ge="no file named";function ft(t){let e=mt(t.findings),n={tool:{driver:{name:"sao",rules:e.list,notifications:[{id:"gap",shortDescription:{text:"An agent left no valid output"}},{id:"note",shortDescription:{text:"Something a reader must know"}}]}},automationDetails:{id:`sao/${t.mode}/${t.run}`},originalUriBaseIds:{"%SRCROOT%":{description:{text:"The root of the project"}}},invocations:[he(t)],results:ye(t.findings,e),properties:{run:t.run,task:t.task}};return`${JSON.stringify({$schema:fe,version:"2.1.0",runs:[n]},null,2)}
`}function he(t){let e=t.gaps.map(r=>({descriptor:{id:"gap"},level:"error",message:{text:T(`${r.name} (${r.id}) is a gap: ${v(r)}.`)},properties:{agent:r.id,domain:r.domain,attempts:r.attempts}})),n=t.notes.map(r=>({descriptor:{id:"note"},level:"note",message:{text:T(r)}}));return{executionSuccessful:e.length===0&&t.counts.agents.open===0,...ut("startTimeUtc",t.started),...ut("endTimeUtc",t.created),...e.length+n.length===0?{}:{toolExecutionNotifications:[...e,...n]}}}function ut(t,e){return/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(e)?{[t]:e}:{}}function ye(t,e){let n=new Map;return t.map(r=>{let o=be(r),i=n.get(o)??0;n.set(o,i+1);let{rule:s,index:f}=e.of(r);return{ruleId:s.id,ruleIndex:f,level:e.levelOf(r.severity),message:{text:T(r.detail===null?r.title:`${r.title}: ${r.detail}`)},locations:$e(r),partialFingerprints:{"saoFinding/v1":`${o}:${i}`},properties:{severity:r.severity,workers:r.workers,domains:r.domains}}})}function be(t){let e=`${t.path??""}
${tt(t.title).join(" ")}`;return ue("sha256").update(e).digest("hex").slice(0,32)}function $e({path:t,line:e}){let n=t===null||e===null||e<1?{}:{region:{startLine:e}};return[{physicalLocation:{artifactLocation:ct(t??ge),...n}}]}function T(t){return l(t).replace(/[\\[\]]/g,"\\$&")||"no text"}var m={title:200,path:400,detail:1200,name:120,task:500,note:500,summary:1500,project:4096};function u(t,e){return w(b(l(t)),e)}function ht(t){let n=[...new Set(t.map(r=>r.model))].map(r=>{let o=t.filter(i=>i.model===r);return{model:r,agents:o.length,...O(o)}});return{...O(t),byModel:n.sort(we)}}function yt(t){return[...new Set(t.map(({domain:e})=>e))].map(e=>{let n=t.filter(r=>r.domain===e);return{domain:e,agents:n.length,...O(n)}})}function O(t){return{usd:gt(t.map(e=>e.costUsd)),tokens:gt(t.map(e=>e.tokens))}}function gt(t){let e=t.filter(n=>n!==void 0);return e.length===0?null:Math.round(e.reduce((n,r)=>n+r,0)*1e6)/1e6}function we(t,e){return(e.usd??-1)-(t.usd??-1)||(e.tokens??-1)-(t.tokens??-1)||((t.model??"\uFFFF")<(e.model??"\uFFFF")?-1:1)}function $({status:t,gap:e}){return t==="done"&&!e}var ve=12,xe=3;function $t(t){let e=U(t),[n]=G(e,H),r=n?bt(n):[];return(r.length>0?r:bt(Re(e)).slice(0,xe)).slice(0,ve).join(`
`)}function Re(t){let e=t.findIndex(n=>n.kind==="heading"&&B(n.text));return e<0?t:t.slice(0,e)}function bt(t){let e=[[]];for(let n of t){let r=/^\s*(?:[-*+]|\d{1,4}[.)])\s+(?=\S)/.exec(n.text)?.[0],o=n.kind!=="text"||/^\s*(?:$|\||<!--|[-*_]{3,}\s*$)/.test(n.text);(o||r)&&e.push([]),o||e.at(-1)?.push(r?ke(r.trim(),n.text.slice(r.length)):n.text)}return e.map(n=>l(n.join(" ")).replaceAll("**","")).filter(n=>n!=="")}function ke(t,e){return`${/\d/.test(t)?t:"\u2022"} ${e}`}function wt(t,e){return xt(t).map(({id:n,name:r})=>{let o=t.agents.filter(s=>s.domain===n),i=o.filter(s=>s.role==="worker");return{id:n,name:u(r,m.name)||n,workers:i.length,done:i.filter($).length,gaps:o.filter(s=>s.gap).length,counts:M(e.filter(s=>s.domains.includes(n))),summary:Rt(o)}})}function vt(t){let e=new Set(xt(t).map(({id:n})=>n));return Rt(t.agents.filter(n=>!e.has(n.domain)))}function xt({domains:t,agents:e}){let n=new Set(t.map(i=>i.id)),r=e.filter(i=>i.role==="worker"&&!n.has(i.domain)),o=new Set(r.map(i=>i.domain));return[...t,...[...o].map(i=>({id:i,name:i}))]}function Rt(t){let e=t.filter(r=>r.role==="coordinator"&&$(r)),n=new Set(e.flatMap(r=>r.inputs??[]));return e.filter(r=>!n.has(r.id)).map(r=>w(b($t(b(r.text??""))),m.summary)).filter(r=>r!=="").join(`
`)}var Se={done:"its output was not accepted",failed:"it reported an error",incomplete:"its output does not end with the sentinel",empty:"its output is empty",missing:"it left no output"};function kt(t){let{run:e,agents:n}=t,r=et(n.flatMap(s=>Fe(s,e.project))),o=Me(n),i=[...Ie(o.open),...t.notes??[],...Te(t)];return{version:1,run:e.id,mode:e.mode,task:u(e.task,m.task),project:u(e.project,m.project),started:e.created,created:t.now,counts:{agents:o,findings:M(r)},gaps:n.filter(s=>s.gap).map(De),findings:r.map(Ae),overview:vt(t),domains:wt(t,r),cost:{...ht(n),byDomain:yt(n)},...t.context?{context:t.context}:{},notes:i.map(s=>u(s,m.note))}}function Me(t){let e=t.length,n=t.filter($).length,r=t.filter(o=>o.gap).length;return{total:e,done:n,gaps:r,open:e-n-r}}function Fe(t,e){return t.role!=="worker"||!$(t)?[]:W(b(t.text??"")).map(n=>({worker:t.id,domain:t.domain,finding:Ce(n,e)}))}function Ce({path:t,line:e,detail:n,...r},o){let i=u(je(t??"",o),m.path);return{...r,title:u(r.title,m.title),...i===""?{}:{path:i},...i===""||e===void 0?{}:{line:e},...n===void 0?{}:{detail:u(n,m.detail)}}}function je(t,e){let n=`${N(e).replace(/\/$/,"")}/`;return n!=="/"&&t.startsWith(n)&&t!==n?t.slice(n.length):t}function Ae({severity:t,title:e,path:n,line:r,detail:o,workers:i,domains:s}){return{severity:t,title:e,path:n??null,line:r??null,detail:o??null,workers:i,domains:s}}function De({id:t,name:e,domain:n,gapReason:r,status:o,attempts:i}){let s=u(r??"",m.note)||Se[o];return{id:t,name:u(e,m.name)||t,domain:n,reason:s,attempts:i}}function Ie(t){return t===0?[]:[`The run goes on: ${t===1?"1 agent has":`${t} agents have`} not ended, and nothing of ${t===1?"its":"theirs"} is in here.`]}function Te({run:t,agents:e}){return t.mode!=="audit"?[]:e.filter(n=>n.role==="worker"&&$(n)&&!_(n.text??"")).map(n=>`${n.name} (${n.id}) ended without a findings section: ${n.output}`)}function Mt(t,e){let{manifest:n,plan:r}=t,o=new Map(q(t).map(({id:i,reason:s})=>[i,s]));return kt({run:{...n,task:r?.task??n.task},now:e.toISOString(),agents:(r?.agents??[]).map(i=>ze(t,i,o.get(i.id))),domains:r?.domains??[],context:Ee(t)})}function Ee({state:t}){let e=Y(t);if(!e)return;let{tokens:n,exact:r,parts:o}=e;return{tokens:n,exact:r,parts:o,forecast:t.carrier&&t.forecast?.[t.carrier]}}function ze(t,e,n){let{id:r,name:o,role:i,domain:s,output:f,inputs:Ct,model:jt}=e,{attempts:At,costUsd:E,tokens:S}=V(t,r),Dt=F(t,e)==="done";return{id:r,name:o,role:i,domain:s,status:J(t,r),gap:n!==void 0,gapReason:n,attempts:At,inputs:Ct,output:f,text:Dt?Oe(St(t.dir,f),"utf8"):void 0,model:jt,costUsd:E>0?E:void 0,tokens:S.input+S.output>0?S.input+S.output:void 0}}var Le=["md","json","sarif","html"];function Pe(t,e){switch(e){case"md":return at(t);case"json":return st(t);case"sarif":return ft(t);case"html":return it(t)}}function Ft(t,e){return Le.map(n=>{let r=`report.${n}`;return z(St(t,r),Pe(e,n),{durable:!1}),r})}function mr(t,e){let n=Mt(t,e),r=Ft(t.dir,n),o=(t.plan?.agents??[]).filter(s=>!X(F(t,s))).length,{findings:i}=n.counts;return o===0&&L(t.dir,[{type:"reported",findings:i,gaps:n.gaps.length}],e),{report:n,files:r,open:o}}export{Le as a,Pe as b,mr as c};
