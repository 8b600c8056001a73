import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var i=new RegExp(["(?:\x1B\\[|\x9B)[0-?]*[ -/]*[@-~]?","\x1B[\\]PX^_][^\x07\x1B\\r\\n]*(?:\x07|\x1B\\\\)?","\x1B[ -/]*[0-~]?"].join("|"),"g"),s=/[\p{Cf}\p{Co}\p{DI}\p{NChar}\u2800]/gu,u=new RegExp("\\p{Cc}","gu"),g=new RegExp("(?![\\n\\t])\\p{Cc}","gu"),p=new RegExp("\\p{Cs}","gu");function C(n,r=Number.POSITIVE_INFINITY){let t=c(n).replace(/[\s\u0085]+/g," ").replace(u,"");return f(t.replace(/ {2,}/g," ").trim(),r)}function a(n){let r=n.replace(/\r\n?|[\u2028\u2029\u0085]/g,`
`);return c(r).replace(g,"")}function f(n,r){if(n.length<=r)return n;let t=Array.from(n.slice(0,2*r+2));return t.length<=r?n:r<1?"":`${t.slice(0,r-1).join("").trimEnd()}\u2026`}function E(n,r){let t=a(r).replace(/\n+$/,""),e="`".repeat(Math.max(3,l(t,"`")+1)),o=C(n.replace(/[`~]/g,""),60);return`${e}${o}
${t}
${e}
`}function l(n,r){let t=0,e=0;for(let o of n)e=o===r?e+1:0,t=Math.max(t,e);return t}function c(n){return n.replace(p,"\uFFFD").replace(i,"").replace(s,"")}export{C as a,a as b,f as c,E as d,l as e};
