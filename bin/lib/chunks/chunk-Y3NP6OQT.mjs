import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a as d}from"./chunk-JPJTMAGN.mjs";import{m as u}from"./chunk-YGY7GR27.mjs";function $(n,e,t){let o=`sao run ${n} --driver claude`,i=t??`inside a session sao next ${n}; without one ${o}`,r=t===void 0?`Inside a session: sao next ${n}; without one: ${o}`:`To continue: ${t}`;switch(e.kind){case"agents":return`${e.agents.map(({id:s})=>s).join(", ")||"the engine"}: next. ${r}`;case"child":return`the audit ${e.run} is running. ${r}`;case"gate":return`a human decides: sao gate show ${e.stage} ${n}, then sao gate approve ${e.stage} ${n} (or reject, with --note)
then: ${i}`;case"stuck":return`the build cannot continue by itself: ${e.reason}
$ ${e.command}
then: ${i}`;case"halted":return`halted: ${e.reason}
after you have examined it: ${t??`${o}; or ${u(n)}, then a session continues`}`;case"done":return`done: sao report ${n}`}}function B({complete:n,interrupted:e}){return e?130:n?0:1}function m(n){return n.filter(({state:e})=>e!=="later").map(({number:e,stage:t,state:o,detail:i})=>`${o==="done"?"done":"now "}  ${e.padEnd(2)} ${t.padEnd(9)} ${i}`.trimEnd())}function S({run:n,stages:e,step:t,interrupted:o,costUsd:i,goOn:r,next:s}){if(s){let a=e.find(({state:p})=>p==="now");return[...a?[`${n}, stage ${a.number}, ${a.stage}`]:[],d(s)].join(`
`)}let c=i>0?[`$${i.toFixed(2)} spent`]:[],g=o?[`interrupted; to resume: \`sao run ${n}\` with the same options`]:[];return[n,...m(e),...c,...g,$(n,t,r??void 0)].join(`
`)}export{B as a,m as b,S as c};
