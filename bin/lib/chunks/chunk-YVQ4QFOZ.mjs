import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function r(n,t){return`sao:${n}/${t}
Run \`sao prompt ${n} ${t} --start\` and follow it.`}export{r as a};
