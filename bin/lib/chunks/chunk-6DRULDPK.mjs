import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function s(l){let t=[0];for(let e=l.indexOf(`
`);e>=0;e=l.indexOf(`
`,e+1))t.push(e+1);return e=>{let n=0,r=t.length;for(;r-n>1;){let i=n+r>>1;(t[i]??0)<=e?n=i:r=i}return n+1}}export{s as a};
