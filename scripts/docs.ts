import { writeFileSync } from 'node:fs';
import { generatePages } from './docs-pages.ts';

for (const [path, text] of Object.entries(await generatePages())) writeFileSync(path, text);
