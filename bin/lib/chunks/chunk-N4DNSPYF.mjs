import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var t=["architect","bootstrap","scaffold","build","assemble","harden","ship","curate"],e={architect:"1",bootstrap:"1b",scaffold:"2",build:"3",assemble:"4",harden:"5",ship:"6",curate:"7"},a=["architect","ship"];export{t as a,e as b,a as c};
