import type { KeysView } from '../../../../src/resources/keys.ts';
import { Copy } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { bringRootCommand, keyCommand } from './key-command.ts';

interface Change {
  readonly title: string;
  /** What it is for, and what becomes of the old key. */
  readonly what: string;
  /** After `edgeloop keys rotate <folder>`. */
  readonly options: string;
}

/** Each makes the next version of the root. */
function changes({ packages }: KeysView): Change[] {
  const newest = packages[0]?.keyId;
  return [
    {
      title: 'Rotate the online key',
      what: 'A new key signs what a device runs; the old one counts no more, and what devices are to run is signed anew.',
      options: '--keys online',
    },
    {
      title: 'Rotate the online and the package key',
      what: 'Once a year or so. Models that the old package key has signed still count.',
      options: '--keys package,online',
    },
    ...(newest === undefined
      ? []
      : [
          {
            title: 'Revoke a package key that somebody else has',
            what: 'No device takes a model any more that this key has signed; a new key signs the next.',
            options: `--keys package --revoke ${newest}`,
          },
        ]),
    {
      title: 'Begin a new root key',
      what: 'The old root key signs the new one, and is worth nothing after that. Take the new private one away, too.',
      options: '--keys root',
    },
  ];
}

/** What a person does to change keys, offline and by command: a browser never does. */
export function KeyCommands({ keys }: { readonly keys: KeysView }) {
  const { folder } = keys;
  return (
    <Section title="Change keys">
      <ol class="setup-steps">
        <li>
          <p>
            {`On the machine of the control plane, bring the private root key back: the file root-N.private.pem, from where it is kept, into ${folder}. Or do all of this with a copy of that folder on a machine without a network, and copy it back. The control plane must be able to read all that is there; no key counts otherwise.`}
          </p>
          <Copy text={bringRootCommand(folder)} label="Command that brings the private root key" />
        </li>
        <li>
          <p>Run one of these. Each makes version {keys.version + 1} of the root.</p>
          {changes(keys).map(({ title, what, options }) => (
            <div key={title} class="setup-step">
              <p class="strong">{title}</p>
              <p class="caption">{what}</p>
              <Copy text={keyCommand(folder, 'rotate', options)} label={title} />
            </div>
          ))}
        </li>
        <li>
          <p>
            Take the private root key away again, and keep a copy in another place: without it keys
            can never be changed. A new key that --online-key or --signing-key keeps elsewhere goes
            there. What is in the folder now:
          </p>
          <Copy text={keyCommand(folder, 'show')} label="Command that shows keys" />
        </li>
        <li>
          Nothing is restarted: the new keys count within seconds, and devices follow by themselves,
          also those that are off for now.
        </li>
      </ol>
    </Section>
  );
}
