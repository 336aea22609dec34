// Writes docs/asyncapi.json from the topic table: `npm run docs`.
import { writeFileSync } from 'node:fs';
import { asyncApiDocument } from '@edgeloop/protocol';

const target = new URL('./asyncapi.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(asyncApiDocument('1.0.0'), null, 2)}\n`);
