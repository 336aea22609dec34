import { randomUUID } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Test } from 'tap';
import type { ControlPlaneProcess } from '../../stand/control-plane-process.ts';
import { detection } from '../../stand/messages.ts';

interface Seen {
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
  readonly #stream = randomUUID();
  #seq = 0;

  private constructor(device: string, client: MqttClient) {
    this.device = device;
    this.#client = client;
  }

  static async open(
    t: Test,
    controlPlane: ControlPlaneProcess,
    device: string,
  ): Promise<SeeingDevice> {
    const { username, password } = await controlPlane.enrol(device);
    const client = await connectAsync(controlPlane.url, { clientId: device, username, password });
    t.teardown(() => client.endAsync(true));
    return new SeeingDevice(device, client);
  }

  /** Resolves when the broker has it; it is stored a moment later. */
  async see({ label, score = 0.9, at = Date.now(), type = 'new', ...more }: Seen): Promise<void> {
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
            ...{ occurrence, topScore: score, startedAt: capturedAt, frames: 9 },
            ...(type === 'end' && { endedAt: new Date(at + 12_000).toISOString() }),
          };
    const topic = `edgeloop/v1/works/${this.device}/detections/cam0`;
    await this.#client.publishAsync(topic, JSON.stringify(message), { qos: 1 });
  }
}
