import { counted } from '@edgeloop/protocol/counted';
import type { ChampionTest, TestedShare } from './champion-test.ts';
import type { ClassEvidence } from './class-evidence.ts';
import { MORE, type MostHelpful } from './most-helpful.ts';

/** As the gate: a class with fewer test samples is not judged by itself. */
const JUDGED_FROM = 30;
/** Classes that are named in a sentence. */
const NAMED = 5;

export interface GainFacts {
  /** Null: there is no champion, or it was never tested. */
  readonly test: ChampionTest | null;
  readonly hasChampion: boolean;
  readonly classes: readonly ClassEvidence[];
  readonly helpful: MostHelpful | null;
}

/**
 * What the next training would gain, a sentence for each thing that is known, and for each that is
 * not.
 */
export function gainInWords(facts: GainFacts): readonly string[] {
  return [mostToGain(facts), newToChampion(facts), wouldHelp(facts), notJudged(facts)].filter(
    (sentence) => sentence !== null,
  );
}

function mostToGain({ test, hasChampion }: GainFacts): string {
  if (!hasChampion) return 'No model is champion yet: there is nothing to compare with.';
  if (!test || test.overall.samples === 0) {
    return 'The champion brought no test with it: nobody knows what it gets wrong.';
  }
  const { right, samples, low, high } = test.overall;
  const wrong = { right: samples - right, samples, low: 1 - high, high: 1 - low };
  return `The champion is wrong on ${inFigures(wrong, 'test samples')}. No training can gain more than that on them.`;
}

function newToChampion({ hasChampion, classes }: GainFacts): string | null {
  if (!hasChampion) return null;
  const known = classes.flatMap(({ class: name, newLabels }) =>
    newLabels === null ? [] : [{ name, newLabels }],
  );
  if (known.length === 0) return 'Which labels it has seen is not known: its dataset is not here.';
  const fresh = known.filter(({ newLabels }) => newLabels > 0);
  const sum = fresh.reduce((total, { newLabels }) => total + newLabels, 0);
  if (sum === 0)
    return 'Nothing was labelled since its dataset: a training now would gain nothing.';
  fresh.sort((a, b) => b.newLabels - a.newLabels);
  return `${counted(sum, 'label is', 'labels are')} new to it: ${list(fresh.map(({ name, newLabels }) => `${name} ${newLabels}`))}.`;
}

function wouldHelp({ classes, helpful }: GainFacts): string | null {
  const one = classes.find(({ class: name }) => name === helpful?.class);
  if (!one || !helpful) {
    return classes.length > 0 ? 'Of no class is it known that more labels would help.' : null;
  }
  const head = `${MORE} more of ${one.class} would help most: ${why(one)}`;
  return `${head}, ${counted(one.labels, 'label')} so far. ${whatWaits(one)}`;
}

function why({ champion, lately }: ClassEvidence): string {
  const taken =
    lately.wrong > 0
      ? `, and of the latest ${lately.guessed} labelled so models had taken ${lately.wrong} for another`
      : '';
  switch (champion.state) {
    case 'tested': {
      const { right, samples, low, high } = champion.recall;
      const missed = { right: samples - right, samples, low: 1 - high, high: 1 - low };
      return `the champion misses ${inFigures(missed, 'test samples of it')}${taken}`;
    }
    case 'unknown-class':
      return `the champion does not have this class${taken}`;
    default:
      return 'it has the fewest labels';
  }
}

function whatWaits({ class: name, queue: { waiting, unsure } }: ClassEvidence): string {
  if (waiting === 0) {
    return `Nothing waits that the model takes for ${name}: import some, or let devices sample more.`;
  }
  return `${waiting === 1 ? '1 waits' : `${waiting} wait`} that the model takes for ${name}, ${unsure} of them unsure.`;
}

function notJudged({ hasChampion, classes }: GainFacts): string | null {
  if (!hasChampion) return null;
  const few = classes.flatMap(({ class: name, champion }) => {
    if (champion.state === 'untested') return [`${name} (0)`];
    const samples = champion.state === 'tested' ? champion.recall.samples : JUDGED_FROM;
    return samples < JUDGED_FROM ? [`${name} (${samples})`] : [];
  });
  if (few.length === 0) return null;
  return `Fewer than ${JUDGED_FROM} test samples, too few to say much: ${list(few)}.`;
}

/** 12 of 40 test samples (30 %, between 18 % and 45 %) */
function inFigures({ right, samples, low, high }: TestedShare, noun: string): string {
  return `${right} of ${samples} ${noun} (${percent(right / samples)}, between ${percent(low)} and ${percent(high)})`;
}

const percent = (share: number) => {
  const points = share * 100;
  return `${points > 0 && points < 10 ? points.toFixed(1) : points.toFixed(0)} %`;
};

function list(items: readonly string[]): string {
  const more = items.length - NAMED;
  return more > 0
    ? `${items.slice(0, NAMED).join(', ')} and ${more} other classes`
    : items.join(', ');
}
