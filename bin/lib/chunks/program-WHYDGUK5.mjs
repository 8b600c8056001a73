import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-ZPZQ5U7K.mjs";import"./chunk-2J4BQL5E.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
