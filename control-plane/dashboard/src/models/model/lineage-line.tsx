import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import type { ModelDetails, ModelLineage } from '../../../../src/resources/model.ts';
import { path, withQuery } from '../../api/path.ts';
import { count, plural, shortDigest } from '../../ui/format.ts';
import './lineage-line.css';

/** Devices that are named; of more the number says enough. */
const NAMED = 4;

/** From the devices that saw its samples to those that run it, as a line of steps. */
export function LineageLine({
  lineage,
  model,
}: {
  lineage: ModelLineage;
  model: Pick<ModelDetails, 'name' | 'task' | 'createdBy'>;
}) {
  const { dataset, parents, job, devices, digest } = lineage;
  const origins = dataset.origins.filter(({ device }) => device !== null);
  const imported = dataset.origins
    .filter(({ device }) => device === null)
    .reduce((sum, { samples }) => sum + samples, 0);
  const [parent] = parents;
  return (
    <ol class="lineage">
      <Step title="Samples">
        {dataset.samples === null ? (
          'not of this control plane'
        ) : (
          <>
            {plural(dataset.samples, 'sample')}
            <Devices names={[...new Set(origins.map(({ device }) => device as string))]} />
            {imported > 0 && <span class="caption">{count(imported)} brought by people</span>}
          </>
        )}
      </Step>
      <Step title="Dataset">
        {dataset.version === null ? (
          <code>{shortDigest(dataset.fingerprint)}</code>
        ) : (
          <Link href={withQuery('/models', { task: model.task, dataset: dataset.version })}>
            version {dataset.version}
          </Link>
        )}
      </Step>
      {parent && (
        <Step title="Began from">
          <Link href={path`/models/${parent}`}>
            <code>{shortDigest(parent)}</code>
          </Link>
          {parents.length > 1 && (
            <span class="caption">{plural(parents.length - 1, 'model')} before it</span>
          )}
        </Step>
      )}
      <Step title="Training">
        {job ? <Link href={path`/models/jobs/${job}`}>job</Link> : `brought by ${model.createdBy}`}
      </Step>
      <Step title="Model" here>
        <code>{shortDigest(digest)}</code>
      </Step>
      <Step title="Runs on">
        {devices.length === 0 ? (
          'no device'
        ) : (
          <>
            {plural(devices.length, 'device')}
            <Devices names={devices.map(({ device }) => device)} />
          </>
        )}
      </Step>
    </ol>
  );
}

function Step({
  title,
  here = false,
  children,
}: {
  title: string;
  here?: boolean;
  children: ComponentChildren;
}) {
  return (
    <li class={`lineage-step ${here ? 'lineage-here' : ''}`} aria-current={here || undefined}>
      <span class="caption">{title}</span>
      {children}
    </li>
  );
}

function Devices({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <span class="caption">
      {names.slice(0, NAMED).map((name, i) => (
        <>
          {i > 0 && ', '}
          <Link key={name} href={path`/devices/${name}`}>
            {name}
          </Link>
        </>
      ))}
      {names.length > NAMED && ` and ${count(names.length - NAMED)} more`}
    </span>
  );
}
