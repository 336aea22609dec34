import { SerialQueue } from '@edgeloop/daemon';
import type {
  Ack,
  CameraId,
  Command,
  CommandId,
  CommandName,
  DeviceAddress,
  DeviceId,
  EpochMillis,
  Millis,
  SiteId,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { ControlPlaneError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { CommandView, NewCommand } from '../resources/device-command.ts';
import type { CommandStore } from './command-store.ts';
import { completeCommand } from './complete-command.ts';

/** Resolves when the broker took it. */
type PublishCommand = (
  address: DeviceAddress & { readonly command: CommandName },
  command: Command,
) => Promise<void>;

export interface CommandServiceOptions {
  readonly store: CommandStore;
  /** Where a device is now; null: nobody knows it, or it may nothing any more. */
  readonly siteOf: (device: DeviceId) => Promise<SiteId | null>;
  /** Somebody will look at a camera for so long. */
  readonly onPreview: (device: DeviceId, camera: CameraId, time: Millis) => void;
  /** It was answered, or expired. */
  readonly onEnd: (command: CommandView) => void;
  readonly events: Pick<EventBus, 'publish'>;
  readonly now: () => EpochMillis;
  readonly newId: () => CommandId;
  readonly every: Millis;
  readonly log: Logger;
}

/** An answer that was given in time may be on its way for so long. */
const GRACE = 10_000;
/** Longer reasons are cut: a device says what it likes. */
const LONGEST_REASON = 1000;
/** Commands that expired and whose answer may still come; the oldest are forgotten. */
const MOST_LATE = 256;

/**
 * Asks devices to do something once, and follows it to its end: a command is said again, with the
 * same id, until its answer comes or it expires. Devices do it at most once, however often they
 * hear it.
 */
export class CommandService {
  readonly #options: CommandServiceOptions;
  readonly #waiting = new Map<CommandId, CommandView>();
  readonly #late = new Map<CommandId, CommandView>();
  /** Their answers are being written down: one at a time of each. */
  readonly #settling = new Set<CommandId>();
  /** Devices that are back and have not been told yet. */
  readonly #back = new Set<DeviceId>();
  #publish: PublishCommand | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #queue = new SerialQueue();

  constructor(options: CommandServiceOptions) {
    this.#options = options;
  }

  /** With what an earlier process left unanswered. */
  async start(publish: PublishCommand): Promise<void> {
    this.#publish = publish;
    for (const command of await this.#options.store.pending()) this.#wait(command);
    this.#timer = setInterval(() => this.#inTurn(() => this.#look()), this.#options.every);
    this.#inTurn(() => this.#look());
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#queue.idle();
  }

  /**
   * On disk when it returns; a device that is away hears of it when it is back.
   * @throws ControlPlaneError `NOT_FOUND`, `TOO_BUSY`
   */
  async create(device: DeviceId, asked: NewCommand, by: string): Promise<CommandView> {
    const { store, siteOf, now, newId, onPreview } = this.#options;
    if ((await siteOf(device)) === null) {
      const message = `Expected a device of the fleet that is not revoked, received ${device}.`;
      throw new ControlPlaneError('NOT_FOUND', message);
    }
    const { life, ...complete } = completeCommand(asked);
    const expiresAt = (now() + life) as EpochMillis;
    const view = await store.create({ id: newId(), device, by, expiresAt, ...complete });
    if (asked.command === 'preview') onPreview(device, asked.camera, life);
    this.#wait(view);
    this.#inTurn(() => this.#send(view));
    return view;
  }

  /** A device answers. What it makes up, or says again while it is written down, costs nothing. */
  acknowledge({ site, device }: DeviceAddress, ack: Ack): void {
    const { id } = ack;
    const asked = this.#waiting.get(id) ?? this.#late.get(id);
    if (asked?.device !== device || asked.command !== ack.command) return;
    if (this.#settling.has(id)) return;
    this.#settling.add(id);
    const said = { ...ack, ...(ack.reason && { reason: ack.reason.slice(0, LONGEST_REASON) }) };
    this.#inTurn(async () => {
      try {
        const settled = await this.#options.store.settle(device, said);
        // Null: it was answered before, or is forgotten. In neither case is there anything left to
        // hear.
        this.#waiting.delete(id);
        this.#late.delete(id);
        if (settled) this.#tell('command.acknowledged', site, settled);
      } finally {
        this.#settling.delete(id);
      }
    });
  }

  /**
   * What a device that was away should do. One that comes and goes is told once for all that wait
   * in line.
   */
  online(device: DeviceId): void {
    if (this.#back.has(device)) return;
    this.#back.add(device);
    this.#inTurn(async () => {
      this.#back.delete(device);
      for (const command of [...this.#waiting.values()]) {
        if (command.device === device) await this.#send(command);
      }
    });
  }

  /** It was decommissioned. */
  forget(device: DeviceId): void {
    for (const [id, command] of this.#waiting) {
      if (command.device === device) this.#waiting.delete(id);
    }
  }

  #wait(command: CommandView): void {
    this.#waiting.set(command.id, command);
  }

  #inTurn(work: () => Promise<void>): void {
    const { log } = this.#options;
    this.#queue.run(work).catch((error: Error) => {
      log.warn({ error: error.message }, 'commands are looked at again later');
    });
  }

  async #look(): Promise<void> {
    const { now } = this.#options;
    for (const command of [...this.#waiting.values()]) {
      const expires = Date.parse(command.expiresAt);
      if (now() > expires + GRACE) await this.#expire(command);
      else if (now() <= expires) await this.#send(command);
    }
  }

  async #expire(command: CommandView): Promise<void> {
    const { store, siteOf } = this.#options;
    const expired = await store.expire(command);
    this.#waiting.delete(command.id);
    this.#late.set(command.id, command);
    const [oldest] = this.#late.keys();
    if (this.#late.size > MOST_LATE && oldest !== undefined) this.#late.delete(oldest);
    const site = await siteOf(command.device);
    if (expired && site) this.#tell('command.expired', site, expired);
  }

  /** Without a broker, or without the device, it is said again later. */
  async #send({ id, device, command, parameters, expiresAt: expires }: CommandView): Promise<void> {
    if (!this.#publish || !this.#waiting.has(id)) return;
    const site = await this.#options.siteOf(device);
    if (site === null) return;
    // Nobody waits for a broker that hangs.
    this.#publish({ site, device, command }, { id, expires, ...parameters }).catch(() => {});
  }

  #tell(kind: 'command.acknowledged' | 'command.expired', site: SiteId, view: CommandView): void {
    const { device, id } = view;
    this.#options.onEnd(view);
    this.#options.events.publish({ kind, subject: { site, device, command: id }, data: view });
  }
}
