"use strict";module._compile(require("node:zlib").brotliDecompressSync(require("node:fs").readFileSync(__filename+".br")).toString(),__filename);
