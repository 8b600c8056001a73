import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-RCD656E3.mjs";import"./chunk-KZENKHMI.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
