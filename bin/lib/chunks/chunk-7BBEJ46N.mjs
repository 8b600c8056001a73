import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var t=["haiku","sonnet","opus","fable"],r={models:{haiku:12,sonnet:8,opus:4,fable:4},commands:8,total:20};function o(n){return n.agents.filter(e=>e.role==="worker")}function i(n){return n.agents.filter(e=>e.role==="coordinator")}export{t as a,r as b,o as c,i as d};
