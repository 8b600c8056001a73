import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
function n(r){return new TextDecoder(e(r)).decode(r)}function e(r){return r[0]===255&&r[1]===254?"utf-16le":r[0]===254&&r[1]===255?"utf-16be":"utf-8"}export{n as a};
