import type { Sha256 } from '@edgeloop/protocol';
import { SIDES, type Side } from '../../samples/side.ts';

/** What a task of Label Studio says of its picture. */
export interface LabelledPicture {
  /** As Label Studio names it: a path, or an address. */
  readonly picture: string;
  /** Where the name or the task's data say so. */
  readonly sha256: Sha256 | null;
  /** Null: not said. */
  readonly class: string | null;
  /** Where the task's data say so, as our own exports do. */
  readonly side: Side | null;
  readonly prediction: {
    readonly model: string | null;
    readonly scores: Readonly<Record<string, number>>;
  } | null;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one element of Label Studio's `JSON` or `JSON-MIN` export of a project with `Choices` on an
 * `Image`.
 * @returns the reason where it can't be taken
 */
export function readLabelStudioTask(task: unknown): LabelledPicture | { readonly skipped: string } {
  if (!isObject(task)) return { skipped: 'not a task' };
  const data = isObject(task.data) ? task.data : task;
  const picture = data.image;
  if (typeof picture !== 'string') return { skipped: 'has no image' };
  const choices = isObject(task.data) ? annotatedChoices(task) : minimalChoices(task);
  if ('skipped' in choices) return choices;
  return {
    picture,
    sha256: digestOf(data.sha256) ?? digestOf(baseName(picture)),
    class: choices.choice,
    side: SIDES.find((side) => side === data.side) ?? null,
    prediction: readPrediction(task.predictions),
  };
}

/**
 * What the file of a picture may be called, the likeliest first: Label Studio puts eight digits
 * before the name of what was uploaded to it, and serves local files by a query.
 */
export function fileNamesOf(picture: string): readonly string[] {
  const name = baseName(picture);
  const original = name.replace(/^[0-9a-f]{8}-/, '');
  return original === name ? [name] : [name, original];
}

type Choices = { readonly choice: string | null } | { readonly skipped: string };

function annotatedChoices({ annotations }: Json): Choices {
  if (!Array.isArray(annotations)) return { choice: null };
  const said = annotations
    .filter((annotation) => isObject(annotation) && annotation.was_cancelled !== true)
    .map((annotation) => choicesOf((annotation as Json).result))
    .filter((choices) => choices.length > 0);
  return agreeing(said);
}

function minimalChoices({ choice }: Json): Choices {
  if (choice === undefined) return { choice: null };
  if (typeof choice === 'string') return agreeing([[choice]]);
  const choices = isObject(choice) ? choice.choices : null;
  return Array.isArray(choices) ? agreeing([choices]) : { skipped: 'its choice can not be read' };
}

function agreeing(said: readonly (readonly unknown[])[]): Choices {
  if (said.some((choices) => choices.length > 1)) return { skipped: 'has more than one choice' };
  const distinct = new Set(said.map(([choice]) => choice));
  if (distinct.size > 1) return { skipped: 'its annotators disagree' };
  const [choice = null] = distinct;
  if (choice !== null && typeof choice !== 'string') return { skipped: 'its choice is no text' };
  return { choice };
}

function choicesOf(result: unknown): readonly unknown[] {
  if (!Array.isArray(result)) return [];
  return result.flatMap((region) => {
    if (!isObject(region) || region.type !== 'choices' || !isObject(region.value)) return [];
    return Array.isArray(region.value.choices) ? region.value.choices : [];
  });
}

/** The last one. */
function readPrediction(predictions: unknown): LabelledPicture['prediction'] {
  const last = Array.isArray(predictions) ? predictions.at(-1) : null;
  if (!isObject(last)) return null;
  const [choice] = choicesOf(last.result);
  if (typeof choice !== 'string') return null;
  const score =
    typeof last.score === 'number' && last.score >= 0 && last.score <= 1 ? last.score : 1;
  const model = typeof last.model_version === 'string' ? last.model_version.slice(0, 200) : null;
  return { model, scores: { [choice]: score } };
}

/** Above the file, from the outermost on. */
export function foldersOf(picture: string): readonly string[] {
  return partsOf(picture).slice(0, -1);
}

const baseName = (picture: string) => partsOf(picture).at(-1) ?? '';

function partsOf(picture: string): readonly string[] {
  const path = /[?&]d=([^&]*)/.exec(picture)?.[1] ?? picture.replace(/[?#].*$/, '');
  return decoded(path).split(/[/\\]/);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function digestOf(text: unknown): Sha256 | null {
  if (typeof text !== 'string') return null;
  const found = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/.exec(text);
  return found ? (found[0] as Sha256) : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
