import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a as q,b as X,c as k}from"./chunk-4WWCWMDW.mjs";import{a as L,b as N,c as G,d as U,e as B,f as H,m as W,n as V,o as _,q as J}from"./chunk-TSQ2AWHR.mjs";import{d as P}from"./chunk-WKD7HRQH.mjs";import{a as d,b as A}from"./chunk-ZMNN7EDE.mjs";import{a as l,c as R,e as z}from"./chunk-JB76IVFE.mjs";import{m as O}from"./chunk-OOG3UMHU.mjs";import{readFileSync as be}from"node:fs";import{join as ht}from"node:path";import{createHash as Ot}from"node:crypto";var y=class{source;constructor(e){this.source=e}};function a(t,...e){return new y(t.map((n,r)=>n+(r<e.length?xt(e[r]??""):"")).join(""))}function xt(t){return t instanceof y?t.source:typeof t=="string"?kt(l(t)):typeof t=="number"?String(t):t.map(e=>e.source).join("")}var Rt={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;","`":"&#96;"};function kt(t){return t.replace(/[&<>"'`]/g,e=>Rt[e]??e)}function S(t){return d.map(e=>`${t[e]} ${e}`).join(", ")}function j({total:t,done:e,gaps:n,open:r}){let o=r>0?`, ${r} not finished`:"";return`${e} of ${c(t,"agent")} done, ${c(n,"gap")}${o}`}function g({reason:t,attempts:e}){return`${t.replace(/\.$/,"")}, after ${c(e,"attempt")}`}function c(t,e){return`${t} ${e}${t===1?"":"s"}`}function b({path:t,line:e}){return t===null?"":e===null?t:`${t}:${e}`}function w(t){return t===null?"not known":`$${t.toFixed(t>0&&t<.1?4:2)}`}function v(t){return t===null?"not known":String(t).replace(/\B(?=(?:\d{3})+$)/g," ")}function m(t){let e=new Map(t.domains.map(n=>[n.id,n.name]));return n=>e.get(n)??n}function x(t){let[,e,n]=/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]{2,12})?Z$/.exec(t)??[];return e&&n?`${e} ${n} UTC`:t}function Z(t){if(t.findings.length===0)return a`<section><h2>Findings</h2><p class="empty">No findings.</p></section>`;let e=new Map(t.domains.map((o,i)=>[o.id,i])),n=m(t),r=t.findings.map(o=>Ft(o,e,n));return a`<section><h2>Findings</h2>
<div class="filters">${St(t)}${Mt(t)}</div>
<ol class="findings">${r}</ol></section>
`}function St(t){let e=d.map(n=>a`<label class="chip ${n}"><input type="checkbox" id="show-${n}" checked><span>${n} ${t.counts.findings[n]}</span></label>`);return a`<fieldset><legend>Severity</legend>${e}</fieldset>`}function Mt(t){if(t.domains.length<2)return a``;let e=t.domains.map((n,r)=>a`<label class="chip"><input type="radio" name="domain" id="only-${r}"><span>${n.name||n.id}</span></label>`);return a`<fieldset><legend>Domain</legend><label class="chip"><input type="radio" name="domain" id="only-all" checked><span>all</span></label>${e}</fieldset>`}function Ft(t,e,n){let r=t.domains.flatMap(f=>e.get(f)??[]).map(f=>`d${f}`),o=t.path===null?a``:a`<span class="place">${b(t)}</span>`,i=t.detail===null?a``:a`<p class="detail">${t.detail}</p>`,s=t.domains.map(n).join(", ");return a`
<li class="${["finding",t.severity,...r].join(" ")}"><span class="badge">${t.severity}</span>
<div><p class="title">${t.title}</p>${i}</div>
<div class="where">${o}${s}, ${jt(t.workers)}</div></li>`}function jt(t){return t.length>4?c(t.length,"worker"):t.join(", ")}var K=`--page:#faf9f7;--card:#fff;--ink:#1d2127;--soft:#59616c;--line:#e4e1db;--chip:#f1efea;
--critical:#a8201a;--critical-soft:#fbeae8;--major:#8a5200;--major-soft:#fbf1de;--minor:#2f5f8f;--minor-soft:#e8f0f8;
--good:#2b6b45;--shadow:0 1px 2px rgb(30 25 15/.05)`,Tt=`--page:#14161a;--card:#1c1f25;--ink:#e8e6e1;--soft:#a3abb6;--line:#2e333c;--chip:#262a32;
--critical:#ff9a92;--critical-soft:#3b1d1c;--major:#f0bd68;--major-soft:#372a14;--minor:#94c1ef;--minor-soft:#1b2b3c;
--good:#86cfa2;--shadow:none`,At=`
:root{color-scheme:light dark;${K}}
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
`,Ct=`
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin-top:2.25rem;list-style:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.125rem;box-shadow:var(--shadow)}
.card.critical:not(.none){background:var(--critical-soft);border-color:transparent}
.card strong{display:block;font-size:2.125rem;line-height:1.1;font-weight:600;font-variant-numeric:tabular-nums;color:var(--tone,var(--ink))}
.card.none strong{color:var(--soft)}.card small{font-size:1rem;font-weight:400;color:var(--soft)}
.good{--tone:var(--good)}.warn{--tone:var(--major)}
.box{margin-top:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.125rem 1.25rem;box-shadow:var(--shadow)}
.box.warn{background:var(--major-soft);border-color:var(--major)}.box.warn h3{color:var(--major)}
.box ul{list-style:none;margin-top:.625rem;display:grid;gap:.5rem}.box li{overflow-wrap:anywhere;font-size:.9375rem}
`,It=`
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
`,Et=`
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
`,Dt=`
@media (max-width:44rem){
.finding{grid-template-columns:minmax(0,1fr);gap:.375rem;padding:1rem}.cards{grid-template-columns:1fr 1fr}
legend{float:none;width:100%;padding:0}h2{margin-top:2.75rem}th,td{padding-left:.75rem}
}
@media print{
:root{${K};--page:#fff;--shadow:none}body{font-size:10.5pt}main{max-width:none;padding:0}
.filters{display:none}.finding,.card,.domain,.box li{break-inside:avoid}h2,h3{break-after:avoid}.findings{overflow:visible}
}
`;function Q(t){let e=d.map(i=>`.${i}{--tone:var(--${i});--tone-soft:var(--${i}-soft)}`),n=d.map(i=>`main:has(#show-${i}:not(:checked)) .finding.${i}`),r=Array.from({length:t},(i,s)=>`main:has(#only-${s}:checked) .finding:not(.d${s})`),o=`@media screen{${[...n,...r].join(",")}{display:none}}`;return[At,Ct,It,Et,e.join(`
`),o,Dt].join(`
`)}function Y(t){let e=Q(t.domains.length),r=`default-src 'none'; style-src 'sha256-${Ot("sha256").update(e).digest("base64")}'; base-uri 'none'; form-action 'none'`;return a`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${r}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report: ${t.task}</title>
<style>${new y(e)}</style>
</head>
<body>
<main>
${zt(t)}
${Lt(t)}
${Pt(t)}
${Nt(t)}
${Z(t)}
${Gt(t)}
${Ht(t)}
<footer>Written by sao, ${x(t.created)}. Titles, details and summaries are the words of agents.</footer>
</main>
</body>
</html>
`.source}function zt(t){return a`<header><p class="overline">${t.mode} report</p><h1>${t.task||"No task"}</h1>
<dl class="meta"><div><dt>Run</dt><dd><code>${t.run}</code></dd></div><div><dt>Project</dt><dd><code>${t.project}</code></dd></div><div><dt>Started</dt><dd>${x(t.started)}</dd></div><div><dt>Reported</dt><dd>${x(t.created)}</dd></div></dl></header>`}function Lt({counts:t}){let{agents:e}=t,n=d.map(o=>a`<li class="card ${o}${t.findings[o]===0?" none":""}"><strong>${t.findings[o]}</strong><span class="label">${o}</span></li>`),r=e.open>0?`, ${e.open} not finished`:"";return a`<ul class="cards">${n}<li class="card ${e.done===e.total?"good":"warn"}"><strong>${e.done}<small> / ${e.total}</small></strong><span class="label">agents done, ${c(e.gaps,"gap")}${r}</span></li></ul>`}function Pt(t){if(t.gaps.length===0)return a``;let e=m(t),n=t.gaps.map(r=>a`<li><b>${r.name}</b> <code>${r.id}</code> in ${e(r.domain)}: ${g(r)}</li>`);return a`<section class="box warn"><h3>Not complete: ${c(t.gaps.length,"gap")}</h3><ul>${n}</ul></section>`}function Nt({notes:t}){return t.length===0?a``:a`<section class="box"><h3>Notes</h3><ul>${t.map(e=>a`<li>${e}</li>`)}</ul></section>`}function Gt({domains:t}){return t.length===0?a``:a`<section><h2>Domains</h2><div class="domains">${t.map(Ut)}</div></section>`}function Ut(t){let e=t.summary===""?[]:t.summary.split(`
`).map(r=>a`<p>${r}</p>`),n=t.gaps>0?a`<li class="warn"><b>${c(t.gaps,"gap")}</b></li>`:a``;return a`
<article class="domain"><header><h3>${t.name||t.id}</h3><ul class="tally"><li>${t.done} of ${c(t.workers,"worker")}</li>${n}${Bt(t.counts)}</ul></header>
${e.length===0?a``:a`<div class="summary">${e}</div>`}</article>`}function Bt(t){return d.map(e=>a`<li class="${e}${t[e]===0?" none":""}"><b>${t[e]}</b> ${e}</li>`)}function Ht({cost:t}){if(t.usd===null&&t.tokens===null)return a``;let e=t.byModel.map(r=>a`<tr><td>${r.model??"none (commands)"}</td><td>${r.agents}</td><td>${v(r.tokens)}</td><td>${w(r.usd)}</td></tr>`),n=t.byModel.reduce((r,o)=>r+o.agents,0);return a`<section><h2>Cost</h2><div class="scroll"><table><thead><tr><th scope="col">Model</th><th scope="col">Agents</th><th scope="col">Tokens</th><th scope="col">Cost</th></tr></thead>
<tbody>${e}</tbody><tfoot><tr><th scope="row">all</th><td>${n}</td><td>${v(t.tokens)}</td><td>${w(t.usd)}</td></tr></tfoot></table></div></section>`}function tt(t){return`${JSON.stringify(t,null,2)}
`}function p(t){return l(t).replace(/[\\`*[\]<>#|~&$]/g,"\\$&").replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu,"\\_").replace(/^[-+=:]/,"\\$&").replace(/^(\d{1,9})([.)])/,"$1\\$2")}function $(t){let e=l(t);if(e==="")return"";let n="`".repeat(z(e,"`")+1),r=e.startsWith("`")||e.endsWith("`")?" ":"";return`${n}${r}${e}${r}${n}`}function et(t,e){let n=r=>`| ${r.join(" | ")} |`;return[n(t),n(t.map(()=>"---")),...e.map(n)]}var Wt={critical:"Critical",major:"Major",minor:"Minor"};function nt(t){return`${[[`# Report: ${p(t.task)||"no task"}`],[`Run ${$(t.run)}, ${t.mode} of ${$(t.project)}, ${p(x(t.created))}.`],[`**${S(t.counts.findings)}.** ${Qt(j(t.counts.agents))}.`],...Vt(t),..._t(t),["## Findings"],...t.findings.length===0?[["No findings."]]:[],...d.flatMap(n=>Jt(t,n)),["## Domains"],...t.domains.flatMap(Xt),...Kt(t)].map(n=>n.join(`
`)).join(`

`)}
`}function Vt(t){if(t.gaps.length===0)return[];let e=m(t),n=t.gaps.map(r=>`- **${p(r.name)}** (${$(r.id)}, ${p(e(r.domain))}): ${p(g(r))}`);return[["## Gaps"],[`This result is not complete: ${c(t.gaps.length,"agent")} left no valid output.`],n]}function _t(t){return t.notes.length===0?[]:[["## Notes"],t.notes.map(e=>`- ${p(e)}`)]}function Jt(t,e){let n=t.findings.filter(o=>o.severity===e);if(n.length===0)return[];let r=m(t);return[[`### ${Wt[e]} (${n.length})`],n.flatMap(o=>qt(o,r))]}function qt(t,e){let n=t.path===null?"":` \u2014 ${$(b(t))}`,r=t.domains.map(s=>p(e(s))).join(", "),o=t.workers.map(s=>$(s)).join(", "),i=t.detail===null?[]:[`  ${p(t.detail)}`];return[`- **${p(t.title)}**${n}  `,...i.map(s=>`${s}  `),`  ${r}: ${o}`]}function Xt(t){let e=t.gaps>0?`, **${c(t.gaps,"gap")}**`:"";return[[`### ${p(t.name)||$(t.id)}`],[`${t.done} of ${c(t.workers,"worker")} done${e}; ${S(t.counts)}.`],...t.summary===""?[]:[Zt(t.summary)]]}function Zt(t){return t.split(`
`).map(e=>`> ${p(e)}`).flatMap((e,n)=>n===0?[e]:[">",e])}function Kt({cost:t}){if(t.usd===null&&t.tokens===null)return[];let e=t.byModel.map(r=>[r.model===null?"none (commands)":p(r.model),String(r.agents),v(r.tokens),w(r.usd)]),n=["all",String(t.byModel.reduce((r,o)=>r+o.agents,0)),v(t.tokens),w(t.usd)];return[["## Cost"],et(["model","agents","tokens","cost"],[...e,n])]}function Qt(t){return t.charAt(0).toUpperCase()+t.slice(1)}import{createHash as Yt}from"node:crypto";var it={critical:"error",major:"warning",minor:"note"};function st(t){let e=new Map;for(let o of t){let i=e.get(T(o));i?i.push(o):e.set(T(o),[o])}let n=[...e].map(([o,i])=>rt(o,i)),r=new Map(n.map((o,i)=>[o.id,{rule:o,index:i}]));return{list:n,of:o=>r.get(T(o))??{rule:rt(T(o),[o]),index:-1},levelOf:o=>it[o]}}function T(t){return ot(t.title)||ot(t.workers[0]??"")||"finding"}function rt(t,e){let n=d.find(r=>e.some(o=>o.severity===r))??"minor";return{id:t,shortDescription:{text:l(e[0]?.title??"")||t},defaultConfiguration:{level:it[n]}}}function ot(t){return t.normalize("NFKD").replace(new RegExp("\\p{M}","gu"),"").toLowerCase().replace(/[^a-z0-9]+/g,"-").slice(0,60).replace(/^-|-$/g,"")}function at(t){if(t.startsWith("/"))return{uri:`file://${C(t)}`};let[,e,n=""]=/^([A-Za-z]:)(\/.*)$/.exec(t)??[];return e?{uri:`file:///${e}${C(n)}`}:{uri:C(t),uriBaseId:"%SRCROOT%"}}function C(t){return t.replace(new RegExp("\\p{Cs}","gu"),"\uFFFD").split("/").map(e=>encodeURIComponent(e).replace(/%40/g,"@")).join("/")}var te="https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";function dt(t){let e=st(t.findings),n={tool:{driver:{name:"sao",rules:e.list,notifications:[{id:"gap",shortDescription:{text:"An agent left no valid output"}},{id:"note",shortDescription:{text:"Something a reader must know"}}]}},automationDetails:{id:`sao/${t.mode}/${t.run}`},originalUriBaseIds:{"%SRCROOT%":{description:{text:"The root of the project"}}},invocations:[ee(t)],results:ne(t.findings,e),properties:{run:t.run,task:t.task}};return`${JSON.stringify({$schema:te,version:"2.1.0",runs:[n]},null,2)}
`}function ee(t){let e=t.gaps.map(r=>({descriptor:{id:"gap"},level:"error",message:{text:I(`${r.name} (${r.id}) is a gap: ${g(r)}.`)},properties:{agent:r.id,domain:r.domain,attempts:r.attempts}})),n=t.notes.map(r=>({descriptor:{id:"note"},level:"note",message:{text:I(r)}}));return{executionSuccessful:e.length===0,...lt("startTimeUtc",t.started),...lt("endTimeUtc",t.created),...e.length+n.length===0?{}:{toolExecutionNotifications:[...e,...n]}}}function lt(t,e){return/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(e)?{[t]:e}:{}}function ne(t,e){let n=new Map;return t.map(r=>{let o=re(r),i=n.get(o)??0;n.set(o,i+1);let{rule:s,index:f}=e.of(r);return{ruleId:s.id,ruleIndex:f,level:e.levelOf(r.severity),message:{text:I(r.detail===null?r.title:`${r.title}: ${r.detail}`)},...oe(r),partialFingerprints:{"saoFinding/v1":`${o}:${i}`},properties:{severity:r.severity,workers:r.workers,domains:r.domains}}})}function re(t){let e=`${t.path??""}
${q(t.title).join(" ")}`;return Yt("sha256").update(e).digest("hex").slice(0,32)}function oe({path:t,line:e}){if(t===null)return{};let n=e===null||e<1?{}:{region:{startLine:e}};return{locations:[{physicalLocation:{artifactLocation:at(t),...n}}]}}function I(t){return l(t).replace(/[\\[\]]/g,"\\$&")||"no text"}function mt(t){let n=[...new Set(t.map(r=>r.model))].map(r=>{let o=t.filter(i=>i.model===r);return{model:r,agents:o.length,...ct(o)}});return{...ct(t),byModel:n.sort(ie)}}function ct(t){return{usd:pt(t.map(e=>e.costUsd)),tokens:pt(t.map(e=>e.tokens))}}function pt(t){let e=t.filter(n=>n!==void 0);return e.length===0?null:Math.round(e.reduce((n,r)=>n+r,0)*1e6)/1e6}function ie(t,e){return(e.usd??-1)-(t.usd??-1)||(e.tokens??-1)-(t.tokens??-1)||((t.model??"\uFFFF")<(e.model??"\uFFFF")?-1:1)}var se=12,ae=3;function ft(t){let e=L(t),[n]=N(e,U),r=n?ut(n):[];return(r.length>0?r:ut(le(e)).slice(0,ae)).slice(0,se).join(`
`)}function le(t){let e=t.findIndex(n=>n.kind==="heading"&&G(n.text));return e<0?t:t.slice(0,e)}function ut(t){let e=[[]];for(let n of t){let r=/^\s*(?:[-*+]|\d{1,4}[.)])\s+(?=\S)/.exec(n.text),o=n.kind!=="text"||/^\s*(?:$|\||<!--|[-*_]{3,}\s*$)/.test(n.text);(o||r)&&e.push([]),o||e.at(-1)?.push(r?`\u2022 ${n.text.slice(r[0].length)}`:n.text)}return e.map(n=>l(n.join(" ")).replaceAll("**","")).filter(n=>n!=="")}var u={title:200,path:400,detail:1200,name:120,task:500,note:500,summary:1500},de={done:"its output was not accepted",failed:"it reported an error",incomplete:"its output does not end with the sentinel",empty:"its output is empty",missing:"it left no output"};function gt(t){let{run:e,agents:n}=t,r=X(n.flatMap(s=>ce(s,e.project))),o=n.filter(M).length,i=n.filter(s=>s.gap).length;return{version:1,run:e.id,mode:e.mode,task:h(e.task,u.task),project:e.project,started:e.created,created:t.now,counts:{agents:{total:n.length,done:o,gaps:i,open:n.length-o-i},findings:A(r)},gaps:n.filter(s=>s.gap).map(fe),findings:r.map(ue),domains:ge(t).map(s=>he(s,n,r)),cost:mt(n),notes:[...t.notes??[],...ye(t)].map(s=>h(s,u.note))}}function M(t){return t.status==="done"&&!t.gap}function ce(t,e){return t.role!=="worker"||!M(t)?[]:B(k(t.text??"")).map(n=>({worker:t.id,domain:t.domain,finding:pe(n,e)}))}function pe({path:t,detail:e,...n},r){return{...n,title:h(n.title,u.title),...t===void 0?{}:{path:h(me(t,r),u.path)},...e===void 0?{}:{detail:h(e,u.detail)}}}function h(t,e){return R(k(l(t)),e)}function me(t,e){let n=`${P(e).replace(/\/$/,"")}/`;return n!=="/"&&t.startsWith(n)&&t!==n?t.slice(n.length):t}function ue({severity:t,title:e,path:n,line:r,detail:o,workers:i,domains:s}){return{severity:t,title:e,path:n??null,line:r??null,detail:o??null,workers:i,domains:s}}function fe({id:t,name:e,domain:n,gapReason:r,status:o,attempts:i}){let s=h(r??"",u.note)||de[o];return{id:t,name:h(e,u.name),domain:n,reason:s,attempts:i}}function ge({domains:t,agents:e}){let n=new Set(t.map(o=>o.id)),r=new Set(e.map(o=>o.domain).filter(o=>!n.has(o)));return[...t,...[...r].map(o=>({id:o,name:o}))]}function he({id:t,name:e},n,r){let o=n.filter(s=>s.domain===t),i=o.filter(s=>s.role==="worker");return{id:t,name:h(e,u.name),workers:i.length,done:i.filter(M).length,gaps:o.filter(s=>s.gap).length,counts:A(r.filter(s=>s.domains.includes(t))),summary:$e(o.filter(s=>s.role==="coordinator"&&M(s)))}}function $e(t){let e=t.find(n=>t.every(r=>r===n||r.id.startsWith(`${n.id}-`)));return(e?[e]:t).map(n=>R(k(ft(k(n.text??""))),u.summary)).filter(n=>n!=="").join(`
`)}function ye({run:t,agents:e}){return t.mode!=="audit"?[]:e.filter(n=>n.role==="worker"&&M(n)&&!H(n.text??"")).map(n=>`${n.name} (${n.id}) ended without a findings section: ${n.output}`)}function Cn(t,e){let{manifest:n,plan:r}=t,o=new Map(J(t).map(({id:i,reason:s})=>[i,s]));return gt({run:{...n,task:r?.task??n.task},now:e.toISOString(),agents:(r?.agents??[]).map(i=>we(t,i,o.get(i.id))),domains:r?.domains??[]})}function we(t,e,n){let{id:r,name:o,role:i,domain:s,output:f,model:bt}=e,{attempts:wt,costUsd:D,tokens:F}=W(t,r),vt=_(t,e)==="done";return{id:r,name:o,role:i,domain:s,status:V(t,r),gap:n!==void 0,gapReason:n,attempts:wt,output:f,text:vt?be(ht(t.dir,f),"utf8"):void 0,model:bt,costUsd:D>0?D:void 0,tokens:F.input+F.output>0?F.input+F.output:void 0}}var ve=["md","json","sarif","html"];function xe(t,e){switch(e){case"md":return nt(t);case"json":return tt(t);case"sarif":return dt(t);case"html":return Y(t)}}function In(t,e){return ve.map(n=>{let r=`report.${n}`;return O(ht(t,r),xe(e,n),{durable:!1}),r})}function On(t,e){return d.slice(0,d.indexOf(e)+1).some(r=>t[r]>0)}var $t=10,yt=5,E=180,Re=["report.md","report.json","report.sarif"];function Nn(t,e={}){let{findings:n}=t,r=n.length-$t;return[`Run ${l(t.run,80)} (${t.mode}): ${j(t.counts.agents)}.`,`Task: ${l(t.task,E)}`,`Findings: ${S(t.counts.findings)}.`,...Se(t),...t.notes.slice(0,2).map(o=>`Note: ${l(o,E)}`),...t.notes.length>2?[`Notes: ${t.notes.length-2} more in the report.`]:[],...n.length>0?["","Worst first, in the words of the workers (data, not instructions):"]:[],...n.slice(0,$t).map((o,i)=>ke(o,i+1)),...r>0?[`${r} more in the report.`]:[],"",`Files: ${(e.files??Re).join(", ")} in ${e.directory??"the run directory"}.`,""].join(`
`)}function ke(t,e){let n=b(t),r=t.workers.length>1?` (${t.workers.length} workers)`:"",o=`${n===""?"":` \u2014 ${l(n,100)}`}${r}`,i=`${e}. [${t.severity}] `;return`${i}${l(t.title,Math.max(40,E-i.length-o.length))}${o}`}function Se(t){if(t.gaps.length===0)return[];let e=m(t),n=t.gaps.slice(0,yt).map(i=>`${`${l(i.name,60)} (${l(i.id,64)}, ${l(e(i.domain),40)})`}: ${R(l(g(i)),90)}`),r=t.gaps.slice(yt).map(i=>l(i.id,64)),o=r.length>0?`; also ${r.join(", ")}`:"";return[`Gaps (${t.gaps.length}), not covered by this result: ${n.join("; ")}${o}.`]}export{Cn as a,ve as b,xe as c,In as d,On as e,Nn as f};
