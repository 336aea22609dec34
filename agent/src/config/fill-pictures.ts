import { mebibytes, parseDuration, parseSize, seconds } from '@edgeloop/protocol';
import type { PicturesConfig } from './config.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { ConfigFile } from './schema.ts';

/** Faster is what `preview` is for. */
const SHORTEST = seconds(1);

/** Pictures need a server that takes them, and have their pace. */
export function pictureMistakes({ server, pictures }: ConfigFile): ConfigMistake[] {
  if (pictures === undefined || pictures === 'off') return [];
  if (!server) {
    const message =
      'pictures: expected server.url, since pictures are sent by HTTP, received nothing. Name the control plane, or remove pictures.';
    return [{ path: 'pictures', message }];
  }
  if (pictures.every === undefined || parseDuration(pictures.every) >= SHORTEST) return [];
  const message = `pictures.every: expected at least 1s, received ${pictures.every}. The command preview brings them faster for a while.`;
  return [{ path: 'pictures.every', message }];
}

/** Null: this device shows no pictures. */
export function fillPictures({ server, pictures }: ConfigFile): PicturesConfig | null {
  if (!server || pictures === 'off') return null;
  const { every, size = 320, quality = 70, perHour } = pictures ?? {};
  return {
    every: every === undefined ? seconds(30) : parseDuration(every),
    size,
    quality,
    perHour: perHour === undefined ? mebibytes(32) : parseSize(perHour),
  };
}
