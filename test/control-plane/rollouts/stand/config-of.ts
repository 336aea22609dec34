import { bytes, seconds } from '@edgeloop/protocol';
import type { ControlPlaneConfig } from '../../../../control-plane/src/config.ts';

/**
 * Of a control plane with its own broker, on which devices need no name.
 * @param port of the API, 0: any free one
 */
export function configOf(data: string, port = 0, mqtt = 0): ControlPlaneConfig {
  return {
    data,
    database: null,
    host: '127.0.0.1',
    port,
    tls: null,
    allowAnonymous: true,
    homeAssistant: null,
    ingest: 'within',
    keys: { folder: null, signing: null, online: null },
    broker: {
      kind: 'embedded',
      listeners: {
        host: '127.0.0.1',
        port: mqtt,
        tlsPort: null,
        webSocketPort: null,
        tls: null,
        optionPrefix: 'mqtt-',
      },
    },
    retention: {
      detectionAge: null,
      databaseBytes: null,
      sampleAge: null,
      sampleBytes: null,
      pictureAge: seconds(86_400),
      pictureBytes: bytes(2 ** 20),
      samplesMark: bytes(0),
      detectionsMark: bytes(0),
    },
    silentAfter: seconds(300),
    leaseTime: seconds(60),
  };
}
