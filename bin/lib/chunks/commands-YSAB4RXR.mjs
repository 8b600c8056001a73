import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a,b}from"./chunk-6O2EJ65S.mjs";import"./chunk-T6QBT5XV.mjs";export{b as COMMANDS,a as COMMAND_GROUPS};
