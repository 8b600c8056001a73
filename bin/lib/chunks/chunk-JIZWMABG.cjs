"use strict";
var l=Object.defineProperty;var u=Object.getOwnPropertyDescriptor;var s=Object.getOwnPropertyNames;var x=Object.prototype.hasOwnProperty;var a=(n,e)=>{for(var t in e)l(n,t,{get:e[t],enumerable:!0})},d=(n,e,t,f)=>{if(e&&typeof e=="object"||typeof e=="function")for(let r of s(e))!x.call(n,r)&&r!==t&&l(n,r,{get:()=>e[r],enumerable:!(f=u(e,r))||f.enumerable});return n};var h=n=>d(l({},"__esModule",{value:!0}),n);var p={};a(p,{a:()=>o});module.exports=h(p);function o(n){let e=[0];for(let t=n.indexOf(`
`);t>=0;t=n.indexOf(`
`,t+1))e.push(t+1);return t=>{let f=0,r=e.length;for(;r-f>1;){let i=f+r>>1;(e[i]??0)<=t?f=i:r=i}return f+1}}0&&(module.exports={a});
