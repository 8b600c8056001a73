import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a as i,b as o,c as s}from"./chunk-PN5TTZHO.mjs";function f(r){return[o,...i].reduce(d,r)}function S(r){return f(r)!==r}function d(r,e){let t="",n=0;for(let{start:c,end:a}of s(r,e))t+=`${r.slice(n,c)}[redacted:${e.kind}]`,n=a;return t+r.slice(n)}export{f as a,S as b};
