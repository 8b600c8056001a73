import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{a,b}from"./chunk-QXE6YQCB.mjs";import"./chunk-T6QBT5XV.mjs";export{a as SecretLintProfiler,b as secretLintProfiler};
