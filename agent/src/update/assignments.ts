import { join } from 'node:path';
import { SerialQueue } from '@edgeloop/daemon';
import type {
  AssignmentPurpose,
  DeviceId,
  EpochMillis,
  Reason,
  RootKeys,
  SignedAssignment,
  SlotId,
} from '@edgeloop/protocol';
import { StateFile } from '../state/state-file.ts';
import { type AssignmentVerdict, judgeAssignment } from './trust/judge-assignment.ts';
import { TakenAssignments } from './trust/taken-assignments.ts';

export interface AssignmentsOptions {
  /** Folder of the device's state. */
  readonly folder: string;
  readonly device: DeviceId;
  readonly root: { readonly keys: RootKeys | null };
  readonly now: () => EpochMillis;
}

/**
 * Says which assignments count, and remembers which were taken: none is twice, and no older one
 * after a newer.
 */
export class Assignments {
  readonly #options: AssignmentsOptions;
  readonly #file: StateFile<typeof TakenAssignments>;
  #taken: TakenAssignments = {};
  /** Why nobody knows which were taken; null: it is known. */
  #unknown: Reason | null = null;
  readonly #queue = new SerialQueue();

  constructor(options: AssignmentsOptions) {
    this.#options = options;
    this.#file = new StateFile(join(options.folder, 'assignments.json'), TakenAssignments);
  }

  /**
   * While its file can't be read nothing is taken: what is old would pass for new. What runs runs
   * on.
   */
  async start(): Promise<void> {
    try {
      this.#taken = (await this.#file.readWhole()) ?? {};
      this.#unknown = null;
    } catch (error) {
      const message = `Expected what was taken before in ${this.#file.path}: ${(error as Error).message}. It is read again with each assignment; if it stays so, remove the file: the device then takes any assignment that has not expired.`;
      this.#unknown = { code: 'STATE_UNUSABLE', message };
    }
  }

  /**
   * What is accepted is on disk as taken when this resolves.
   * @throws Error of the file system: it is not taken
   */
  judge(signed: SignedAssignment, slot: SlotId, as: AssignmentPurpose): Promise<AssignmentVerdict> {
    return this.#queue.run(async () => {
      const { device, root, now } = this.#options;
      if (this.#unknown) await this.start();
      if (this.#unknown) return { kind: 'refused', reason: this.#unknown } as const;
      const taken = this.#taken;
      const question = { device, slot, as, root: root.keys, taken, now: now() };
      const verdict = judgeAssignment(signed, question);
      if (verdict.kind === 'accepted') {
        await this.#file.write(verdict.taken);
        this.#taken = verdict.taken;
      }
      return verdict;
    });
  }
}
