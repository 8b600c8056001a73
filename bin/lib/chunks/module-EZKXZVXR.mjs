import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{b as r,c as a}from"./chunk-RSUDLRXP.mjs";import"./chunk-T6QBT5XV.mjs";export{a as creator,r as rules};
