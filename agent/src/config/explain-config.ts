import {
  CLOCK_TIME,
  CLOCK_TIME_WORDS,
  DURATION_PATTERN,
  DURATION_WORDS,
  describeMismatch,
  didYouMean,
  findMismatches,
  HOME_ASSISTANT_PREFIX,
  type Mismatch,
  SIZE_PATTERN,
} from '@edgeloop/protocol';
import type { TSchema } from 'typebox';
import { type Document, isMap, isScalar, isSeq, type LineCounter } from 'yaml';
import { TIME_OF_DAY, TIME_OF_DAY_WORDS } from '../head/next-at.ts';
import { type FileMistake, sayMistake } from './file-mistake.ts';
import { HOST_NAME } from './page-schema.ts';
import { BROKER_URL, ConfigFile, SERVER_URL } from './schema.ts';
import { PIXEL_FORMAT, RTSP_URL } from './source-schema.ts';

/** One mistake: the path within the file, and a sentence. */
export interface ConfigMistake {
  readonly path: string;
  readonly message: string;
}

const WORDS: readonly (readonly [string, string])[] = [
  [`a text matching ${DURATION_PATTERN}`, DURATION_WORDS],
  [`a text matching ${SIZE_PATTERN}`, 'a size such as 512KiB or 64MiB'],
  [
    `a text matching ${SERVER_URL}`,
    'https:// and a host, such as https://edgeloop.lan, or http:// on this machine',
  ],
  [`a text matching ${CLOCK_TIME}`, CLOCK_TIME_WORDS],
  [`a text matching ${TIME_OF_DAY}`, TIME_OF_DAY_WORDS],
  [`a text matching ${RTSP_URL}`, 'a URL such as rtsp://camera.lan/stream'],
  [
    `a text matching ${HOME_ASSISTANT_PREFIX}`,
    'one level of a topic, as discovery_prefix of Home Assistant has it, such as homeassistant',
  ],
  [`a text matching ${BROKER_URL}`, 'a URL such as mqtt://127.0.0.1:1883'],
  [`a text matching ${HOST_NAME}`, 'a host name in lower case, such as cam.lan'],
  [`a text matching ${PIXEL_FORMAT}`, "a format by ffmpeg's name, such as mjpeg or yuyv422"],
];

const SECRET = /(?:^|\.)(?:password|source\.url)(?:[.[]|$)/;

/** Every place where the parsed file does not fit the schema. */
export function findConfigMistakes(value: unknown): ConfigMistake[] {
  return findMistakes(ConfigFile, value);
}

/** The same for another file that is written by hand. */
export function findMistakes(schema: TSchema, value: unknown): ConfigMistake[] {
  return findMismatches(schema, value).map((mismatch) => ({
    path: mismatch.path,
    message: explain(mismatch),
  }));
}

/** `agent.yaml:12: <message>`; without a line where the path is not in the file. */
export function locateMistake(
  file: string,
  document: Document,
  lines: LineCounter,
  mistake: ConfigMistake,
): string {
  return sayMistake(file, placeMistake(document, lines, mistake));
}

/** With the line of the path's deepest part that is in the file. */
export function placeMistake(
  document: Document,
  lines: LineCounter,
  { path, message }: ConfigMistake,
): FileMistake {
  const offset = offsetOf(document, path.split('.'));
  return { line: offset === null ? null : lines.linePos(offset).line, key: path, message };
}

function explain(mismatch: Mismatch): string {
  if (mismatch.expected !== null) {
    let text = describeMismatch({ ...mismatch, received: receivedFor(mismatch) });
    for (const [technical, words] of WORDS) text = text.replaceAll(technical, words);
    return text;
  }
  const known = mismatch.knownKeys ?? [];
  const key = mismatch.path.slice(mismatch.path.lastIndexOf('.') + 1);
  return `${mismatch.path}: unknown key.${didYouMean(key, known)} Expected one of ${known.join(', ')}.`;
}

/**
 * What is said of a wrong value goes to logs and to others: not what should have been a password,
 * or the URL of a camera.
 */
function receivedFor({ path, received }: Mismatch): string {
  if (received === 'nothing' || !SECRET.test(path)) return received;
  const [, scheme] = /^"(\w+:\/\/)/.exec(received) ?? [];
  return scheme === undefined ? '…' : `"${scheme}…"`;
}

/** Where the path's deepest part that exists begins in the text. */
function offsetOf(document: Document, path: readonly string[]): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const part of path) {
    const [key = '', index] = part.split(/[[\]]/);
    if (!isMap(node)) break;
    const pair = node.items.find(({ key: name }) => isScalar(name) && String(name.value) === key);
    if (!pair) break;
    if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
    node = pair.value;
    if (index !== undefined && isSeq(node)) node = node.items[Number(index)];
  }
  return offset;
}
