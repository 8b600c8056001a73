import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-EGIGCVLR.mjs";import"./chunk-6O2EJ65S.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
