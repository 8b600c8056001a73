import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var r;function n(e){r=e}var t=new Set(["check-ignore","for-each-ref","ls-files","ls-tree","merge-base","rev-list","rev-parse"]);function i([e=""]){return t.has(e)?r:void 0}export{n as a,i as b};
