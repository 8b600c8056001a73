import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var n=new RegExp("(?![\\t\\n\\r])\\p{Cc}","u");function r(t){return n.test(t)}export{r as a};
