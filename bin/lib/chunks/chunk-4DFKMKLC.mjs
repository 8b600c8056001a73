import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function s(t,n){return`sao:${t}/${n}
Run \`sao prompt ${t} ${n} --start\` and follow it.`}var r=/^\s*sao:(\S+)\/([^\s/]+)\s*(?:\n|$)/;function e(t){let n=r.exec(t);return n?.[1]&&n[2]?{run:n[1],id:n[2]}:void 0}export{s as a,e as b};
