import type { SampleView } from '../../../src/resources/sample.ts';
import { Ago } from '../ui/ago.tsx';
import { ClassMark } from '../ui/class-mark.tsx';
import { percent } from '../ui/format.ts';
import { guessOf } from './queue/label-queue.ts';

/** Why a device kept a picture, as one says it. */
const REASONS: Readonly<Record<string, string>> = {
  random: 'drawn at random',
  requested: 'asked for',
  uncertain: 'kept since the model was unsure',
  rare: 'kept since its class is rare',
  changed: 'kept since it looked new',
  disagreement: 'kept since two models disagree',
};

/** What the model takes the picture for, and where it comes from. */
export function GuessLine({ sample, classes }: { sample: SampleView; classes: readonly string[] }) {
  const guess = guessOf(sample);
  const [first] = sample.sightings;
  const reason = first?.reasons.map((one) => REASONS[one] ?? one)[0];
  return (
    <p class="label-guess-line">
      {sample.label.state === 'disputed' && <span class="label-disputed">Disputed</span>}
      {guess ? (
        <span>
          The model takes it for <ClassMark name={guess.name} index={classes.indexOf(guess.name)} />
          , {percent(guess.score, 0)}
        </span>
      ) : (
        <span>No model has seen it.</span>
      )}
      <span class="caption">
        {first?.device ? `${first.device} / ${first.camera}` : (first?.source ?? 'brought by hand')}
        {reason && `, ${reason}`}, <Ago at={first?.capturedAt ?? sample.receivedAt} />
      </span>
    </p>
  );
}
