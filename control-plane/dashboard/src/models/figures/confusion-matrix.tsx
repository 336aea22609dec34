import { Link } from 'wouter-preact';
import { classColour } from '../../ui/class-mark.tsx';
import { count, percent, plural } from '../../ui/format.ts';
import '../../ui/table.css';
import './confusion-matrix.css';
import { ConfusionList } from './confusion-list.tsx';
import { inOrder } from './confusions.ts';
import { WideTable } from './wide-table.tsx';

interface ConfusionMatrixProps {
  readonly caption: string;
  /** Of the model, in its order. */
  readonly classes: readonly string[];
  /** Of the task, for their colours. */
  readonly taskClasses: readonly string[];
  readonly matrix: readonly (readonly number[])[];
  /** Where a cell leads: to its pictures. */
  readonly hrefOf: (truth: string, predicted: string) => string;
  readonly chosen?: { readonly truth: string; readonly predicted: string } | null;
}

/** A matrix of more is no table that anyone reads: then what is confused most, as a list. */
const MOST_CLASSES = 24;

/** What was called what. Each cell leads to its pictures. */
export function ConfusionMatrix(props: ConfusionMatrixProps) {
  const { caption } = props;
  const { classes, matrix } = inOrder(props.classes, props.matrix, props.taskClasses);
  if (!matrix.some((row) => row.some((samples) => samples > 0))) {
    return <p class="caption">Its package counts no test samples.</p>;
  }
  if (classes.length > MOST_CLASSES) return <ConfusionList {...props} />;
  return (
    <div class="confusion-around">
      <p class="caption">{`${caption}. Rows: what it is; columns: what it was called.`}</p>
      <WideTable label={caption}>
        <table class="confusion">
          <caption class="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              <td />
              {classes.map((name) => (
                <th key={name} scope="col" title={name}>
                  <Name {...props} name={name} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {classes.map((truth, i) => (
              <tr key={truth}>
                <th scope="row" title={truth}>
                  <Name {...props} name={truth} />
                </th>
                {classes.map((predicted, j) => (
                  <Cell
                    key={predicted}
                    {...props}
                    {...{ truth, predicted, samples: matrix[i]?.[j] ?? 0 }}
                    all={(matrix[i] ?? []).reduce((sum, each) => sum + each, 0)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </div>
  );
}

function Name({ name, taskClasses }: Pick<ConfusionMatrixProps, 'taskClasses'> & { name: string }) {
  const index = taskClasses.indexOf(name);
  return (
    <span
      class="confusion-name"
      style={{ '--confusion-colour': index < 0 ? 'transparent' : classColour(index) }}
    >
      {name}
    </span>
  );
}

function Cell({
  truth,
  predicted,
  samples,
  all,
  hrefOf,
  chosen,
}: Pick<ConfusionMatrixProps, 'hrefOf' | 'chosen'> & {
  truth: string;
  predicted: string;
  samples: number;
  all: number;
}) {
  if (samples === 0) return <td class="confusion-none">0</td>;
  const isChosen = chosen?.truth === truth && chosen.predicted === predicted;
  const words =
    truth === predicted
      ? `${plural(samples, 'sample')} of ${truth} called so`
      : `${plural(samples, 'sample')} of ${truth} called ${predicted}`;
  return (
    <td
      class={`confusion-cell ${truth === predicted ? '' : 'confusion-wrong'}`}
      style={{ '--confusion-share': `${Math.round((45 * samples) / all)}%` }}
    >
      <Link
        href={hrefOf(truth, predicted)}
        aria-label={words}
        aria-current={isChosen || undefined}
        title={`${words}: ${percent(samples / all)} of the class`}
      >
        {count(samples)}
      </Link>
    </td>
  );
}
