import { Link } from 'wouter-preact';
import type { LabelProgressView } from '../../../../src/resources/label-progress.ts';
import { Ago } from '../../ui/ago.tsx';
import { ClassMark } from '../../ui/class-mark.tsx';
import { count, plural } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { Section } from '../../ui/page.tsx';
import { KnownOfClasses } from './known-of-classes.tsx';
import './progress-panel.css';

interface Progress {
  /** Undefined: not counted yet. */
  readonly progress: LabelProgressView | undefined;
}

/** How far one is. */
export function SoFar({ progress }: Progress) {
  return (
    <Section title="So far">
      <Labelled progress={progress} />
      <Figures progress={progress} />
      <NextTraining progress={progress} />
    </Section>
  );
}

/** What it is for. */
export function NextGain({ progress }: Progress) {
  return (
    <Section
      title="What the next training would gain"
      actions={<Link href="/models">Train now on Models</Link>}
    >
      <Gain progress={progress} />
    </Section>
  );
}

function Labelled({ progress }: Progress) {
  const labels = progress?.classes.reduce((sum, one) => sum + one.labels, progress.none) ?? null;
  const all = (labels ?? 0) + (progress?.queue.waiting ?? 0);
  return (
    <Meter
      label="Labelled"
      value={labels}
      text={count(labels)}
      max={Math.max(1, all)}
      limit={{ value: all, text: `of ${count(progress && all)}` }}
    />
  );
}

function Figures({ progress }: Progress) {
  const others = (progress?.today.all ?? 0) - (progress?.today.yours ?? 0);
  const figures = [
    [
      'left for you',
      count(progress?.queue.forYou),
      `of ${count(progress?.queue.waiting)} that wait`,
    ],
    ['by you today', count(progress?.today.yours), `${count(others)} by others`],
    ['disputed', count(progress?.disputed), 'people disagree'],
    ['none of them', count(progress?.none), 'no class fits'],
  ] as const;
  return (
    <dl class="label-figures">
      {figures.map(([name, figure, note]) => (
        <div key={name}>
          <dt class="caption">{name}</dt>
          <dd>
            <span class="label-figure">{figure}</span>
            <span class="caption">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function NextTraining({ progress }: Progress) {
  const training = progress?.training;
  if (!training || training.startsAfter === null) {
    return <p class="caption label-training">{training?.words ?? '\u00a0'}</p>;
  }
  const { newLabels, startsAfter, words } = training;
  return (
    <Meter
      label="Until the next training"
      value={Math.min(newLabels, startsAfter)}
      text={plural(newLabels, 'new label')}
      max={startsAfter}
      limit={{ value: startsAfter, text: `of ${count(startsAfter)}` }}
      note={words}
    />
  );
}

function Gain({ progress }: Progress) {
  if (!progress) return <div class="label-gain" />;
  const { gain, classes, today } = progress;
  const { helpful } = gain;
  const helpfulIndex = classes.findIndex(({ class: name }) => name === helpful?.class);
  return (
    <div class="label-gain">
      <ul class="label-gain-words">
        {gain.words.map((sentence) => (
          <li key={sentence}>
            {helpful && sentence.includes(`more of ${helpful.class} would help most`) ? (
              <Helpful sentence={sentence} name={helpful.class} index={helpfulIndex} />
            ) : (
              sentence
            )}
          </li>
        ))}
      </ul>
      <div class="label-gain-known">
        <KnownOfClasses classes={classes} />
        {today.by.length > 1 && (
          <p class="caption">
            Today, since <Ago at={today.since} />:{' '}
            {today.by
              .map(({ by, labels }) => `${by.replace(/^(token|person):/, '')} ${labels}`)
              .join(', ')}
          </p>
        )}
        {gain.champion && (
          <p class="caption">
            Figures of <Link href={`/models/${gain.champion}`}>the champion</Link>.
          </p>
        )}
      </div>
    </div>
  );
}

/** The sentence that says what to do, with the class in its colour. */
function Helpful({ sentence, name, index }: { sentence: string; name: string; index: number }) {
  const [before, ...after] = sentence.split(name);
  return (
    <span class="strong">
      {before}
      <ClassMark name={name} index={index} />
      {after.join(name)}
    </span>
  );
}
