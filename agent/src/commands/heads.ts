import type { Heads } from '../head/heads.ts';
import { fitWords } from '../head/words.ts';
import type { CommandHandler } from './command-runner.ts';

/** `label`: keeps the last frame of a camera on the device, under a class of its model. */
export function label(heads: Pick<Heads, 'labelLastFrame'>): CommandHandler {
  return async ({ label: name, camera }) => {
    if (name === undefined) return { outcome: 'refused', reason: 'expected a class as label' };
    await heads.labelLastFrame(name, camera);
    return { outcome: 'done' };
  };
}

/**
 * `fit-head`: fits the last layer to what was labelled on the device; `done` says that it decides.
 */
export function fitHead(heads: Pick<Heads, 'fit'>): CommandHandler {
  return async ({ slot }) => {
    const outcome = await heads.fit(slot);
    return { outcome: outcome.taken ? 'done' : 'refused', reason: fitWords(outcome) };
  };
}

/** `drop-head`: the model's own last layer decides again. */
export function dropHead(heads: Pick<Heads, 'drop'>): CommandHandler {
  return async ({ slot }) => {
    const dropped = await heads.drop(slot);
    return { outcome: 'done', ...(!dropped && { reason: 'none was tuned' }) };
  };
}
