import type { FixedHeader } from '../fixed-header.ts';
import type { Refusal } from '../refusal.ts';

/** How a type of packet is judged by the beginning of its body, its head. */
export interface PacketRules {
  /**
   * Bytes of the head, by what is there of the body (`bytes`, from `start` to before `end`). While
   * the answer is more than is there, it is asked again with more. Never more than the remaining
   * length.
   */
  headLength(header: FixedHeader, bytes: Uint8Array, start: number, end: number): number;
  /** Judges the whole head of a packet. */
  judge(header: FixedHeader, bytes: Uint8Array, start: number, end: number): Refusal | null;
}

export const wholeBody: PacketRules['headLength'] = ({ remainingLength }) => remainingLength;
