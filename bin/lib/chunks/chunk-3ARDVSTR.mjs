import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var e=["critical","major","minor"];function r(t){let n={critical:0,major:0,minor:0};for(let{severity:i}of t)n[i]+=1;return n}export{e as a,r as b};
