import type { KeysView } from '../../../../src/resources/keys.ts';
import { useResource } from '../../api/use-resource.ts';
import { now } from '../../ui/clock.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { dateTime, duration } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Loaded } from '../loaded.tsx';
import { WideTable } from '../wide-table.tsx';
import { KeyCommands } from './key-commands.tsx';

/** To be told of before it is too late. */
const SOON = 60 * 86_400_000;

/** Which keys count, and the command that changes them: a browser never does. */
export function KeysSection() {
  const read = useResource<KeysView>('/api/keys');
  return (
    <>
      <p class="setup-lead">
        Devices take only models and orders that a key signed which the root names. The private root
        key belongs where no server can read it; it is needed to change keys, for nothing else.
      </p>
      <Loaded what="The keys" from={read}>
        {(keys) => (
          <>
            {keys.problem && (
              <ErrorNote what="No model is taken." error={{ message: keys.problem }} />
            )}
            <Section title={`Root, version ${keys.version}`}>
              <Expiry keys={keys} />
              <WideTable label="Keys" columns={['Key', 'May', 'Private half']}>
                {rows(keys).map(({ keyId, may, here, should }) => (
                  <tr key={`${may} ${keyId}`}>
                    <td>
                      <code>{keyId}</code>
                    </td>
                    <td>{may}</td>
                    <td>
                      <State kind={here === should ? 'good' : should ? 'idle' : 'warn'}>
                        {here ? (should ? 'here' : 'here: take it away') : 'elsewhere'}
                      </State>
                    </td>
                  </tr>
                ))}
              </WideTable>
            </Section>
            <KeyCommands keys={keys} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Expiry({ keys: { issuedAt, expiresAt, threshold, root } }: { keys: KeysView }) {
  const left = Date.parse(expiresAt) - now.value;
  return (
    <dl class="setup-facts">
      <dt>Made</dt>
      <dd>{dateTime(issuedAt)}</dd>
      <dt>Valid until</dt>
      <dd>
        <State kind={left < 0 ? 'bad' : left < SOON ? 'warn' : 'good'}>
          {`${dateTime(expiresAt)}, ${left < 0 ? 'it has expired' : `${duration(left)} from now`}`}
        </State>
      </dd>
      <dt>The next version</dt>
      <dd>{`is signed by ${threshold} of ${root.length} root keys`}</dd>
    </dl>
  );
}

/**
 * Whether a private half should be with the control plane: those that sign for it, never the
 * root's.
 */
const rows = ({ root, packages, assignments }: KeysView) =>
  [
    ...root.map((key) => ({ ...key, may: 'say which keys count', should: false })),
    ...packages.map((key) => ({ ...key, may: 'sign models', should: true })),
    ...assignments.map((key) => ({ ...key, may: 'sign what a device runs', should: true })),
  ].map(({ keyId, may, privateHere: here, should }) => ({ keyId, may, here, should }));
