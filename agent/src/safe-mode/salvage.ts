import { dirname, resolve } from 'node:path';
import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { parseDocument } from 'yaml';
import { addressMistakes } from '../config/address-mistakes.ts';
import type { Config } from '../config/config.ts';
import { durationMistakes } from '../config/duration-limits.ts';
import { fillConfig, tlsMistakes } from '../config/fill-config.ts';
import { pageMistakes } from '../config/fill-page.ts';
import { ConfigFile } from '../config/schema.ts';
import { withEnrolment } from '../enrol/with-enrolment.ts';

type Written = Readonly<Record<string, unknown>>;

/** Who the device is, where its state is, and whom it speaks to. */
const NEEDED = ['site', 'device', 'state', 'broker'] as const;
/** What helps to reach it. */
const HELPFUL = ['server', 'http', 'outbox', 'health', 'configuration', 'log'] as const;

/**
 * What a file that is wrong says all the same of how the device can be reached: a configuration
 * without cameras and models. Each part is right by itself, or left out.
 * @returns null: it does not say enough
 */
export function salvage(text: string, path: string): Config | null {
  const value = withItsEnrolment(readAsFarAsPossible(text), path);
  const right = (key: keyof typeof ConfigFile.properties) =>
    key in value && Check(ConfigFile.properties[key] as TSchema, value[key]);
  if (!NEEDED.every(right)) return null;
  const kept = [...NEEDED, ...HELPFUL].filter(right).map((key) => [key, value[key]]);
  const { server, ...others } = Object.fromEntries(kept) as ConfigFile;
  const { broker } = others;
  if ([...tlsMistakes(broker), ...addressMistakes({ broker })].length > 0) return null;
  const file = withoutWrongDurations({
    ...others,
    ...(server && addressMistakes({ broker, server }).length === 0 && { server }),
    slots: {},
    cameras: {},
  });
  // A page that was meant for others, and is wrong, is shown to nobody.
  const { page } = value as Partial<ConfigFile>;
  const shown =
    page === undefined || (right('page') && pageMistakes({ ...file, page }).length === 0);
  const withPage = shown ? { ...file, ...(page !== undefined && { page }) } : file;
  return fillConfig(shown ? withPage : { ...file, page: 'off' }, dirname(resolve(path)));
}

/** What is too short or too long is left to its default. */
function withoutWrongDurations(file: ConfigFile): ConfigFile {
  const wrong = durationMistakes(file).map(({ path }) => path.split('.'));
  if (wrong.length === 0) return file;
  const sound = structuredClone(file);
  for (const [part, key] of wrong) {
    delete (sound[part as keyof ConfigFile] as Record<string, unknown>)[key as string];
  }
  return sound;
}

function withItsEnrolment(file: Written, path: string): Written {
  try {
    return withEnrolment(file, path) as Written;
  } catch {
    // A credential that is damaged says nothing.
    return file;
  }
}

function readAsFarAsPossible(text: string): Written {
  try {
    const value: unknown = parseDocument(text).toJS();
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A name that stands for nothing, or for far too much; brackets deeper than the stack.
    return {};
  }
}
