import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var r=/[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800]/gu;function i(t){return t.replace(r,n=>[...n].map(p=>`\\u{${p.codePointAt(0)?.toString(16)}}`).join(""))}export{i as a};
