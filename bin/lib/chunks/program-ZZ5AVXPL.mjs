import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-BTYWAQL7.mjs";import"./chunk-KW6ACUHM.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
