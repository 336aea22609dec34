import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataMissing, realData } from '../../../stand/real-data.ts';

const SET = 'mosquitto-vectors';
const FOLDER = realData(SET);

/** For tap's `skip`. */
export const vectorsMissing = dataMissing(SET);

export type VectorStep =
  | { readonly type: 'send'; readonly payload: string }
  | { readonly type: 'recv'; readonly payload: string }
  | {
      readonly type: 'external_publish';
      readonly topic: string;
      readonly qos: number;
      readonly payload: string;
    };

/** What a client says, and what the broker must answer or do. */
export interface Vector {
  /** Unique: file, group, place and name. */
  readonly name: string;
  readonly version: 3 | 4;
  /** An ordinary CONNECT and its CONNACK come first. */
  readonly connects: boolean;
  readonly steps: readonly VectorStep[];
  /** The broker must end the connection; otherwise it must answer a PINGREQ. */
  readonly endsDisconnected: boolean;
}

interface Settings {
  readonly ver?: number;
  readonly connect?: boolean;
  readonly expect_disconnect?: boolean;
}
interface VectorGroup extends Settings {
  readonly group: string;
  readonly tests: readonly (Settings & {
    readonly name: string;
    readonly msgs: readonly VectorStep[];
  })[];
}

/** Those for MQTT 3.1 and 3.1.1, in the order in which Mosquitto's own test runs them. */
export function readVectors(): Vector[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const groups: VectorGroup[] = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
    return groups.flatMap(vectorsOf);
  });
}

function vectorsOf(group: VectorGroup): Vector[] {
  return group.tests.flatMap((test, i) => {
    const settings = { ver: 4, connect: true, expect_disconnect: true, ...group, ...test };
    const version = settings.ver;
    if (version !== 3 && version !== 4) return [];
    return {
      name: `${group.group.replaceAll(/\s+/g, ' ')} ${i + 1}: ${test.name.trim()}`,
      version,
      connects: settings.connect,
      steps: test.msgs,
      endsDisconnected: settings.expect_disconnect,
    };
  });
}
