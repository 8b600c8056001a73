import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{j as c,l as s,m as u}from"./chunk-OOG3UMHU.mjs";import{existsSync as d,readdirSync as m,readFileSync as p,rmSync as S}from"node:fs";import{join as f}from"node:path";function O(r){let n=r.CLAUDE_CODE_SESSION_ID;return n!==void 0&&/^[A-Za-z0-9_-]{1,64}$/.test(n)?n:void 0}function _(r,n,i){let t=c(s(r));if(!t.ok)return;let e=g(r,n).filter(o=>o!==i);u(f(t.value,n),`${[...e,i].join(`
`)}
`)}function g(r,n){let i=f(s(r),n);return d(i)?p(i,"utf8").split(`
`).filter(t=>t!==""):[]}function h(r,n){let i=s(r);if(d(i))for(let t of m(i)){let e=g(r,t);if(!e.includes(n))continue;let o=e.filter(l=>l!==n);o.length>0?u(f(i,t),`${o.join(`
`)}
`):S(f(i,t),{force:!0})}}export{O as a,_ as b,h as c};
