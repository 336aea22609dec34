import { useMemo, useReducer, useRef } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { count, plural } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { DeviceCards } from './cards/device-cards.tsx';
import { AttentionLines } from './controls/attention-lines.tsx';
import { choicesOf } from './controls/choices.ts';
import { FilterBar } from './controls/filter-bar.tsx';
import { SortSelect } from './controls/sort-select.tsx';
import { useFleetAddress } from './fleet-address.ts';
import './fleet-page.css';
import type { ShownDevice } from './listed.ts';
import { NoDevices } from './no-devices.tsx';
import { attention } from './rows/attention.ts';
import { NO_FILTER } from './rows/fleet-filter.ts';
import { DeviceTable } from './table/device-table.tsx';
import { useClassIndex } from './use-class-index.ts';
import { useFleet } from './use-fleet.ts';
import { useJudgedFleet } from './use-judged-fleet.ts';
import { useServerProblems } from './use-server-problems.ts';
import { useShownList } from './use-shown-list.ts';
import { useCovered } from './virtual/use-covered.ts';

const FORMS = [
  { value: 'grid', label: 'Frames' },
  { value: 'table', label: 'Table' },
] as const;

/** Every device: what needs attention first, then whatever one looks for. */
export function FleetPage() {
  const { fleet, problem, retry } = useFleet();
  const address = useFleetAddress();
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const list = useRef<HTMLDivElement>(null);
  const covered = useCovered();
  const classIndex = useClassIndex();

  const { devices, clock } = useJudgedFleet(fleet);
  const server = useServerProblems();
  const lines = useMemo(() => attention(devices.values(), clock, server), [devices, clock, server]);
  const choices = useMemo(() => choicesOf(devices.values()), [devices]);
  const reading = () => isRead(list.current);
  const { filter, sorting, form } = address;
  const shown = useShownList(devices, filter, sorting, reading);
  const ahead = fleet?.clockAhead ?? 0;
  const listed = {
    names: shown.names,
    covered,
    shownOf: (name: string): ShownDevice => {
      const { row, connectivity, needs } = shown.deviceOf(name);
      return {
        row,
        connectivity,
        need: needs[0] ?? null,
        classIndex: classIndex(row.cameras[0]),
        lastSeenAt: row.lastSeenAt === null ? null : row.lastSeenAt - ahead,
      };
    },
  };
  const anybody = devices.size > 0;
  return (
    <Page
      title="Fleet"
      actions={
        <Segmented label="Show as" value={form} options={FORMS} onChange={address.setForm} />
      }
    >
      {problem && <ErrorNote what="The fleet was not read." error={problem} retry={retry} />}
      {(fleet === null || anybody) && (
        <AttentionLines lines={fleet && lines} hrefOf={address.hrefOf} />
      )}
      {fleet && !anybody && <NoDevices />}
      {anybody && (
        <>
          <FilterBar {...{ filter, choices, onChange: address.setFilter }} />
          <div class="fleet-count">
            <span role="status">
              {shown.names.length === devices.size
                ? plural(devices.size, 'device')
                : `${count(shown.names.length)} of ${plural(devices.size, 'device')}`}
            </span>
            {shown.news !== null && (
              <Button
                onClick={() => {
                  shown.renew();
                  redraw(0);
                }}
              >
                {shown.news}
              </Button>
            )}
            {form === 'grid' && <SortSelect sorting={sorting} onSort={address.setSorting} />}
          </div>
          <div ref={list}>
            {form === 'grid' ? (
              <DeviceCards {...listed} />
            ) : (
              <DeviceTable {...{ ...listed, sorting, onSort: address.setSorting }} />
            )}
            {shown.names.length === 0 && (
              <Empty title="No device fits.">
                <Button onClick={() => address.setFilter(NO_FILTER)}>Show every device</Button>
              </Empty>
            )}
          </div>
        </>
      )}
    </Page>
  );
}

/** Somebody has scrolled to a place in the list, points at it, or is in it by keyboard. */
function isRead(list: HTMLElement | null): boolean {
  if (list === null || list.childElementCount === 0) return false;
  return scrollY > 0 || list.matches(':hover') || list.matches(':focus-within');
}
