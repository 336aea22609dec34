/** Since when: for so long until now, and what comes live; or between two times. */
export type Last = '1h' | '24h' | '7d' | '30d';

/** Which messages are listed: where each occurrence begins; where it ended; all. */
export type DetectionScope = 'occurrence' | 'end' | 'all';

export interface DetectionFilter {
  readonly site: string;
  readonly device: string;
  readonly camera: string;
  readonly label: string;
  /** Digest. */
  readonly model: string;
  /** From 0 to 1, as it was typed; empty: any. */
  readonly minScore: string;
  readonly last: Last;
  /** ISO 8601; empty: as `last` says. */
  readonly from: string;
  readonly to: string;
  readonly show: DetectionScope;
}

const HOURS: Readonly<Record<Last, number>> = {
  '1h': 1,
  '24h': 24,
  '7d': 7 * 24,
  '30d': 30 * 24,
};

const SHOWN: readonly DetectionScope[] = ['occurrence', 'end', 'all'];
const TEXTS = ['site', 'device', 'camera', 'label', 'model', 'minScore'] as const;

export const NO_FILTER: DetectionFilter = {
  site: '',
  device: '',
  camera: '',
  label: '',
  model: '',
  minScore: '',
  last: '24h',
  from: '',
  to: '',
  show: 'occurrence',
};

/** From the address; what it says wrong counts as not said. */
export function readFilter(query: URLSearchParams): DetectionFilter {
  const texts = Object.fromEntries(TEXTS.map((name) => [name, query.get(name) ?? '']));
  const instant = (name: string) => {
    const at = Date.parse(query.get(name) ?? '');
    return Number.isNaN(at) ? '' : new Date(at).toISOString();
  };
  const last = query.get('last') ?? '';
  const show = query.get('show') as DetectionScope;
  return {
    ...NO_FILTER,
    ...texts,
    from: instant('from'),
    to: instant('to'),
    last: Object.hasOwn(HOURS, last) ? (last as Last) : NO_FILTER.last,
    show: SHOWN.includes(show) ? show : NO_FILTER.show,
  };
}

/** For the address: what is not as usual. */
export function writeFilter(filter: DetectionFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    const between = filter.from !== '' || filter.to !== '';
    const said = name === 'last' ? !between : true;
    if (said && value !== NO_FILTER[name as keyof DetectionFilter]) query.set(name, value);
  }
  return query;
}

/** Whether what is stored from now on can be among them. */
export const isLive = ({ to }: DetectionFilter): boolean => to === '';

/** The times meant. @param now ms */
export function timesOf({ last, from, to }: DetectionFilter, now: number) {
  const until = to === '' ? now : Date.parse(to);
  return { from: from === '' ? until - HOURS[last] * 3_600_000 : Date.parse(from), to: until };
}

/** As the API is asked for a list or an export. @param now ms */
export function apiFilter(filter: DetectionFilter, now: number): Record<string, string> {
  const { show, to } = filter;
  const asked = {
    ...Object.fromEntries(TEXTS.map((name) => [name, filter[name]])),
    type: show === 'all' ? '' : show,
    to,
    from: new Date(timesOf(filter, now).from).toISOString(),
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
}
