"use strict";
var r=Object.defineProperty;var c=Object.getOwnPropertyDescriptor;var f=Object.getOwnPropertyNames;var d=Object.prototype.hasOwnProperty;var m=(n,a)=>{for(var o in a)r(n,o,{get:a[o],enumerable:!0})},p=(n,a,o,e)=>{if(a&&typeof a=="object"||typeof a=="function")for(let t of f(a))!d.call(n,t)&&t!==o&&r(n,t,{get:()=>a[t],enumerable:!(e=c(a,t))||e.enumerable});return n};var b=n=>p(r({},"__esModule",{value:!0}),n);var g={};m(g,{a:()=>s,b:()=>l,c:()=>i});module.exports=b(g);var u=require("./chunk-QETJTA7N.cjs");function s({snapshot:n}){let{modules:a,harden:o}=n.state.build,e=[...a.values()].flatMap(({backlog:t})=>t);return[...new Set([...e,...o.majors.map(({finding:t})=>t),...o.backlog])]}function l(n){return i(s(n))}function i(n){return(0,u.n)(`## Findings
${n.join(`
`)}
`)}0&&(module.exports={a,b,c});
