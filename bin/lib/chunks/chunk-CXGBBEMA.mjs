import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);
import{createHash as i}from"node:crypto";function n(e){let s=[...e].sort(([t],[r])=>+(t>r)-+(t<r));return i("sha256").update(JSON.stringify(s)).digest("hex").slice(0,16)}export{n as a};
