import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as a,c as b}from"./chunk-4BQMZFP7.mjs";import"./chunk-3ZWVEJIV.mjs";import"./chunk-T6QBT5XV.mjs";export{a as buildProgram,b as namedCommand};
