import { Select } from '../../ui/field.tsx';
import { readSorting, type Sorting, writeSorting } from '../rows/sorting.ts';

/** Where there are no columns to sort by. */
const SORTINGS = [
  ['device', 'By name'],
  ['needs', 'What needs attention first'],
  ['state', 'By state'],
  ['label', 'By what it sees'],
  ['score', 'Unsure first'],
  ['seen', 'Longest silent first'],
  ['fps', 'Slowest first'],
  ['-latency', 'Longest inference first'],
  ['-temperature', 'Hottest first'],
  ['site', 'By site'],
] as const;

export function SortSelect({
  sorting,
  onSort,
}: {
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}) {
  const value = writeSorting(sorting) ?? 'device';
  const known = SORTINGS.some(([sort]) => sort === value);
  return (
    <Select
      {...{ label: 'Order', hideLabel: true, value }}
      onChange={(event) => onSort(readSorting(event.currentTarget.value))}
    >
      {!known && <option value={value}>As in the table</option>}
      {SORTINGS.map(([sort, name]) => (
        <option key={sort} value={sort}>
          {name}
        </option>
      ))}
    </Select>
  );
}
