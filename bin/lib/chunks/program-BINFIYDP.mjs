import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-QP44QBN5.mjs";import"./chunk-FJ23P7LB.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
