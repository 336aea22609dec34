import { Link } from 'wouter-preact';
import { count, percent } from '../../ui/format.ts';
import '../../ui/table.css';
import { topConfusions } from './confusions.ts';

interface ConfusionListProps {
  readonly caption: string;
  readonly classes: readonly string[];
  readonly matrix: readonly (readonly number[])[];
  readonly hrefOf: (truth: string, predicted: string) => string;
}

const MOST_CONFUSIONS = 40;

/** What is confused most: of many classes, whose matrix nobody would read. */
export function ConfusionList({ classes, matrix, hrefOf, caption }: ConfusionListProps) {
  const found = topConfusions(classes, matrix, MOST_CONFUSIONS);
  if (found.length === 0) return <p class="caption">No test sample was taken for another class.</p>;
  return (
    <table class="table">
      <caption class="caption">{`${caption}: what was confused most, of ${classes.length} classes`}</caption>
      <thead>
        <tr>
          <th scope="col">It is</th>
          <th scope="col">It was called</th>
          <th scope="col" class="table-number">
            Samples
          </th>
          <th scope="col" class="table-number">
            Of the class
          </th>
        </tr>
      </thead>
      <tbody>
        {found.map(({ truth, predicted, samples, share }) => (
          <tr key={`${truth} ${predicted}`}>
            <td>{truth}</td>
            <td>
              <Link href={hrefOf(truth, predicted)}>{predicted}</Link>
            </td>
            <td class="table-number">{count(samples)}</td>
            <td class="table-number">{percent(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
