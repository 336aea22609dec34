// Writes docs/asyncapi.json from the topic table: `npm run docs`.
import { writeFileSync } from 'node:fs';
import { asyncApiDocument } from '@edgeloop/protocol';
import { version } from './version.ts';

const target = new URL('./asyncapi.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(asyncApiDocument(version), null, 2)}\n`);
