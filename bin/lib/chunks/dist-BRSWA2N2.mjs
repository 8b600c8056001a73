import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a,b,c,d,e}from"./chunk-BSB3EENW.mjs";import"./chunk-YREJB2PM.mjs";import"./chunk-T6QBT5XV.mjs";export{a as convertPathToPattern,b as escapePath,d as glob,e as globSync,c as isDynamicPattern};
