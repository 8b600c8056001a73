import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-GRTIO76K.mjs";import"./chunk-3M7VVIV7.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
