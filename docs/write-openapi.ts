// Writes docs/openapi.json from the routes: `npm run docs`.
import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../control-plane/src/api/open-api-document.ts';
import { version } from './version.ts';

const target = new URL('./openapi.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(await openApiDocument(version), null, 2)}\n`);
