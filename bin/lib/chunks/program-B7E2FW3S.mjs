import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-3JA3IS2Z.mjs";import"./chunk-5R7FSEFB.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
