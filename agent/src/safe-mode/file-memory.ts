import { join } from 'node:path';
import { type EpochMillis, Ids, timestamp } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import type { ConfigSource } from '../configuration/effective-config.ts';
import { StateFile } from '../state/state-file.ts';

/** What a device remembers of its agent.yaml. */
const FileMemory = Type.Object({
  format: Type.Literal(1),
  /** As it was when the agent last started with it. */
  good: Type.Object({ path: Type.String(), text: Type.String(), at: Ids.timestamp }),
  /**
   * It runs in the place of one that is wrong, until that is right: the control plane has said so.
   */
  standsIn: Type.Boolean(),
});
export type FileMemory = Static<typeof FileMemory>;

/** May hold passwords, as agent.yaml itself. */
const MODE = 0o600;

const open = (folder: string) => new StateFile(join(folder, 'agent-yaml.json'), FileMemory, MODE);

/** @param folders of the state, where it may be, the likeliest first. Null: none of them has one */
export async function readMemory(folders: readonly string[]): Promise<FileMemory | null> {
  for (const folder of folders) {
    // What is tried then is another folder, or to go without.
    const memory = await open(folder)
      .read()
      .catch(() => null);
    if (memory) return memory;
  }
  return null;
}

/**
 * The agent has started with it. Written when it is another than before.
 * @throws Error of the file system
 */
export async function rememberGood(
  folder: string,
  { path, text }: ConfigSource,
  now: EpochMillis,
): Promise<void> {
  const file = open(folder);
  const before = await file.read().catch(() => null);
  if (before?.good.text === text && before.good.path === path && !before.standsIn) return;
  await file.write({ format: 1, good: { path, text, at: timestamp(now) }, standsIn: false });
}

/** The good one runs in its place from now on. @throws Error of the file system */
export const rememberStandIn = (folder: string, memory: FileMemory): Promise<void> =>
  open(folder).write({ ...memory, standsIn: true });
