import { randomUUID } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Test } from 'tap';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { detection } from '../../stand/fleet/messages.ts';

interface Sighting {
  readonly label: string;
  readonly score?: number;
  /** ms */
  readonly at?: number;
  readonly type?: 'new' | 'update' | 'end' | 'frame';
  readonly occurrence?: string;
  readonly model?: string;
}

/** An enrolled device that says what a test lets it see. */
export class SeeingDevice {
  readonly device: string;
  readonly #client: MqttClient;
  readonly #controlPlane: ControlPlaneProcess;
  readonly #authorization: string;
  readonly #stream = randomUUID();
  #seq = 0;

  private constructor(
    controlPlane: ControlPlaneProcess,
    client: MqttClient,
    { username, password }: { readonly username: string; readonly password: string },
  ) {
    this.device = username;
    this.#client = client;
    this.#controlPlane = controlPlane;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  static async open(
    t: Test,
    controlPlane: ControlPlaneProcess,
    device: string,
  ): Promise<SeeingDevice> {
    const credential = await controlPlane.enrol(device);
    const client = await connectAsync(controlPlane.url, { clientId: device, ...credential });
    t.teardown(() => client.endAsync(true));
    return new SeeingDevice(controlPlane, client, credential);
  }

  /** The picture with which an occurrence began. */
  async show(occurrence: string, jpeg: Uint8Array): Promise<void> {
    const query = new URLSearchParams({ camera: 'cam0', capturedAt: new Date().toISOString() });
    const path = `/api/device/occurrences/${occurrence}/picture?${query}`;
    const headers = { authorization: this.#authorization, 'content-type': 'image/jpeg' };
    const body = new Uint8Array(jpeg);
    const answer = await this.#controlPlane.fetch(path, { method: 'PUT', headers, body });
    if (!answer.ok) throw new Error(`a picture was not kept: ${await answer.text()}`);
  }

  /** Resolves when the broker has it; it is stored a moment later. */
  async see({
    label,
    score = 0.9,
    at = Date.now(),
    type = 'new',
    ...more
  }: Sighting): Promise<void> {
    const { occurrence = randomUUID(), ...others } = more;
    this.#seq += 1;
    const capturedAt = new Date(at).toISOString();
    const common = { stream: this.#stream, seq: this.#seq, type, label, score, capturedAt };
    const { scores: _scores, ...row } = detection({ ...common, ...others });
    const message =
      type === 'frame'
        ? detection({ ...common, ...others, scores: { [label]: score } })
        : {
            ...row,
            occurrence,
            topScore: score,
            startedAt: capturedAt,
            frames: 9,
            ...(type === 'end' && { endedAt: new Date(at + 12_000).toISOString() }),
          };
    const topic = `edgeloop/v1/works/${this.device}/detections/cam0`;
    await this.#client.publishAsync(topic, JSON.stringify(message), { qos: 1 });
  }
}
