import { resolve } from 'node:path';
import { type Document, isMap, isScalar, type LineCounter } from 'yaml';
import { secretsOfUrl } from '../camera/program/hide-camera-urls.ts';
import { redactSecrets } from '../commands/redact-secrets.ts';
import { ConfigError } from '../config/config-error.ts';
import type { FileMistake } from '../config/file-mistake.ts';
import { readYaml } from '../config/read-yaml.ts';

/** What stands in a file under a key. */
interface Place {
  readonly key: string;
  readonly line: number;
  /** Empty for what has keys of its own. */
  readonly value: string;
}

/** What follows the word, to the end of the line, and without what encloses it. */
const SECRET = /password["']?\s*:\s*[["'{]*(.*?)["'\]},]*\s*$/gm;
const URL_WORDS = /(\/\/)[^\s/"']+@/g;
const CAMERA_URLS = /\brtsps?:\/\/[^\s"']+/g;
/** Where the parser says it, too. */
const POSITION = / at line \d+, column \d+:?$/;

/**
 * Why the agent does not start with its file, mistake by mistake, with the line that is to be
 * looked at. Nothing secret stands in it: others read it, too.
 * @param text of the file; null: it could not be read
 * @param folder that paths in it are relative to
 */
export function explainFailure(
  error: Error,
  text: string | null,
  folder: string,
): readonly FileMistake[] {
  const told = error instanceof ConfigError ? error.mistakes : blame(error.message, text, folder);
  const secrets = secretsIn(text ?? '');
  return told.map((mistake) => ({
    ...mistake,
    message: withoutSecrets(firstLine(mistake), secrets),
  }));
}

/** A parser shows the text around a mistake below: whatever that is, it stays here. */
function firstLine({ message }: FileMistake): string {
  const [first = ''] = message.split('\n');
  return first.replace(POSITION, '.');
}

function secretsIn(text: string): readonly string[] {
  const passwords = Array.from(text.matchAll(SECRET), ([, secret]) => secret as string);
  return [...passwords, ...(text.match(CAMERA_URLS) ?? []).flatMap(secretsOfUrl)];
}

function withoutSecrets(message: string, secrets: readonly string[]): string {
  return redactSecrets(message, secrets).replace(URL_WORDS, '$1…@');
}

/**
 * The lines of a message that do not know of the file, with the key that each is about: one that it
 * begins with or names, or whose value it names.
 */
function blame(message: string, text: string | null, folder: string): FileMistake[] {
  const places = text === null ? [] : placesIn(text);
  return message.split('\n').map((line) => {
    const place = findPlace(line, places, folder);
    return { line: place?.line ?? null, key: place?.key ?? null, message: line };
  });
}

function findPlace(message: string, places: readonly Place[], folder: string): Place | null {
  const deepestFirst = places.toSorted((a, b) => b.key.length - a.key.length);
  const named = deepestFirst.find(
    ({ key }) =>
      message.startsWith(`${key}:`) ||
      message.startsWith(`${key}.`) ||
      (key.includes('.') && mentions(message, key)),
  );
  if (named) return named;
  const paths = deepestFirst.filter(({ value }) => value !== '' && !/^\w+:\/\//.test(value));
  return paths.find(({ value }) => message.includes(resolve(folder, value))) ?? null;
}

/** As a word of its own: `broker.ca` is not in `broker.cable`. */
function mentions(message: string, key: string): boolean {
  const escaped = key.replace(/[^\w-]/g, '\\$&');
  return new RegExp(`(?<![\\w.])${escaped}(?![\\w-]|\\.\\w)`).test(message);
}

function placesIn(text: string): Place[] {
  try {
    const { document, lines } = readYaml(text, '');
    return placesOf(document.contents, '', lines);
  } catch {
    return [];
  }
}

function placesOf(node: Document['contents'], prefix: string, lines: LineCounter): Place[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !key.range) return [];
    const path = prefix === '' ? String(key.value) : `${prefix}.${key.value}`;
    const own = {
      key: path,
      line: lines.linePos(key.range[0]).line,
      value: isScalar(value) && typeof value.value === 'string' ? value.value : '',
    };
    return [own, ...placesOf(value as Document['contents'], path, lines)];
  });
}
