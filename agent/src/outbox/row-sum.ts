import { crc32 } from 'node:zlib';

/** Tells whether a row is as it was written, as no page of SQLite does. */
export const sumOf = (camera: string, body: string): number => crc32(`${camera}\n${body}`);
