import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var c=new RegExp(["(?:\x1B\\[|\x9B)[0-?]*[ -/]*[@-~]?","\x1B[\\]PX^_][^\x07\x1B]*(?:\x07|\x1B\\\\)?","\x1B[ -/]*[0-~]?"].join("|"),"g"),s=/[\p{Cf}\p{Co}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/gu,u=new RegExp("\\p{Cc}","gu"),g=new RegExp("(?![\\n\\t])\\p{Cc}","gu"),p=new RegExp("\\p{Cs}","gu");function f(n,r=Number.POSITIVE_INFINITY){let t=i(n.replace(c,"")).replace(/\s+/g," ").replace(u,"");return a(t.replace(/ {2,}/g," ").trim(),r)}function l(n){let r=n.replace(/\r\n?|[\u2028\u2029\u0085]/g,`
`).replace(c,"");return i(r).replace(g,"")}function a(n,r){if(n.length<=r)return n;let t=Array.from(n.slice(0,2*r+2));return t.length<=r?n:r<1?"":`${t.slice(0,r-1).join("").trimEnd()}\u2026`}function E(n,r){let t=l(r).replace(/\n+$/,""),e="`".repeat(Math.max(3,C(t,"`")+1)),o=f(n,60).replace(/[`~]/g,"");return`${e}${o}
${t}
${e}
`}function C(n,r){let t=0,e=0;for(let o of n)e=o===r?e+1:0,t=Math.max(t,e);return t}function i(n){return n.replace(s,"").replace(p,"\uFFFD")}export{f as a,l as b,a as c,E as d,C as e};
