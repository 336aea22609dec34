import { bytes } from '@edgeloop/protocol';
import { Pacer } from '../../../../agent/src/server/pacer.ts';
import { ServerClient } from '../../../../agent/src/server/server-client.ts';
import { fetchPackage } from '../../../../agent/src/update/fetch/fetch-package.ts';

// Fetches until it is killed, and says how far it is.
const { url, device, ...given } = JSON.parse(process.argv[2] as string);
await fetchPackage({
  ...given,
  server: new ServerClient({ url, ca: null, device, password: () => 'secret' }),
  variant: 'int8',
  agentVersion: '0.1.0',
  pacer: new Pacer(bytes(500_000)),
  signal: new AbortController().signal,
  onProgress: (received: number) => process.send?.(received),
});
