// Writes docs/openapi.json from the routes: `npm run docs`.
import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../control-plane/src/api/open-api-document.ts';

const target = new URL('./openapi.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(await openApiDocument('1.0.0'), null, 2)}\n`);
