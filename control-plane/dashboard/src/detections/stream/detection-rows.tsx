import { Link } from 'wouter-preact';
import type { StoredDetection } from '../../../../src/resources/detection.ts';
import { path, withQuery } from '../../api/path.ts';
import { ClassMark } from '../../ui/class-mark.tsx';
import { duration, percent, plural, shortDigest } from '../../ui/format.ts';
import { Picture } from '../../ui/picture.tsx';
import type { ClassIndex } from '../class-index.ts';
import './detection-rows.css';

interface DetectionRowsProps {
  readonly rows: readonly StoredDetection[];
  readonly classIndex: ClassIndex;
}

/** What was seen, newest first. */
export function DetectionRows({ rows, classIndex }: DetectionRowsProps) {
  return (
    <table class="detections-rows">
      <thead>
        <tr>
          <th scope="col">Seen</th>
          <th scope="col">
            <span class="visually-hidden">Picture</span>
          </th>
          <th scope="col">Class</th>
          <th scope="col">Score</th>
          <th scope="col">Device</th>
          <th scope="col">Occurrence</th>
          <th scope="col">Model</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} classIndex={classIndex} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, classIndex }: { row: StoredDetection; classIndex: ClassIndex }) {
  const { label, score, device, site, camera, model, capturedAt } = row;
  return (
    <tr>
      <td class="detections-when">
        <time dateTime={capturedAt} title={capturedAt}>
          {clockTime(capturedAt)}
        </time>
        <span class="caption">{day(capturedAt)}</span>
      </td>
      <td class="detections-picture">
        <Picture src={pictureOf(row)} alt={`${label}, ${device}`} none="" />
      </td>
      <td class="detections-class">
        <ClassMark name={label} index={classIndex(label, model)} />
      </td>
      <td class="detections-score">
        <span>{percent(score, 0)}</span>
        <span class="detections-score-bar" aria-hidden="true">
          <span style={{ width: `${100 * score}%` }} />
        </span>
      </td>
      <td class="detections-device">
        <Link href={path`/devices/${device}`}>{device}</Link>
        <span class="caption">
          {site} / {camera}
        </span>
      </td>
      <td class="detections-long">{howLong(row)}</td>
      <td class="detections-model caption">
        <Link href={path`/models/${model}`}>{shortDigest(model).slice(0, 8)}</Link>
      </td>
    </tr>
  );
}

/** Of an occurrence; a frame has none. */
const pictureOf = (row: StoredDetection): string | null =>
  row.type === 'frame'
    ? null
    : withQuery(path`/api/devices/${row.device}/occurrences/${row.occurrence}/picture`, {
        orNone: true,
      });

function howLong(row: StoredDetection): string {
  switch (row.type) {
    case 'frame':
      return 'one frame';
    case 'end':
      return duration(Date.parse(row.endedAt) - Date.parse(row.startedAt));
    case 'update':
      return `${plural(row.frames, 'frame')} so far`;
    case 'new':
      return 'began';
  }
}

const clockTime = (at: string) => new Date(at).toLocaleTimeString('en-GB');
const day = (at: string) =>
  new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
