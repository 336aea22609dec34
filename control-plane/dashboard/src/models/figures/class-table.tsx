import { ClassMark } from '../../ui/class-mark.tsx';
import { count, percent } from '../../ui/format.ts';
import './class-table.css';
import { WideTable } from './wide-table.tsx';

interface ClassRow {
  readonly name: string;
  readonly samples: number;
  /** Of them; null: not measured. */
  readonly right: number;
  readonly otherRight: number | null;
}

interface ClassTableProps {
  readonly caption: string;
  /** Whose figures are `right` and `otherRight`: "INT8", "champion". */
  readonly own: string;
  readonly other: string | null;
  readonly rows: readonly ClassRow[];
  /** Of the task, for their colours. */
  readonly classes: readonly string[];
}

/** How many of each class were found, beside another model or another form. */
export function ClassTable({ caption, own, other, rows, classes }: ClassTableProps) {
  return (
    <WideTable label={caption}>
      <table class="table class-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" class="table-number">
              Samples
            </th>
            {other && (
              <th scope="col" class="table-number">
                {other}
              </th>
            )}
            <th scope="col" class="table-number">
              {own}
            </th>
            {other && (
              <th scope="col" class="table-number">
                Change
              </th>
            )}
            <td class="class-table-bars" />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.name} {...{ row, classes }} paired={other !== null} />
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function Row({
  row: { name, samples, right, otherRight },
  classes,
  paired,
}: {
  row: ClassRow;
  classes: readonly string[];
  paired: boolean;
}) {
  const share = (some: number | null) => (some === null || samples === 0 ? null : some / samples);
  const [own, other] = [share(right), share(otherRight)];
  return (
    <tr>
      <th scope="row">
        <ClassMark name={name} index={classes.indexOf(name)} />
      </th>
      <td class="table-number">{count(samples)}</td>
      {paired && <td class="table-number">{percent(other)}</td>}
      <td class="table-number strong">{percent(own)}</td>
      {paired && <td class="table-number">{change(own, other)}</td>}
      <td class="class-table-bars" aria-hidden="true">
        <Track own={own} other={other} />
      </td>
    </tr>
  );
}

const change = (own: number | null, other: number | null) => {
  if (own === null || other === null) return '–';
  const points = 100 * (own - other);
  const text = Math.abs(points).toFixed(1);
  if (text === '0.0') return '0.0';
  return `${points > 0 ? '+' : '−'}${text}`;
};

/** Hollow: the other; filled: its own. */
function Track({ own, other }: { own: number | null; other: number | null }) {
  const place = (share: number) => `${100 * share}%`;
  return (
    <div class="class-table-track">
      {own !== null && other !== null && (
        <span
          class="class-table-way"
          style={{
            left: place(Math.min(own, other)),
            width: place(Math.abs(own - other)),
          }}
        />
      )}
      {other !== null && <span class="class-table-other" style={{ left: place(other) }} />}
      {own !== null && <span class="class-table-own" style={{ left: place(own) }} />}
    </div>
  );
}
