import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a as d}from"./chunk-YQYU6RRC.mjs";import{n as $}from"./chunk-PN5GZEX4.mjs";function u(n,e,t){let o=`sao run ${n} --driver claude`,r=t??`inside a session sao next ${n}; without one ${o}`,i=t===void 0?`Inside a session: sao next ${n}; without one: ${o}`:`It goes on with: ${t}`;switch(e.kind){case"agents":return`${e.agents.map(({id:s})=>s).join(", ")||"the engine"}: next. ${i}`;case"child":return`the audit ${e.run} is under way. ${i}`;case"gate":return`a human decides: sao gate show ${e.stage} ${n}, then sao gate approve ${e.stage} ${n} (or reject, with --note)
then: ${r}`;case"stuck":return`it goes no further by itself: ${e.reason}
$ ${e.command}
then: ${r}`;case"halted":return`halted: ${e.reason}
once you have looked at it: ${t??`${o}; or ${$(n)}, and a session goes on`}`;case"done":return`done: sao report ${n}`}}function y({complete:n,interrupted:e}){return e?130:n?0:1}function h(n){return n.filter(({state:e})=>e!=="later").map(({number:e,stage:t,state:o,detail:r})=>`${o==="done"?"done":"now "}  ${e.padEnd(2)} ${t.padEnd(9)} ${r}`.trimEnd())}function B({run:n,stages:e,step:t,interrupted:o,costUsd:r,goOn:i,next:s}){if(s){let a=e.find(({state:p})=>p==="now");return[...a?[`${n}, stage ${a.number}, ${a.stage}`]:[],d(s)].join(`
`)}let c=r>0?[`$${r.toFixed(2)} spent`]:[],g=o?[`interrupted; \`sao run ${n}\` with the same options goes on`]:[];return[n,...h(e),...c,...g,u(n,t,i??void 0)].join(`
`)}export{y as a,h as b,B as c};
