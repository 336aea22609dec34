import { join } from 'node:path';
import { drawLabelledSet } from '../labelled-set.ts';
import { threadsOption } from '../starter-model.ts';
import { type LoopParts, pushModel, retrain } from './retrain.ts';
import { beginRollout, followRollout, rolloutOf } from './roll-out.ts';

/**
 * What a fleet is for: labels come in, the model is trained again, and what is better goes out, one
 * camera first. Goes on where an earlier start was interrupted; what is done is not done again.
 */
export async function showLoop(parts: LoopParts): Promise<void> {
  const { api, say } = parts;
  const retrained = await retrain(parts);
  if ('none' in retrained) {
    say(retrained.none);
    return;
  }
  const { candidate } = retrained;
  const begun = await rolloutOf(api, candidate);
  if (!begun) say('The new model is better on the same test pictures. It goes out in two waves:');
  const rollout = begun ?? (await beginRollout(api, candidate, 'retrained'));
  const state = await followRollout(api, rollout, begun ? () => {} : say);
  say(
    state === 'completed'
      ? 'All three cameras run the retrained model.'
      : `The rollout is ${state}: GET /api/rollouts/${rollout}/decisions says why.`,
  );
}

/** Of each class. */
const FEW = 20;
/**
 * Hardly trained, and everything that can be checked before it sees real parts is right: signature,
 * files, golden cases.
 */
const HARDLY = ['--epochs', '1', '--size', '32', '--learning-rate', '0.002', '--batch', '16'];

/** `--demo bad-model`: one goes out that was hardly trained, and comes back. */
export async function showBadModel(parts: LoopParts): Promise<void> {
  const { api, group, data, say, threads } = parts;
  say('A model that was hardly trained is made, and brought to the registry …');
  const pictures = join(data, 'labelled-few');
  await drawLabelledSet(pictures, FEW, say);
  const folder = join(data, 'models', 'bad');
  const fit = ['fit', pictures, '--out', folder, '--name', 'bad', '--force', '--json'];
  const hardly = ['--no-learning-curve', ...HARDLY, ...threadsOption(threads)];
  await group.run('the trainer', 'trainer', [...fit, ...hardly], 'pipe');
  const digest = await pushModel({ api, group }, folder);
  say('Signature, files and golden cases are right. It goes out, to one camera first:');
  const rollout = await beginRollout(api, digest, 'bad model');
  const state = await followRollout(api, rollout, say);
  say(
    state === 'rolled-back'
      ? 'The camera runs the model from before again. The two others never saw the bad one.'
      : `Expected it to come back, and it is ${state}: GET /api/rollouts/${rollout}/decisions.`,
  );
}
