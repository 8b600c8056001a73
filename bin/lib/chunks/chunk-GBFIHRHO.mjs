import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function t(n,r){return`${n} ${r}${n===1?"":"s"}`}export{t as a};
