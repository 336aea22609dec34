import { Link } from 'wouter-preact';
import type { ListedModel } from '../../../../src/resources/model.ts';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { count, percent, shortDigest } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { WideTable } from '../figures/wide-table.tsx';

/** Versions, newest first. */
export function VersionList({ models }: { models: readonly ListedModel[] }) {
  return (
    <WideTable label="Versions, newest first">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Is</th>
            <th scope="col" class="table-number">
              Dataset
            </th>
            <th scope="col" class="table-number">
              Accuracy
            </th>
            <th scope="col" class="table-number">
              Devices
            </th>
            <th scope="col">Made</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.digest}>
              <td>
                <Link href={path`/models/${model.digest}`}>
                  {model.name} <code>{shortDigest(model.digest)}</code>
                </Link>
              </td>
              <td>
                <Names model={model} />
              </td>
              <td class="table-number">
                {model.datasetVersion ?? <span class="caption">elsewhere</span>}
              </td>
              <td class="table-number">{percent(model.accuracy)}</td>
              <td class="table-number">{count(model.devices)}</td>
              <td>
                <Ago at={model.createdAt} />
              </td>
              <td>
                {model.job ? (
                  <Link href={path`/models/jobs/${model.job}`}>a training</Link>
                ) : (
                  model.createdBy
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function Names({ model: { aliases, state } }: { model: ListedModel }) {
  if (state === 'refused') return <State kind="bad">refused</State>;
  if (state !== 'registered') return <State kind="warn">{state}</State>;
  return (
    <>
      {aliases.map((alias) => (
        <span key={alias} class="models-alias">
          {alias}
        </span>
      ))}
    </>
  );
}
