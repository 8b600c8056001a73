import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
var t=["haiku","sonnet","opus","fable"];var r={models:{haiku:12,sonnet:8,opus:4,fable:4},commands:8,total:20};function o(e){return e.agents.filter(n=>n.role==="worker")}function i(e){return e.agents.filter(n=>n.role==="coordinator")}export{t as a,r as b,o as c,i as d};
