import type { SamplePage } from '../../../src/resources/sample.ts';
import { path, withQuery } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';
import { ClassMark, classColour } from '../ui/class-mark.tsx';
import { count, percent } from '../ui/format.ts';
import { keyOfClass } from './class-keys.ts';
import './class-buttons.css';

const EXAMPLES = 2;

interface ClassButtonsProps {
  readonly task: string;
  readonly classes: readonly string[];
  readonly guess: { readonly name: string; readonly score: number } | null;
  /** By class; null: not known yet. */
  readonly labels: ReadonlyMap<string, number> | null;
  readonly disabled: boolean;
  readonly onAnswer: (name: string) => void;
}

/**
 * A key for each class, with what it looks like and how many labels it has; the model's guess is
 * marked.
 */
export function ClassButtons({ task, classes, guess, labels, ...rest }: ClassButtonsProps) {
  const most = Math.max(1, ...(labels?.values() ?? []));
  return (
    <ul class="label-classes" aria-label="Classes">
      {classes.map((name, index) => (
        <ClassButton
          key={name}
          {...{ task, name, index, ...rest }}
          score={guess?.name === name ? guess.score : null}
          labels={labels?.get(name) ?? null}
          share={(labels?.get(name) ?? 0) / most}
        />
      ))}
    </ul>
  );
}

interface ClassButtonProps extends Pick<ClassButtonsProps, 'task' | 'disabled' | 'onAnswer'> {
  readonly name: string;
  readonly index: number;
  /** Of the model, where it takes the picture for this class. */
  readonly score: number | null;
  readonly labels: number | null;
  /** Of the class with the most labels. */
  readonly share: number;
}

function ClassButton({
  task,
  name,
  index,
  score,
  labels,
  share,
  disabled,
  onAnswer,
}: ClassButtonProps) {
  const key = keyOfClass(index);
  return (
    <li>
      <button
        type="button"
        class={`label-class ${score === null ? '' : 'label-class-guess'}`}
        aria-keyshortcuts={key ?? undefined}
        aria-disabled={disabled}
        onClick={() => !disabled && onAnswer(name)}
      >
        <kbd>{key ?? ' '}</kbd>
        <span class="label-class-words">
          <span class="label-class-name">
            <ClassMark name={name} index={index} />
            {score !== null && <span class="label-class-score">guess {percent(score, 0)}</span>}
          </span>
          <span class="label-class-bar" aria-hidden="true">
            <span style={{ width: `${100 * share}%`, background: classColour(index) }} />
          </span>
        </span>
        <span class="label-class-count caption">
          {count(labels)}
          <span class="visually-hidden"> labels</span>
        </span>
        <Examples task={task} name={name} some={Math.min(labels ?? 0, EXAMPLES)} />
      </button>
    </li>
  );
}

/** The newest that were labelled so. Their place is kept while there are none. */
function Examples({ task, name, some }: { task: string; name: string; some: number }) {
  const samples = path`/api/tasks/${task}/samples`;
  const { value } = useResource<SamplePage>(
    some > 0 ? withQuery(samples, { label: name, limit: some }) : null,
  );
  return (
    <span class="label-class-examples" aria-hidden="true">
      {value?.samples.map(({ sha256 }) => (
        <img key={sha256} src={path`/api/samples/${sha256}/picture`} alt="" loading="lazy" />
      ))}
    </span>
  );
}
