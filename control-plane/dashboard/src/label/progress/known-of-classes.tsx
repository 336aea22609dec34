import { useState } from 'preact/hooks';
import type { LabelProgressView } from '../../../../src/resources/label-progress.ts';
import { ClassMark } from '../../ui/class-mark.tsx';
import { count, percent } from '../../ui/format.ts';
import '../../ui/table.css';

type Known = LabelProgressView['classes'][number];

/** Where there is room beside the sentences, it stands open. */
const ROOM = '(width >= 1200px)';

/** The figures that the sentences follow from. */
export function KnownOfClasses({ classes }: { classes: readonly Known[] }) {
  const [open] = useState(() => matchMedia(ROOM).matches);
  return (
    <details class="label-known" open={open}>
      <summary>What is known of each class</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section class="table-wide" tabIndex={0} aria-label="Classes, with what is known">
        <table class="table">
          <thead>
            <tr>
              <th>Class</th>
              <th class="table-number">Labels</th>
              <th class="table-number">New</th>
              <th>Found in the test</th>
              <th class="table-number">Wait</th>
              <th class="table-number">Unsure</th>
              <th>Guessed wrong lately</th>
            </tr>
          </thead>
          <tbody>
            {classes.map((known, index) => (
              <tr key={known.class}>
                <td>
                  <ClassMark name={known.class} index={index} />
                </td>
                <td class="table-number">{count(known.labels)}</td>
                <td class="table-number">{count(known.newLabels)}</td>
                <td>{foundInTest(known)}</td>
                <td class="table-number">{count(known.queue.waiting)}</td>
                <td class="table-number">{count(known.queue.unsure)}</td>
                <td>
                  {known.lately.guessed === 0
                    ? 'none labelled'
                    : `${known.lately.wrong} of ${known.lately.guessed}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p class="caption">
        Found in the test: of the test pictures that show the class, those that the champion gave
        it, with the interval that holds the true share 19 times in 20. Guessed wrong lately: of the
        latest 200 labels; they were chosen where the model was unsure, so this is no accuracy.
      </p>
    </details>
  );
}

function foundInTest({ champion }: Known): string {
  switch (champion.state) {
    case 'tested': {
      const { right, samples, low, high } = champion.recall;
      return `${right} of ${samples} (${percent(low, 0)} – ${percent(high, 0)})`;
    }
    case 'untested':
      return 'not tested';
    case 'unknown-class':
      return 'the champion lacks it';
    case 'no-champion':
      return 'no champion';
  }
}
